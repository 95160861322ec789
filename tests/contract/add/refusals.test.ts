import { describe, expect, test } from 'vitest';
import { BlockPlaceError, placeBlocks } from '../../../scripts/contract/blocks/block.ts';
import { add } from './added.ts';

const TOPIC = {
  topic: 'nba-corrections',
  message: 'CorrectionAnnounced',
  sender: ['phase5-coordinator'],
  receiver: ['prediction-consumers'],
  summary: 'A box score was corrected.',
};

describe('contract add writes nothing and says what was expected', () => {
  test.each(['topic', 'processor', 'requirement', 'alert'])(
    'of %s: every flag that is missing at once',
    async (kind) => {
      const { exit_code, text, lines } = await add(kind, { sender: [], receiver: [] });
      expect({ exit_code, text }).toEqual({ exit_code: 2, text: null });
      expect(lines.length).toBeGreaterThan(2);
      expect(lines.at(-1)).toContain(`such as: contract add ${kind} --`);
    },
  );

  test.each([
    [
      'a topic that there is',
      'topic',
      { ...TOPIC, topic: 'nba-phase4-trigger' },
      'to be new, got nba-phase4-trigger',
    ],
    ['an unknown sender', 'topic', { ...TOPIC, sender: ['phase9'] }, 'expected --sender to be one of'],
    [
      'a push to a component that pulls',
      'topic',
      { ...TOPIC, receiver: ['operators:/x'] },
      'external and pulls',
    ],
    [
      'no path of a component that is pushed to',
      'topic',
      { ...TOPIC, receiver: ['phase5-worker'] },
      'got no path',
    ],
    [
      'a level of a phase without levels',
      'processor',
      { phase: 'phase_3_analytics', processor: 'x', level: '1' },
      'expected --level to be left out',
    ],
    [
      'no level of a phase with levels',
      'processor',
      { phase: 'phase_4_precompute', processor: 'x' },
      'expected --level to be one of 1, 2, 3',
    ],
    [
      'an unknown area',
      'requirement',
      { area: 'FAN', profile: 'fan-in', sentence: 'x', source: 'x' },
      'expected --area to be one of MSG',
    ],
    [
      'neither metric nor event',
      'alert',
      { alert: 'x', severity: 'info', title: 'x', meaning: 'x' },
      'expected either --metric or --event',
    ],
  ])('of %s', async (_name, kind, values, says) => {
    const { exit_code, text, lines } = await add(kind, values);
    expect({ exit_code, text }).toEqual({ exit_code: 2, text: null });
    expect(lines.join('\n')).toContain(says);
  });

  test('when the lint would refuse the result', async () => {
    const { exit_code, text, lines } = await add('requirement', {
      area: 'TOPO',
      profile: 'message',
      sentence: 'A topic has a name.',
      source: 'docs/promises.md#nowhere',
    });
    expect({ exit_code, text }).toEqual({ exit_code: 1, text: null });
    expect(lines.join('\n')).toContain('got #nowhere');
  });
});

describe('a block', () => {
  const block = { kind: 'entry', under: ['b'], text: 'new:\n  x: 1\n' } as const;

  test('stands behind the last entry, before blank lines and comments of what follows', () => {
    const text = 'b:\n  old:\n    # kept\n    y: 1\n\n# next\nc: 2\n';
    expect(placeBlocks(text, [block])).toBe(
      'b:\n  old:\n    # kept\n    y: 1\n  new:\n    x: 1\n\n# next\nc: 2\n',
    );
  });

  test('stands behind the entry that it names, in the order given, also at the end of the text', () => {
    const other = { ...block, after: 'one', text: 'two: 2\n' };
    expect(placeBlocks('b:\n  one: 1\n  old: 3\n', [other, block])).toBe(
      'b:\n  one: 1\n  two: 2\n  old: 3\n  new:\n    x: 1\n',
    );
  });

  test('lengthens a list in one line, also an empty one', () => {
    const item = (list: string) => ({ kind: 'item', list: [list], value: 'x' }) as const;
    expect(placeBlocks('a: [b, c] # why\nd: []\n', [item('a'), item('d')])).toBe(
      'a: [b, c, x] # why\nd: [x]\n',
    );
  });

  test('is refused where the contract has no such place', () => {
    expect(() => placeBlocks('a: 1\n', [block])).toThrow(BlockPlaceError);
  });
});
