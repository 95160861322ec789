import { beforeAll, describe, expect, test } from 'vitest';
import { EXAMPLES } from '../../../generated/examples.ts';
import { diagnose } from '../../../reference/operations/dates/decide-diagnosis.ts';
import type { DateSnapshot } from '../../../reference/operations/dates/snapshot.ts';
import {
  atFanIn,
  beforePhase5,
  claimOf,
  DATE,
  letter,
  NOW,
  runInMemory,
  snapshotOf,
  withoutRuns,
  withRun,
} from './snapshots.ts';

let whole: DateSnapshot;

beforeAll(async () => {
  whole = await snapshotOf(await runInMemory());
});

/** The findings as `code subject kind`, with their sentences and commands apart. */
function findingsOf(snapshot: DateSnapshot, now = NOW) {
  const { verdict, findings, waiting } = diagnose(snapshot, now);
  return {
    verdict,
    codes: findings.map(({ kind, code, subject }) => `${kind} ${code} ${subject}`),
    sentences: findings.map(({ sentence }) => sentence),
    next: findings.map(({ next }) => next?.join(' ') ?? null),
    waiting: waiting.map(({ sentence }) => sentence),
  };
}

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

describe('FANIN-012 what hangs at an orchestrator', () => {
  const pending = {
    status: 'pending',
    published_at: null,
    message_id: null,
    decided_at: '2024-01-15T11:01:00.000Z',
  } as const;

  test('a pending trigger under a live claim is waited for', () => {
    const claim = { claimed_by: 'instance-7', claim_expires_at: '2024-01-15T11:31:00.000Z' };
    const found = findingsOf(atFanIn(whole, { ...pending, ...claim }));
    expect(found).toMatchObject({ verdict: 'working', codes: ['wait TRIGGER_PENDING _trigger'] });
    expect(found.sentences[0]).toContain('its claim is held by instance-7 until 11:31Z');
  });

  test.each([
    ['nobody holds', { claimed_by: null, claim_expires_at: null }, 'nobody holds its claim'],
    [
      'a dead instance held',
      { claimed_by: 'instance-7', claim_expires_at: '2024-01-15T11:02:00.000Z' },
      'its claim was held by instance-7 until 11:02Z, and that instance is gone',
    ],
  ])('a pending trigger that %s is a problem, and the sweep sends it', (_, claim, says) => {
    const found = findingsOf(atFanIn(whole, { ...pending, ...claim }));
    expect(found).toMatchObject({
      verdict: 'stuck',
      codes: ['problem TRIGGER_PENDING _trigger'],
      next: ['trigger sweep'],
    });
    expect(found.sentences[0]).toContain(`is pending in phase3_completion/${DATE} since 11:01Z; ${says}`);
    expect(found.waiting).toContain('team_defense_zone_analysis has no run: waits for _trigger');
  });

  test('five counted completions without a trigger were never decided', () => {
    const found = findingsOf(atFanIn(whole, null));
    expect(found).toMatchObject({
      codes: ['problem TRIGGER_MISSING _trigger'],
      next: ['trigger 4 --level 1'],
    });
  });

  test('a run that ended and is not counted names the document that lacks it', () => {
    const { phase3 } = atFanIn(whole, null);
    const { player_game_summary, ...rest } = phase3 ?? {};
    expect(player_game_summary).toBeDefined();
    const found = findingsOf({ ...atFanIn(whole, null), phase3: rest });
    expect(found).toMatchObject({
      codes: ['problem NOT_COUNTED player_game_summary'],
      next: ['trigger fan-in'],
    });
  });

  test('a trigger that is out while its processors have no run is sent again', () => {
    const published = { status: 'published', published_at: '2024-01-15T11:01:00.000Z' } as const;
    const found = findingsOf(atFanIn(whole, published));
    expect(found.codes).toEqual([
      'problem NOT_RUN team_defense_zone_analysis',
      'problem NOT_RUN player_shot_zone_analysis',
      'problem NOT_RUN player_daily_cache',
    ]);
    expect(new Set(found.next)).toEqual(new Set(['trigger 4 --level 1 --again']));
  });
});

describe('COORD-010 what hangs in Phase 5', () => {
  test('a full feature store without a batch is started by hand, and the reason is said', () => {
    expect(findingsOf(beforePhase5(whole))).toMatchObject({
      codes: ['problem BATCH_MISSING prediction_batches'],
      next: ['trigger 5'],
    });
    expect(findingsOf(beforePhase5(whole)).sentences[0]).toContain('was lost or refused');
    expect(findingsOf(beforePhase5(whole), '2024-01-17T12:00:00.000Z').sentences[0]).toContain(
      'is past in Pacific time',
    );
  });

  test('a feature store with too few players starts no batch', () => {
    const found = findingsOf({ ...beforePhase5(whole), features: { ready: 12, total: 384 } });
    expect(found).toMatchObject({ codes: ['problem FEATURES_SHORT prediction_batches'], next: ['rerun'] });
    expect(found.sentences[0]).toContain('12 of 384 players ready, and a batch needs 50');
  });

  test('a coverage below 90 % after the deadline asks for a retry', () => {
    const players = { pending: 0, requested: 0, completed: 200, failed: 29 };
    const found = findingsOf({ ...whole, players });
    expect(found).toMatchObject({ verdict: 'stuck', next: ['trigger retry'] });
    expect(found.sentences[0]).toContain('200 of 229 requested players are predicted (87.33 %, 29 failed)');
  });

  test('a start whose instance is gone, open players and a missing announcement ask for a retry', () => {
    const { batch } = whole;
    if (batch === null) throw new Error('expected a batch');
    const starting = {
      ...batch,
      state: 'starting',
      claimed_by: 'instance-7',
      claim_expires_at: '2024-01-15T11:02:00.000Z',
    } as const;
    expect(findingsOf({ ...whole, batch: starting }).sentences[0]).toContain(
      'instance-7 held its claim until 11:02Z',
    );
    const open = { pending: 0, requested: 9, completed: 220, failed: 0 };
    const running = findingsOf({ ...whole, batch: { ...batch, state: 'running' }, players: open });
    expect(running.sentences[0]).toContain('9 of 229 players have not answered');
    const unannounced = findingsOf({ ...whole, batch: { ...batch, announced_round: 0 } });
    expect(unannounced.codes).toEqual([`problem BATCH_UNANNOUNCED ${batch.batch_id}`]);
    for (const found of [running, unannounced]) expect(found.next).toEqual(['trigger retry']);
  });
});

describe('dead letters of the date', () => {
  const completion = EXAMPLES.find(({ message }) => message === 'AnalyticsCompletion')?.payload as object;

  test('are counted per topic with the codes of their receivers', () => {
    const topic = 'nba-phase3-analytics-complete';
    const found = findingsOf({
      ...whole,
      dead_letters: [letter(topic, { ...completion, processor_name: 'nobody' }), letter(topic, completion)],
    });
    expect(found).toMatchObject({
      verdict: 'stuck',
      codes: [`problem DEAD_LETTERS ${topic}`],
      next: [`dead-letters show --topic ${topic}`],
    });
    expect(found.sentences[0]).toBe(
      `2 dead letters wait on ${topic}, refused by phase3-to-phase4-orchestrator: UNKNOWN_PROCESSOR, refused though valid`,
    );
  });
});
