import { describe, expect, test } from 'vitest';
import type { ProcessorRunHistory } from '../../../../generated/models.ts';
import {
  decideBackupStart,
  decideReadiness,
  type Readiness,
} from '../../../../reference/predictions/readiness/decide-readiness.ts';
import { decideNoGames } from '../../../../reference/predictions/readiness/games.ts';
import {
  decideIgnored,
  decideTriggerStart,
} from '../../../../reference/predictions/routes/decide-trigger.ts';

const COMPLETED = { completed: true, begun: true };
const MISSING = { completed: false, begun: true };

describe('readiness follows the thresholds of the contract', () => {
  test.each<[string, Readiness]>([
    [
      '80 % are enough',
      {
        ...COMPLETED,
        players_ready: 40,
        players_total: 50,
        verdict: 'ready',
        percent_ready: 80,
        gap_warning: true,
      },
    ],
    [
      '100 players are enough',
      {
        ...COMPLETED,
        players_ready: 100,
        players_total: 400,
        verdict: 'ready',
        percent_ready: 25,
        gap_warning: true,
      },
    ],
    [
      'all of a small slate are enough',
      {
        ...COMPLETED,
        players_ready: 3,
        players_total: 3,
        verdict: 'ready',
        percent_ready: 100,
        gap_warning: false,
      },
    ],
    [
      '99 of 125 miss both by one',
      {
        ...COMPLETED,
        players_ready: 99,
        players_total: 125,
        verdict: 'degraded',
        percent_ready: 79.2,
        gap_warning: true,
      },
    ],
    [
      '50 of many go on degraded',
      {
        ...COMPLETED,
        players_ready: 50,
        players_total: 400,
        verdict: 'degraded',
        percent_ready: 12.5,
        gap_warning: true,
      },
    ],
    [
      '49 of many do not suffice',
      {
        ...COMPLETED,
        players_ready: 49,
        players_total: 400,
        verdict: 'insufficient',
        percent_ready: 12.25,
        gap_warning: true,
      },
    ],
    [
      'nobody listed is not everybody ready',
      {
        ...COMPLETED,
        players_ready: 0,
        players_total: 0,
        verdict: 'insufficient',
        percent_ready: 0,
        gap_warning: false,
      },
    ],
    [
      'a full store is degraded until its run has ended',
      {
        ...MISSING,
        players_ready: 200,
        players_total: 200,
        verdict: 'degraded',
        percent_ready: 100,
        gap_warning: false,
      },
    ],
    [
      '49 are insufficient before the run has ended',
      {
        ...MISSING,
        players_ready: 49,
        players_total: 49,
        verdict: 'insufficient',
        percent_ready: 100,
        gap_warning: false,
      },
    ],
  ])('%s', (_, expected) => {
    const { completed, begun, players_ready, players_total } = expected;
    expect(decideReadiness({ completed, begun, players_ready, players_total })).toEqual(expected);
  });

  test.each([
    [380, 400, false],
    [379, 400, true],
    [95, 100, false],
    [94, 100, true],
    [2000, 2021, true],
  ])('%i of %i ready: gap warning %s', (players_ready, players_total, gap_warning) => {
    expect(decideReadiness({ ...COMPLETED, players_ready, players_total }).gap_warning).toBe(gap_warning);
  });
});

describe('COORD-006 the backup start goes on, waits or gives up', () => {
  const ready = decideReadiness({ ...COMPLETED, players_ready: 120, players_total: 120 });
  const degraded = decideReadiness({ ...COMPLETED, players_ready: 60, players_total: 120 });
  const degraded_early = decideReadiness({ ...MISSING, players_ready: 60, players_total: 120 });
  const few = decideReadiness({ ...COMPLETED, players_ready: 10, players_total: 120 });
  const few_early = decideReadiness({ ...MISSING, players_ready: 10, players_total: 120 });
  const nothing = decideReadiness({ completed: false, begun: false, players_ready: 0, players_total: 0 });

  test.each([
    ['ready', ready, false, 'start'],
    ['ready after waiting', ready, true, 'start'],
    ['degraded', degraded, false, 'start_degraded'],
    ['degraded before the store is complete', degraded_early, false, 'start_degraded'],
    ['degraded after waiting', degraded_early, true, 'start_degraded'],
    ['few in a complete store', few, false, 'insufficient_data'],
    ['few while Phase 4 is on its way', few_early, false, 'waiting_for_phase4'],
    ['few after waiting', few_early, true, 'insufficient_data'],
    ['nothing at all', nothing, false, 'insufficient_data'],
    ['nothing after waiting', nothing, true, 'insufficient_data'],
  ] as const)('%s', (_, readiness, waited, expected) => {
    expect(decideBackupStart(readiness, { waited, no_games: false })).toBe(expected);
  });

  test.each([
    ['ready', ready, 'start'],
    ['degraded', degraded, 'start_degraded'],
    ['degraded before the store is complete', degraded_early, 'not_ready'],
    ['few', few, 'not_ready'],
    ['nothing at all', nothing, 'not_ready'],
  ] as const)('a trigger that finds it %s', (_, readiness, expected) => {
    expect(decideTriggerStart(readiness)).toBe(expected);
  });
});

describe('a date without games', () => {
  test.each([
    ['is no reason to call anybody', { players_ready: 0, players_total: 0 }, 'no_games'],
    ['with listed players is a contradiction', { players_ready: 0, players_total: 384 }, 'insufficient_data'],
    ['with enough features starts', { players_ready: 60, players_total: 384 }, 'start_degraded'],
  ] as const)('%s', (_, players, expected) => {
    const readiness = decideReadiness({ completed: false, begun: false, ...players });
    for (const waited of [true, false]) {
      expect(decideBackupStart(readiness, { waited, no_games: true })).toBe(expected);
    }
  });

  test('is said by the schedule alone: by what it listed once, and by nothing that failed', () => {
    const runs = (...statuses: readonly ProcessorRunHistory['status'][]) =>
      statuses.map((status) => ({ processor_name: 'nbac_schedule_games', status }));
    expect(decideNoGames(runs('no_data'))).toBe(true);
    expect(decideNoGames(runs('no_data', 'failed'))).toBe(true);
    expect(decideNoGames(runs('partial', 'no_data'))).toBe(false);
    expect(decideNoGames(runs('failed'))).toBe(false);
    expect(decideNoGames([])).toBe(false);
    expect(decideNoGames([{ processor_name: 'nbac_injury_report', status: 'no_data' }])).toBe(false);
  });
});

describe('a trigger that can start nothing is ignored', () => {
  const NOW = new Date('2024-01-15T12:00:00.000Z');
  const today = { game_date: '2024-01-15', status: 'success', skip_downstream_trigger: false } as const;

  test.each([
    ['today', today, undefined],
    ['partial', { ...today, status: 'partial' }, undefined],
    ['tomorrow', { ...today, game_date: '2024-01-16' }, undefined],
    ['COORD-004 yesterday', { ...today, game_date: '2024-01-14' }, 'past_date'],
    [
      'BACK-005 skip_downstream_trigger',
      { ...today, skip_downstream_trigger: true },
      'skip_downstream_trigger',
    ],
    ['failed', { ...today, status: 'failed' }, 'nothing_to_predict'],
    ['no_data', { ...today, status: 'no_data' }, 'nothing_to_predict'],
  ] as const)('%s', (_, completion, expected) => {
    expect(decideIgnored(completion, NOW)).toBe(expected);
  });
});
