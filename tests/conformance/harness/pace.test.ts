import { describe, expect, test } from 'vitest';
import {
  createPace,
  decidePace,
  type PaceSample,
  type PaceState,
  USUAL_PACE,
} from '../../../conformance/harness/patience/pace.ts';

/** The factors after each of some samples. */
function follow(samples: readonly PaceSample[]): readonly number[] {
  const factors: number[] = [];
  let state: PaceState = USUAL_PACE;
  for (const sample of samples) {
    state = decidePace(state, sample);
    factors.push(state.factor);
  }
  return factors;
}

const WAITING: PaceSample = { median_ms: 900, idle: 0.9 };

describe('how many run at the same time in a target', () => {
  test('that waits while the machine is idle: more and more, and never more than four times as many', () => {
    const factors = follow([WAITING, WAITING, WAITING, WAITING, WAITING, WAITING]);
    expect(factors).toEqual([1.5, 2.25, 3.375, 4, 4, 4]);
  });

  test('that answers at once: as many as usual, however idle the machine is', () => {
    expect(follow(Array(5).fill({ median_ms: 20, idle: 0.95 }))).toEqual([1, 1, 1, 1, 1]);
  });

  test('that works: as many as usual', () => {
    expect(follow(Array(3).fill({ median_ms: 900, idle: 0.2 }))).toEqual([1, 1, 1]);
  });

  test('that answers one after the other: as many as usual, from when more made it slower', () => {
    // Each of eight waits for seven others; twelve wait longer.
    const queue = { median_ms: 1_600, idle: 0.9 };
    const longer = { median_ms: 2_600, idle: 0.9 };
    expect(follow([queue, longer, queue, queue])).toEqual([1.5, 1, 1, 1]);
  });

  test('whose answers are nearly too late already: as many as usual', () => {
    expect(follow([{ median_ms: 7_000, idle: 0.95 }])).toEqual([1]);
  });

  test('that waited, when another program takes the machine: fewer again, and more when it is idle again', () => {
    const busy = { median_ms: 1_000, idle: 0.05 };
    expect(follow([WAITING, WAITING, busy, busy, WAITING])).toEqual([1.5, 2.25, 1.5, 1, 1.5]);
  });
});

test('a pace follows the answers of the target and the processor time that nobody used', () => {
  let now_ms = 0;
  let idle = 0;
  const pace = createPace(
    () => now_ms,
    () => ({ idle, all: 2 * now_ms }),
  );
  const answer = (times: number): void => {
    for (let time = 0; time < times; time++) {
      now_ms += 100;
      idle += 180;
      pace.took(900);
    }
  };
  answer(11);
  expect(pace.width(8)).toBe(8);
  answer(1);
  expect(pace.width(8)).toBe(12);
  answer(60);
  expect(pace.width(8)).toBe(32);
});
