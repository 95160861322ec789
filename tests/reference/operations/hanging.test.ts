import { beforeAll, describe, expect, test } from 'vitest';
import { EXAMPLES } from '../../../generated/examples.ts';
import type { DateSnapshot } from '../../../reference/operations/dates/snapshot.ts';
import { atFanIn, beforePhase5, DATE, findingsOf, letter, runInMemory, snapshotOf } from './snapshots.ts';

let whole: DateSnapshot;

beforeAll(async () => {
  whole = await snapshotOf(await runInMemory());
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

  test('are counted per topic: good ones are to be replayed, wrong ones have the codes of their receivers', () => {
    const topic = 'nba-phase3-analytics-complete';
    const found = findingsOf({
      ...whole,
      dead_letters: [letter(topic, { ...completion, processor_name: 'nobody' }), letter(topic, completion)],
    });
    expect(found).toMatchObject({
      verdict: 'stuck',
      codes: [`problem DEAD_LETTERS ${topic}`, `problem DEAD_LETTERS ${topic}`],
      next: [`dead-letters replay --topic ${topic} --all`, `dead-letters show --topic ${topic}`],
    });
    expect(found.sentences).toEqual([
      `1 dead letter waits on ${topic}: valid, but phase3-to-phase4-orchestrator could not finish it. If it is well again, replay`,
      `1 dead letter waits on ${topic}, refused by phase3-to-phase4-orchestrator: UNKNOWN_PROCESSOR`,
    ]);
  });
});
