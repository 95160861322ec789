import { describe, expect, test } from 'vitest';
import type { Check } from '../../../conformance/checks/check.ts';
import type { ExplorationEvent, History } from '../../../conformance/history/events.ts';
import { CATALOGUE } from '../../../conformance/requirements/catalogue.ts';
import { readTarget } from '../../../conformance/targets/load.ts';
import { planCases } from '../../../conformance/verdict/running/cases.ts';
import { decideVerdicts } from '../../../conformance/verdict/verdict.ts';
import { story } from '../checks/story.ts';

const EXPLORED: ExplorationEvent = {
  kind: 'exploration',
  runs: 3,
  strategy: 'portfolio, seed 1',
  failing: [],
  store_calls: 0,
  sequence: 900,
  at_ms: 900,
  marks: [],
};
const CHECK: Check = {
  name: 'invented',
  requirements: ['FANIN-001'],
  profile: 'fan-in',
  components: ['phase3-to-phase4-orchestrator'],
  needs: ['interleavings'],
  run: () => Promise.resolve(),
  judge: () => [],
};
const COMMIT = {
  kind: 'commit',
  paths: ['progress/2031-01-05'],
  sequence: 901,
  at_ms: 901,
  marks: [],
} as const;

/** What becomes of a requirement when nothing but the invented check ran. */
function became(id: string, store: string, more: History = []) {
  const told = story();
  told.publish('nba-phase4-trigger', {});
  const history: History = [...told.history(), EXPLORED, ...more];
  const [only] = planCases([CHECK], [CHECK]);
  if (only === undefined) throw new Error('one case is planned');
  const target = readTarget(
    'mine.yaml',
    `name: mine\nprofiles: [message, fan-in]\n${store}components:\n  phase3-to-phase4-orchestrator: { command: [node, app.js] }\n`,
  );
  const verdicts = decideVerdicts(
    CATALOGUE.filter((requirement) => requirement.id === id),
    id === 'FANIN-001' ? [{ case: only, scene: { history: () => history } }] : [],
    target,
    'embedded',
    { planned: [], possible: [], cut_short: null, left_out: 'left out' },
  );
  return verdicts.map(({ result, reason }) => `${result}: ${reason}`);
}

describe('a target that keeps its state in a store of its own', () => {
  test('passes what deliveries and publishes show, and is told what was not tried', () => {
    expect(became('FANIN-001', 'store: own\n')).toEqual([
      expect.stringMatching(/^passed: tried 3 schedules/),
    ]);
    expect(became('FANIN-001', '')).toEqual([
      expect.stringMatching(/^failed: not testable: no read or commit/),
    ]);
  });

  test('is not asked what only commits show', () => {
    expect(became('ACK-006', 'store: own\n')).toEqual([
      'not_applicable: the target keeps its state in a store of its own, whose commits the judge does not see',
    ]);
  });

  test('fails when it writes documents all the same', () => {
    expect(became('FANIN-001', 'store: own\n', [COMMIT])).toEqual([
      'failed: not testable: the target file says store: own, and the target wrote progress/2031-01-05; leave the line out',
    ]);
  });
});
