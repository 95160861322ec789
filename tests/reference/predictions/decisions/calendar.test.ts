import { describe, expect, test } from 'vitest';
import { businessDate, deadline, isPast } from '../../../../reference/calendar/calendar.ts';

describe('COORD-004 today is the calendar day in Los Angeles', () => {
  test.each([
    ['just after midnight UTC it is still the day before', '2024-01-16T00:00:01.000Z', '2024-01-15'],
    ['the last second of a winter day', '2024-01-16T07:59:59.999Z', '2024-01-15'],
    ['the first second of a winter day', '2024-01-16T08:00:00.000Z', '2024-01-16'],
    ['the last second of a summer day', '2024-07-01T06:59:59.000Z', '2024-06-30'],
    ['the first second of a summer day', '2024-07-01T07:00:00.000Z', '2024-07-01'],
    ['the day on which clocks go forward', '2024-03-10T08:00:00.000Z', '2024-03-10'],
    ['its last second comes an hour early', '2024-03-11T06:59:59.000Z', '2024-03-10'],
    ['the day on which clocks go back', '2024-11-03T07:00:00.000Z', '2024-11-03'],
    ['its last second comes an hour late', '2024-11-04T07:59:59.000Z', '2024-11-03'],
    ['new year', '2025-01-01T07:59:59.000Z', '2024-12-31'],
  ])('%s', (_, now, expected) => {
    expect(businessDate(new Date(now))).toBe(expected);
  });

  test.each([
    ['2024-01-15', '2024-01-16T07:59:59.000Z', false],
    ['2024-01-15', '2024-01-16T08:00:00.000Z', true],
    ['2023-12-31', '2024-01-01T08:00:00.000Z', true],
    ['2024-01-17', '2024-01-16T08:00:00.000Z', false],
  ])('%s at %s is past: %s', (game_date, now, expected) => {
    expect(isPast(game_date, new Date(now))).toBe(expected);
  });
});

describe('COORD-010 predictions are due at 10:00 in New York on their game_date', () => {
  test.each([
    ['in winter', '2024-01-15', '2024-01-15T15:00:00.000Z'],
    ['in summer', '2024-07-01', '2024-07-01T14:00:00.000Z'],
    ['on the day on which clocks go forward', '2024-03-10', '2024-03-10T14:00:00.000Z'],
    ['on the day before', '2024-03-09', '2024-03-09T15:00:00.000Z'],
    ['on the day on which clocks go back', '2024-11-03', '2024-11-03T15:00:00.000Z'],
    ['on the day before that', '2024-11-02', '2024-11-02T14:00:00.000Z'],
  ])('%s', (_, game_date, expected) => {
    expect(deadline(game_date).toISOString()).toBe(expected);
  });
});
