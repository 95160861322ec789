import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { CHECKS } from '../../../conformance/checks/all.ts';
import { beginLook } from '../../../conformance/verdict/bounds/look.ts';
import { type Case, planCases } from '../../../conformance/verdict/running/cases.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const caseOf = (draws: boolean): Case =>
  planCases(CHECKS, CHECKS).find(({ check }) => (check.draws === true) === draws) as Case;
const PLAIN = caseOf(false);
const DRAWING = caseOf(true);

function begun(...cases: readonly Case[]) {
  const look = beginLook(1_000);
  look.start();
  for (const one of cases) look.begun(one);
  return look;
}

test('a short look is over when its time is, whatever is under way', () => {
  const look = begun(PLAIN);
  look.ended(PLAIN);
  vi.advanceTimersByTime(999);
  expect(look.over.aborted).toBe(false);
  vi.advanceTimersByTime(1);
  expect(look.over.aborted).toBe(true);
});

test('it waits for the first case to end, so that there is something to tell', () => {
  const look = begun(PLAIN);
  vi.advanceTimersByTime(5_000);
  expect(look.over.aborted).toBe(false);
  look.ended(PLAIN);
  expect(look.over.aborted).toBe(true);
});

test('it waits for a case that draws, which has a time of its own and may be about to tell what it found', () => {
  const look = begun(PLAIN, DRAWING);
  look.ended(PLAIN);
  vi.advanceTimersByTime(1_000);
  expect(look.over.aborted).toBe(false);
  look.ended(DRAWING);
  expect(look.over.aborted).toBe(true);
});

test('what begins to draw after the time is not waited for', () => {
  const look = begun(PLAIN);
  vi.advanceTimersByTime(1_000);
  look.begun(DRAWING);
  look.ended(PLAIN);
  expect(look.over.aborted).toBe(true);
});

test('a run that is no short look never ends by it', () => {
  const look = beginLook(undefined);
  look.start();
  look.ended(PLAIN);
  vi.advanceTimersByTime(1_000_000);
  expect(look.over.aborted).toBe(false);
});
