import { beforeAll, describe, expect, test } from 'vitest';
import { rowOf } from '../../../reference/console/dates/show.ts';
import { mostUrgentFirst } from '../../../reference/console/dates/urgency.ts';
import { diagnose } from '../../../reference/operations/dates/decide-diagnosis.ts';
import type { DateSnapshot } from '../../../reference/operations/dates/snapshot.ts';
import {
  atFanIn,
  LOST_TRIGGER,
  letter,
  NOW,
  runInMemory,
  snapshotOf,
  withRun,
} from '../operations/snapshots.ts';

let whole: DateSnapshot;
beforeAll(async () => {
  whole = await snapshotOf(await runInMemory());
});

const TOPIC = 'nba-phase2-raw-complete';
const on = (game_date: string, snapshot: DateSnapshot, run = 1): DateSnapshot => ({
  ...snapshot,
  game_date,
  run,
});
/** What is wrong on several dates, in the order of the page. */
const wrong = (...snapshots: readonly DateSnapshot[]) =>
  mostUrgentFirst(
    snapshots.map((snapshot) => rowOf(diagnose(snapshot, NOW), 'nba-staging')),
    'problem',
  ).map(({ game_date, run, code, command }) => [game_date, run, code, command]);

describe('two dates that are broken at the same time', () => {
  test('are both told, each with the command that mends it', () => {
    const failed = withRun(atFanIn(whole, LOST_TRIGGER), 'team_defense_game_summary', {
      status: 'failed',
      error_type: 'RuntimeError',
      error_message: 'out of memory',
    });
    const told = wrong(on('2024-01-15', atFanIn(whole, LOST_TRIGGER)), on('2024-01-14', failed));
    expect(told[0]).toEqual([
      '2024-01-15',
      1,
      'TRIGGER_PENDING',
      'npx pipeline trigger sweep --project nba-staging',
    ]);
    const older = told.filter(([game_date]) => game_date === '2024-01-14');
    expect(older.map(([, , code]) => code)).toContain('RUN_FAILED');
    for (const [, , code, command] of older)
      if (code === 'RUN_FAILED') expect(command).toContain('--date 2024-01-14');
  });

  test('the one without predictions comes first, although it is older', () => {
    const dead = { ...whole, dead_letters: [letter(TOPIC, { processor_name: 'PlayerSummary' })] };
    const told = wrong(on('2024-01-15', dead), on('2024-01-14', atFanIn(whole, LOST_TRIGGER)));
    expect(told.map(([game_date, , code]) => `${game_date} ${code}`)).toEqual([
      '2024-01-14 TRIGGER_PENDING',
      '2024-01-15 DEAD_LETTERS',
    ]);
  });

  test('of two without predictions the later one comes first, whatever the order of the rows', () => {
    const rows = ['2024-01-14', '2024-01-15'].map((date) => on(date, atFanIn(whole, LOST_TRIGGER)));
    const expected = ['2024-01-15', '2024-01-14'];
    expect(wrong(...rows).map(([game_date]) => game_date)).toEqual(expected);
    expect(wrong(...[...rows].reverse()).map(([game_date]) => game_date)).toEqual(expected);
  });

  test('a second run that hangs waits behind another date, where the first one gave its predictions', () => {
    const told = wrong(
      on('2024-01-15', atFanIn(whole, LOST_TRIGGER), 2),
      on('2024-01-15', whole),
      on('2024-01-14', atFanIn(whole, LOST_TRIGGER)),
    );
    expect(told.map(([game_date, run]) => `${game_date} run ${run}`)).toEqual([
      '2024-01-14 run 1',
      '2024-01-15 run 2',
    ]);
  });
});
