import { describe, expect, test } from 'vitest';
import { DRAWN_RECEIVERS } from '../../../conformance/checks/drawn/all.ts';
import { drawMany } from '../../../conformance/checks/drawn/grammar/draw.ts';
import { drawOrchestratorHistory } from '../../../conformance/checks/drawn/grammar/orchestrators.ts';
import {
  type DrawnHistory,
  parseHistory,
  printHistory,
} from '../../../conformance/checks/drawn/value/history.ts';
import { sizeOf, smallerHistories } from '../../../conformance/checks/drawn/value/smaller.ts';
import { describeHistory } from '../../../conformance/checks/drawn/value/words.ts';
import { createDayWindows, DAY_KINDS } from '../../../conformance/harness/messages/windows.ts';

const drawn = (seed: number) =>
  drawMany((draw) => drawOrchestratorHistory(draw, 'phase4-orchestrator'), { seed, count: 50 });

/** Makes a history smaller as long as it still has what matters. */
function smallest(history: DrawnHistory, matters: (one: DrawnHistory) => boolean): DrawnHistory {
  const next = smallerHistories(history).find(matters);
  return next === undefined ? history : smallest(next, matters);
}

describe('a drawn history', () => {
  test('is the same for the same seed, and another for another', () => {
    expect(drawn(7)).toEqual(drawn(7));
    expect(drawn(7)).not.toEqual(drawn(8));
  });

  test('is printed as one line that reads back as the same history and can stand between single quotes', () => {
    for (const history of drawn(3)) {
      const line = printHistory(history);
      expect(line).not.toMatch(/[\n']/);
      expect(parseHistory(line)).toEqual(history);
    }
  });

  test.each(['', '{"days":"plain"}', '{"days":"plain","steps":[1]}', 's1:2+1'])(
    'is not read from %s',
    (line) => {
      expect(() => parseHistory(line)).toThrow(/expected a history as a failure prints it/);
    },
  );

  test('is made smaller until nothing can be left out', () => {
    const has = ({ steps }: DrawnHistory): boolean =>
      steps.some(
        (step) =>
          step.do === 'deliver' &&
          step.parcels.some(({ status, skip }) => status === 'failed' && skip !== true),
      );
    const found = drawn(5).find(has);
    if (found === undefined) throw new Error('no history of the seed has a failed run');
    const { days, steps } = smallest(found, has);
    expect(days).toBe('plain');
    expect(steps).toEqual([
      { do: 'deliver', parcels: [{ n: expect.any(Number), name: expect.any(String), status: 'failed' }] },
    ]);
  });

  test('has no smaller history that is as large', () => {
    for (const history of drawn(11)) {
      for (const smaller of smallerHistories(history)) expect(sizeOf(smaller)).toBeLessThan(sizeOf(history));
    }
  });

  test('is not of a later run or another day where that does not matter: all that speak of it leave it out together', () => {
    const asked = (more: object): DrawnHistory => ({
      days: 'plain',
      steps: [
        { do: 'ask', asks: [{ n: 1, player: 1, ...more }] },
        { do: 'ask', asks: [{ n: 2, player: 1, batch: 2, ...more }] },
      ],
    });
    const isOfOnePlace = ({ steps }: DrawnHistory): boolean => {
      const asks = steps.flatMap((step) => (step.do === 'ask' ? step.asks : []));
      const places = new Set(asks.map(({ day = 0, run = 1 }) => `${day} ${run}`));
      return places.size === 1 && asks.length === 2 && asks[1]?.batch === 2;
    };
    expect(smallest(asked({ day: 2, run: 2 }), isOfOnePlace)).toEqual(asked({}));
    const isOfRunTwo = (one: DrawnHistory): boolean =>
      isOfOnePlace(one) && printHistory(one).includes('"run":2');
    expect(smallest(asked({ day: 2, run: 2 }), isOfRunTwo)).toEqual(asked({ run: 2 }));
  });

  test('is told in words, step by step', () => {
    const words = describeHistory({
      days: 'leap day',
      steps: [
        {
          do: 'deliver',
          parcels: [{ n: 1, name: 'x', status: 'failed', day: 1, run: 2, copies: 2, new_ids: true }],
        },
        { do: 'sweep' },
        { do: 'again', n: 1 },
        { do: 'refuse', on: 'publish', after: 1 },
        { do: 'sweep', until_over: true },
      ],
    });
    expect(words).toBe(
      'on leap day: 1. message 1: "x" failed of the day after run 2 2 times at once under new messageIds; 2. a sweep; 3. message 1 again; 4. publish 2 from here about the day is refused; 5. sweeps until claims have run out',
    );
  });
});

describe('the histories of one run', () => {
  test.each(DRAWN_RECEIVERS.map((one) => [one.receiver, one] as const))(
    'of %s have a read that fails as often as it is repeated, whatever the seed',
    (_, { draw, histories }) => {
      for (const seed of [1, 2, 3, 4, 5]) {
        const steps = drawMany(draw, { seed, count: histories }).flatMap((one) => one.steps);
        const failing = steps.filter((step) => step.do === 'refuse' && step.alike === true);
        expect(failing).not.toEqual([]);
      }
    },
  );
});

describe('the days of drawn histories', () => {
  test('are three neighbours of their own, whatever their kind', () => {
    const windows = createDayWindows();
    const days = Array.from(
      { length: 400 },
      (_, index) => DAY_KINDS[index % (DAY_KINDS.length - 1)] ?? 'plain',
    ).flatMap((kind) => windows.next(kind).days);
    expect(new Set(days).size).toBe(days.length);
  });

  test('are what their kind says', () => {
    const windows = createDayWindows(() => Date.parse('2026-03-08T07:30:00Z'));
    expect(windows.next('leap day').days).toEqual(['2052-02-29', '2052-03-01', '2052-02-28']);
    expect(windows.next('end of year').days).toEqual(['2051-12-31', '2052-01-01', '2051-12-30']);
    expect(windows.next('clocks forward').days[0]).toBe('2051-03-12');
    expect(windows.next('clocks back').days[0]).toBe('2051-11-05');
    expect(windows.next('today')).toEqual({
      days: ['2026-03-07', '2026-03-08', '2026-03-06'],
      run_offset: 10,
      is_shared: true,
    });
    expect(windows.next('today').run_offset).toBe(20);
  });
});
