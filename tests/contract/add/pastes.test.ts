import { describe, expect, test } from 'vitest';
import type { Document } from 'yaml';
import { readContract } from '../../../scripts/contract/contract.ts';
import { lintHouse } from '../../../scripts/contract/lint.ts';
import { editedContract } from '../edited-contract.ts';

/** Put each text that the lint shows at the end of what its comment names, as a person would. */
function pasted(text: string, paste: string): string {
  return paste.split(/^(?=# at the end of )/m).reduce((result, part) => {
    const [comment = '', ...block] = part.split('\n');
    const path = comment.replace('# at the end of ', '').split('.');
    const lines = result.split('\n');
    let at = -1;
    for (const [depth, key] of path.entries()) {
      at = lines.findIndex((line, index) => index > at && line.startsWith(`${'  '.repeat(depth)}${key}:`));
    }
    const inner = '  '.repeat(path.length);
    at += 1;
    while (lines[at]?.startsWith(inner) === true) at += 1;
    lines.splice(at, 0, ...block.filter((line) => line !== ''));
    return lines.join('\n');
  }, text);
}

describe('what the lint shows to paste repairs the contract', () => {
  const cases: readonly (readonly [string, (document: Document) => void])[] = [
    [
      'a dead-letter channel with all that belongs to it',
      (document) => {
        document.deleteIn(['channels', 'phase4Trigger', 'x-dead-letter-channel']);
        document.deleteIn(['channels', 'phase4TriggerDeadLetter']);
        document.deleteIn(['operations', 'pubsubService.send.phase4TriggerDeadLetter']);
        document.deleteIn(['operations', 'operators.receive.phase4TriggerDeadLetter']);
        document.deleteIn(['x-subscriptions', 'nba-phase4-trigger-dlq-sub']);
      },
    ],
    [
      'the name of a dead-letter channel that is there',
      (document) => document.deleteIn(['channels', 'phase4Trigger', 'x-dead-letter-channel']),
    ],
    [
      'the operation by which operators read dead letters',
      (document) => document.deleteIn(['operations', 'operators.receive.phase4TriggerDeadLetter']),
    ],
    [
      'the subscription of a receiver that pulls',
      (document) => document.deleteIn(['x-subscriptions', 'nba-phase5-predictions-complete-sub']),
    ],
    [
      'the subscription of operators',
      (document) => document.deleteIn(['x-subscriptions', 'nba-phase4-trigger-dlq-sub']),
    ],
    [
      'the settings of a component',
      (document) => document.deleteIn(['x-deployment', 'components', 'phase2-raw']),
    ],
  ];

  test.each(cases)('%s', (_name, edit) => {
    const broken = editedContract(edit);
    const pastes = lintHouse(broken).flatMap(({ paste }) => paste ?? []);
    expect(pastes.length).toBeGreaterThan(0);
    const shown = [...new Set(pastes)].sort((one, other) => other.length - one.length)[0] ?? '';
    expect(lintHouse(readContract(pasted(broken.text, shown), 'asyncapi.yaml'))).toEqual([]);
  });

  test('an operation whose component only its author knows says COMPONENT', () => {
    const broken = editedContract((document) =>
      document.deleteIn(['operations', 'phase5Worker.receive.phase5PredictionRequest']),
    );
    const [paste] = lintHouse(broken).flatMap((problem) => problem.paste ?? []);
    expect(paste).toContain(
      "channel: { $ref: '#/channels/phase5PredictionRequest' }, x-component: COMPONENT",
    );
  });
});
