import { beforeAll, describe, expect, test } from 'vitest';
import { diagnose } from '../../../reference/operations/dates/decide-diagnosis.ts';
import type { DateSnapshot } from '../../../reference/operations/dates/snapshot.ts';
import {
  atFanIn,
  claimOf,
  DATE,
  findingsOf,
  runInMemory,
  snapshotOf,
  withoutRuns,
  withRun,
} from './snapshots.ts';

let whole: DateSnapshot;

beforeAll(async () => {
  whole = await snapshotOf(await runInMemory());
});

describe('a date that is well', () => {
  test('is complete and has no findings', () => {
    expect(findingsOf(whole)).toEqual({
      verdict: 'complete',
      codes: [],
      sentences: [],
      next: [],
      waiting: [],
    });
  });

  test('without games is complete as soon as its schedule is read, and says so', async () => {
    const empty = withRun(
      withRun(atFanIn(whole, null), 'nbac_schedule', { status: 'no_data', record_count: 0 }),
      'nbac_schedule_games',
      { status: 'no_data', record_count: 0 },
    );
    const nobody = { pending: 0, requested: 0, completed: 0, failed: 0 };
    const snapshot = { ...empty, batch: null, players: nobody };
    const found = findingsOf(snapshot, '2024-01-15T15:00:00.000Z');
    expect(found).toMatchObject({ verdict: 'complete', codes: ['note NO_GAMES nbac_schedule'], waiting: [] });
    expect(diagnose(snapshot, '2024-01-15T15:00:00.000Z').predictions.sla).toBe('none');
  });

  test('run 2 is judged by its own documents and runs', async () => {
    const ports = await runInMemory({ run: 2 });
    expect(findingsOf(await snapshotOf(ports, 2)).verdict).toBe('complete');
    expect(findingsOf(await snapshotOf(ports, 1))).toMatchObject({ verdict: 'nothing', next: ['trigger 1'] });
  });

  test('BACK-001 loaded as history only, waits for nothing', async () => {
    const backfill = {
      skip_downstream_trigger: true,
      backfill_mode: true,
      backfill_reason: 'historical_load',
    };
    const found = findingsOf(await snapshotOf(await runInMemory(backfill)));
    expect(found).toMatchObject({ verdict: 'backfill', codes: [`note BACKFILL_ONLY ${DATE}`], next: [null] });
    expect(found.sentences[0]).toContain('historical_load');
  });
});

describe('a phase that has not run', () => {
  test('a failed scraper is the cause, and what waits for it names it and its error', () => {
    const failed = withRun(
      withoutRuns(whole, ({ phase }) => !['phase_1_scrapers', 'phase_2_raw'].includes(phase)),
      'nbac_scoreboard',
      { status: 'failed', error_type: 'INVALID_FILE', error_message: 'no rows' },
    );
    const snapshot = withoutRuns(
      { ...failed, phase3: null, phase4: null, batch: null },
      ({ processor_name }) => processor_name === 'nbac_game_scores',
    );
    const found = findingsOf(snapshot);
    expect(found.verdict).toBe('stuck');
    expect(found.codes[0]).toBe('problem RUN_FAILED nbac_scoreboard');
    expect(found.sentences[0]).toBe('nbac_scoreboard failed at 11:00Z with INVALID_FILE: no rows');
    expect(found.next[0]).toBe('trigger 1 --scraper nbac_scoreboard');
    expect(found.waiting).toContain(
      'team_defense_game_summary has no run: waits for nbac_scoreboard, whose run failed at 11:00Z with INVALID_FILE',
    );
  });

  test('a scraper that has not run at all is named', () => {
    const found = findingsOf(
      withoutRuns(
        atFanIn({ ...whole, phase3: { ...whole.phase3 } }, null),
        ({ processor_name, phase }) =>
          processor_name === 'nbac_schedule' ||
          processor_name === 'nbac_schedule_games' ||
          phase === 'phase_3_analytics',
      ),
    );
    expect(found.codes).toContain('problem NOT_RUN nbac_schedule');
    expect(found.waiting).toContain(
      'nbac_schedule_games has no run: waits for nbac_schedule, which has not run',
    );
  });

  test('analytics whose tables are there but whose word was lost are to be told again', () => {
    const found = findingsOf(
      withoutRuns(atFanIn(whole, null), ({ processor_name }) => processor_name === 'player_game_summary'),
    );
    expect(found.codes).toContain('problem NOT_RUN player_game_summary');
    expect(found.next[found.codes.indexOf('problem NOT_RUN player_game_summary')]).toBe('trigger 3');
  });

  test('what became due less than two minutes ago is waited for', () => {
    const snapshot = withoutRuns(
      atFanIn(whole, null),
      ({ processor_name }) => processor_name === 'player_game_summary',
    );
    const found = findingsOf(snapshot, '2024-01-15T11:00:30.000Z');
    expect(found.codes).toContain('wait NOT_RUN player_game_summary');
    expect(found.codes.filter((code) => code.startsWith('problem') && code.includes('player_game'))).toEqual(
      [],
    );
  });

  test('a run under a live claim is running, under an expired one its instance is gone', () => {
    const gone = withoutRuns(
      atFanIn(whole, null),
      ({ processor_name }) => processor_name === 'player_game_summary',
    );
    const running = {
      ...gone,
      claims: [claimOf('player_game_summary', { lease_expires_at: '2024-01-15T11:35:00.000Z' })],
    };
    const stuck = { ...gone, claims: [claimOf('player_game_summary', {})] };
    expect(findingsOf(running).codes).toContain('wait RUNNING player_game_summary');
    expect(findingsOf(stuck).codes).toContain('problem CLAIM_EXPIRED player_game_summary');
    expect(findingsOf(stuck).sentences.join()).toContain(
      'begun by instance-7, whose claim ran out at 11:10Z',
    );
  });

  test('LIVE-002 a completion that is owed is told apart from a run that is missing', () => {
    const completions = [{ topic: 'nba-phase2-raw-complete', message: {}, published_at: null }];
    const claims = [claimOf('bdl_active_rosters', { state: 'finished', held_by: null, completions })];
    const snapshot = withoutRuns(
      atFanIn(whole, null),
      ({ processor_name }) => processor_name === 'player_game_summary',
    );
    const found = findingsOf({ ...snapshot, claims });
    expect(found.codes).toContain('problem COMPLETION_OWED bdl_active_rosters');
    expect(found.waiting).toContain(
      'player_game_summary has no run: waits for bdl_active_rosters, whose completion is not out',
    );
  });

  test('an empty scrape is the cause, unless its table may be empty', () => {
    const empty = withRun(withRun(whole, 'bdl_box_scores', { status: 'no_data' }), 'bdl_player_boxscores', {
      status: 'no_data',
    });
    expect(findingsOf(empty).codes).toEqual(['problem RUN_EMPTY bdl_box_scores']);
    const harmless = withRun(
      withRun(whole, 'nbac_injury_report', { status: 'no_data' }),
      'nbac_injury_report_players',
      { status: 'no_data' },
    );
    expect(findingsOf(harmless)).toMatchObject({
      verdict: 'complete',
      codes: ['note RUN_EMPTY nbac_injury_report'],
    });
  });
});
