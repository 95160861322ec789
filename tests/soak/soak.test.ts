import { describe, expect, test } from 'vitest';
import { portsByLink } from './once/leftovers.ts';
import { type Ended, outcomeOf, type SoakResult } from './once/outcome.ts';
import { planRun, WHOLE_EVERY } from './plan.ts';
import { readResults, sectionOf } from './tally.ts';

const TARGETS = ['a', 'b', 'c'].map((name) => ({ name, file: `${name}.yaml`, told: [], slow: name === 'c' }));
const ROUND = 7;
const SOAKING = { with_load: true, whole_every: WHOLE_EVERY };

describe('what is run next', () => {
  const plan = Array.from({ length: ROUND * WHOLE_EVERY * 4 }, (_, done) => planRun(done, TARGETS, SOAKING));

  test('is every target in its turn, and a slow one less often', () => {
    const names = plan.slice(0, ROUND + 1).map(({ target }) => target.name);
    expect(names.join('')).toBe('abcababa');
  });

  test('is under load half of the time, of every target and of both kinds', () => {
    for (const { name } of TARGETS) {
      for (const kind of ['quick', 'whole']) {
        const own = plan.filter((run) => run.target.name === name && run.kind === kind);
        const share = own.filter(({ load }) => load).length / own.length;
        expect(share).toBeGreaterThan(0.4);
        expect(share).toBeLessThan(0.6);
      }
    }
  });

  test('is a whole run now and then', () => {
    expect(plan.filter(({ kind }) => kind === 'whole')).toHaveLength(plan.length / WHOLE_EVERY);
  });

  test('is never under load unless that is wanted', () => {
    expect(planRun(ROUND, TARGETS, SOAKING).load).toBe(true);
    expect(planRun(ROUND, TARGETS, { ...SOAKING, with_load: false }).load).toBe(false);
  });

  test('is whole each time where that is wanted, and under load half of the time', () => {
    const runs = Array.from({ length: ROUND * 2 }, (_, done) =>
      planRun(done, TARGETS, { with_load: true, whole_every: 1 }),
    );
    expect(new Set(runs.map(({ kind }) => kind))).toEqual(new Set(['whole']));
    expect(runs.filter(({ load }) => load)).toHaveLength(ROUND);
  });
});

const ended = (code: number | null, ...failed: readonly (readonly [string, string])[]): Ended => ({
  code,
  words: 'last words',
  out: JSON.stringify({
    totals: { cases: 7 },
    requirements: [
      { id: 'MSG-001', level: 'MUST', result: 'passed', reason: null, anomalies: [] },
      ...failed.map(([id, level]) => ({
        id,
        level,
        result: 'failed',
        reason: null,
        anomalies: [{ check: 'some-check', proof: 'It broke.' }],
      })),
    ],
  }),
});

describe('a run of an implementation that conforms', () => {
  test('that accuses it of nothing was silent, also when it tells a SHOULD that is not kept', () => {
    expect(outcomeOf(ended(0), [])).toEqual({ outcome: 'silent', accusations: [], cases: 7 });
    expect(outcomeOf(ended(0, ['FANIN-011', 'SHOULD']), ['FANIN-011'])).toMatchObject({ accusations: [] });
  });

  test('that says a MUST is broken is a false alarm, with its proof', () => {
    expect(outcomeOf(ended(1, ['FANIN-001', 'MUST']), [])).toEqual({
      outcome: 'false alarm',
      accusations: [{ id: 'FANIN-001', level: 'MUST', why: 'some-check: It broke.' }],
      cases: 7,
    });
  });

  test('that says another SHOULD is broken is no false alarm, and told', () => {
    const { outcome, accusations } = outcomeOf(ended(0, ['CASC-014', 'SHOULD']), []);
    expect([outcome, accusations.map(({ id }) => id)]).toEqual(['silent', ['CASC-014']]);
  });

  test('that fails without saying of what is a false alarm too', () => {
    expect(outcomeOf(ended(1), [])).toMatchObject({ outcome: 'false alarm' });
  });

  test('that ended otherwise has no verdict, and one that had to be ended was stuck', () => {
    expect(outcomeOf(ended(4), [])).toMatchObject({ outcome: 'no verdict', words: 'last words' });
    expect(outcomeOf(ended(null), [])).toMatchObject({ outcome: 'stuck', words: 'last words' });
  });
});

const result = (changes: Partial<SoakResult> = {}): SoakResult => ({
  at: '2026-01-01T00:00:00.000Z',
  target: 'a',
  kind: 'quick',
  load: false,
  seed: 1,
  commit: 'abc',
  outcome: 'silent',
  accusations: [],
  cases: 14,
  duration_seconds: 5,
  leftovers: { processes: [], ports: [], temporary: [] },
  ...changes,
});

describe('all runs together', () => {
  test('are counted per implementation and in sum', () => {
    const section = sectionOf(
      [
        result(),
        result({ kind: 'whole', load: true }),
        result({
          target: 'b',
          outcome: 'false alarm',
          accusations: [{ id: 'FANIN-001', level: 'MUST', why: 'It broke.' }],
          leftovers: { processes: ['node'], ports: [80], temporary: [] },
        }),
      ],
      'npm run soak',
    );
    expect(section).toContain('| a | 2 | 1 | 1 | 28 | 0 | 0 | 0 | 0 | 0 |');
    expect(section).toContain('| b | 1 | 0 | 0 | 14 | 1 | 0 | 0 | 0 | 1 |');
    expect(section).toContain('| **together** | 3 | 1 | 1 | 42 | 1 | 0 | 0 | 0 | 1 |');
    expect(section).toContain('- 1 ×: `FANIN-001` (MUST) of b (quick, seed 1): It broke.');
  });

  test('that are none measured nothing', () => {
    expect(sectionOf([], 'npm run soak')).toBe('Not measured yet: `npm run soak`');
  });

  test('are read again, without a line that a crash cut off', () => {
    const lines = `${JSON.stringify(result())}\n${JSON.stringify(result()).slice(0, 20)}`;
    expect(readResults(lines)).toEqual([result()]);
  });
});

test('a port is found by the socket that listens on it, and no connection is taken for one', () => {
  const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0 100 0 0 10 0
   1: 0100007F:1F90 0100007F:C001 01 00000000:00000000 00:00000000 00000000     0        0 4712 1 0 20 4 30 10 -1
`;
  expect([...portsByLink(table)]).toEqual([['socket:[4711]', 8080]]);
});
