import { expect, test } from 'vitest';
import { CHECKS } from '../../../conformance/checks/all.ts';
import { planCases } from '../../../conformance/verdict/running/cases.ts';
import { EXPLORING_WIDTH, explores, shareMinutes } from '../../../conformance/verdict/running/limits.ts';

const CASES = planCases(CHECKS, CHECKS);
const EXPLORING = CASES.filter(explores);
const DRAWING = CASES.filter(({ check }) => check.draws === true);
const MINUTES = 4;
const ALL_MS = MINUTES * 60_000;

test('without minutes every case makes its usual number', () => {
  expect(shareMinutes({}, CASES)).toEqual({});
});

test('drawing and exploring together last as long as was asked for', () => {
  const { draw_ms = 0, explore_ms = 0 } = shareMinutes({ deep_minutes: MINUTES }, CASES);
  expect(draw_ms + (explore_ms * EXPLORING.length) / EXPLORING_WIDTH).toBeCloseTo(ALL_MS);
  expect(draw_ms).toBe(ALL_MS / 2);
});

test('cases of one sort alone have all of the time', () => {
  expect(shareMinutes({ deep_minutes: MINUTES }, DRAWING)).toMatchObject({ draw_ms: ALL_MS });
  expect(shareMinutes({ deep_minutes: MINUTES }, EXPLORING.slice(0, 3))).toMatchObject({
    explore_ms: ALL_MS,
  });
});
