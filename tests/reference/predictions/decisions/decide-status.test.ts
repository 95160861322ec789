import { describe, expect, test } from 'vitest';
import { validate } from '../../../../generated/validation.ts';
import {
  decideRoundResult,
  decideStatus,
  NO_PLAYERS,
} from '../../../../reference/predictions/status/decide-status.ts';
import { ADDRESS, batchDocument } from '../fixtures.ts';

const BEFORE = '2024-01-15T14:59:59.999Z';
const AT = '2024-01-15T15:00:00.000Z';

describe('COORD-010 the status says whether the date is in time', () => {
  test('a batch under way', () => {
    const counts = { pending: 1, requested: 2, completed: 5, failed: 1 };
    expect(decideStatus(ADDRESS, batchDocument({ round: 2, degraded: true }), counts, BEFORE)).toEqual({
      game_date: '2024-01-15',
      run: 1,
      state: 'running',
      batch_id: 'batch-1',
      round: 2,
      announced_round: 0,
      degraded: true,
      players_total: 3,
      players_requested: 9,
      players_completed: 5,
      players_failed: 1,
      players_open: 3,
      coverage_percent: 55.55,
      deadline: AT,
      sla: 'open',
    });
  });

  test('with and without a batch it is the BatchStatus of the contract', () => {
    const some = { pending: 0, requested: 1, completed: 2, failed: 0 };
    for (const status of [
      decideStatus(ADDRESS, batchDocument({}), some, BEFORE),
      decideStatus(ADDRESS, undefined, NO_PLAYERS, AT),
    ]) {
      expect(validate('BatchStatus', 'send', status)).toEqual([]);
    }
  });

  test('no batch at all', () => {
    expect(decideStatus(ADDRESS, undefined, NO_PLAYERS, AT)).toEqual({
      game_date: '2024-01-15',
      run: 1,
      state: 'none',
      batch_id: null,
      round: 0,
      announced_round: 0,
      degraded: false,
      players_total: 0,
      players_requested: 0,
      players_completed: 0,
      players_failed: 0,
      players_open: 0,
      coverage_percent: 0,
      deadline: AT,
      sla: 'missed',
    });
  });

  test.each([
    ['below the coverage a moment before the deadline', 899, BEFORE, 'open'],
    ['below the coverage at the deadline, when the scheduled check asks', 899, AT, 'missed'],
    ['just at the coverage at the deadline', 900, AT, 'met'],
    ['above the coverage before the deadline', 950, BEFORE, 'met'],
  ] as const)('%s', (_, completed, now, sla) => {
    const counts = { pending: 0, requested: 1000 - completed, completed, failed: 0 };
    expect(decideStatus(ADDRESS, batchDocument(), counts, now).sla).toBe(sla);
  });

  test('89.999 % do not become 90 by rounding', () => {
    const counts = { pending: 0, requested: 10_001, completed: 89_999, failed: 0 };
    const { coverage_percent, sla } = decideStatus(ADDRESS, batchDocument(), counts, AT);
    expect({ coverage_percent, sla }).toEqual({ coverage_percent: 89.99, sla: 'missed' });
  });
});

describe('COORD-008 a batch is announced with how it ended', () => {
  const end = (completed: number, failed: number) =>
    decideRoundResult(
      decideStatus(ADDRESS, batchDocument(), { pending: 0, requested: 0, completed, failed }, AT),
    );

  test.each([
    ['everybody predicted', 3, 0, { status: 'success', record_count: 3, records_failed: 0, error: null }],
    ['some failed', 2, 1, { status: 'partial', record_count: 2, records_failed: 1, error: null }],
    ['nobody requested', 0, 0, { status: 'no_data', record_count: 0, records_failed: 0, error: null }],
    [
      'nobody predicted',
      0,
      3,
      {
        status: 'failed',
        record_count: 0,
        records_failed: 3,
        error: {
          error_type: 'NO_PREDICTIONS',
          error_message: 'expected predictions for 3 players, got none; see the results of batch batch-1',
        },
      },
    ],
  ])('%s', (_, completed, failed, expected) => {
    expect(end(completed, failed)).toEqual(expected);
  });
});
