import { beforeAll, describe, expect, test } from 'vitest';
import { EXAMPLES } from '../../../generated/examples.ts';
import type { PredictionBatch } from '../../../generated/models.ts';
import { TOPIC } from '../../../generated/topology.ts';
import { diagnose } from '../../../reference/operations/dates/decide-diagnosis.ts';
import type { DateSnapshot } from '../../../reference/operations/dates/snapshot.ts';
import { explainDeadLetter, receiverOf } from '../../../reference/operations/dead-letters/explain.ts';
import { planTrigger } from '../../../reference/operations/triggers/decide-plan.ts';
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
let batch: PredictionBatch;

beforeAll(async () => {
  whole = await snapshotOf(await runInMemory());
  if (whole.batch === null) throw new Error('expected a batch');
  batch = whole.batch;
});

const NOON = '2024-01-15T11:00:30.000Z';
const told = (snapshot: DateSnapshot, now = NOW) => {
  const { verdict, findings } = diagnose(snapshot, now);
  return {
    verdict,
    said: findings.map(({ kind, code, sentence }) => `${kind} ${code}: ${sentence}`),
    next: findings.map(({ next }) => next),
  };
};

describe('what is under way is waited for, and nobody is told to act', () => {
  test('a feature store that has just ended: its word to Phase 5 is on its way', () => {
    const { verdict, said, next } = told(beforePhase5(whole), NOON);
    expect(verdict).toBe('working');
    expect(said[0]).toMatch(/^wait BATCH_MISSING: .* its word to Phase 5 is on its way$/);
    expect(next).toEqual([null]);
  });

  test('a completion that has just ended and is not counted yet', () => {
    const { player_game_summary: _, ...rest } = atFanIn(whole, null).phase3 ?? {};
    const { said, next } = told({ ...atFanIn(whole, null), phase3: rest }, NOON);
    expect(said[0]).toMatch(/^wait NOT_COUNTED: .*its completion is on its way$/);
    expect(next[0]).toBeNull();
  });

  test('a batch that somebody is publishing or announcing', () => {
    const claim = { claimed_by: 'instance-7', claim_expires_at: '2024-01-15T11:31:00.000Z' };
    const starting = { ...batch, ...claim, state: 'starting' } as const;
    expect(told({ ...whole, batch: starting }).said[0]).toMatch(
      /^wait BATCH_UNFINISHED: .*instance-7 is publishing its requests until 11:31Z$/,
    );
    const announcing = { ...batch, ...claim, announced_round: 0 };
    expect(told({ ...whole, batch: announcing }).said[0]).toMatch(/^wait BATCH_UNANNOUNCED: /);
  });

  test('a batch that has just begun its round, before the deadline', () => {
    const players = { pending: 0, requested: 200, completed: 29, failed: 0 };
    const running = { ...batch, state: 'running', round_started_at: NOON } as const;
    const { said, next } = told({ ...whole, batch: running, players }, NOON);
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(/^wait BATCH_UNFINISHED: .*200 of 229 players have not answered$/);
    expect(next).toEqual([null]);
  });
});

describe('what nobody works on any more is the operator’s', () => {
  test('a start that nobody holds', () => {
    const starting = { ...batch, state: 'starting', claimed_by: null, claim_expires_at: null } as const;
    expect(told({ ...whole, batch: starting }).said[0]).toMatch(
      /^problem BATCH_UNFINISHED: .*nobody is publishing its requests$/,
    );
  });

  test('a coverage that is low says whether the deadline has passed', () => {
    const players = { pending: 0, requested: 0, completed: 100, failed: 129 };
    expect(told({ ...whole, players }).said[0]).toMatch(/; the deadline is 15:00Z$/);
    expect(told({ ...whole, players }, '2024-01-15T15:10:00.000Z').said[0]).toMatch(
      /, and the deadline was 15:00Z$/,
    );
  });

  test('a degraded start is noted, since its numbers are thin', () => {
    const features = { ready: 61, total: 384 };
    expect(told({ ...whole, batch: { ...batch, degraded: true }, features }).said).toContain(
      `note DEGRADED: batch ${batch.batch_id} was started below the thresholds: 61 of 384 players have features`,
    );
  });

  test('a failed run that left no error says so', () => {
    const silent = { status: 'failed', error_type: null, error_message: null } as const;
    const snapshot = withoutRuns(
      withRun(atFanIn(whole, null), 'nbac_scoreboard', silent),
      ({ processor_name }) => processor_name === 'nbac_game_scores',
    );
    const { said } = told(snapshot);
    expect(said.join('\n')).toContain('no error_type: no error_message');
  });

  test('a finished run whose claim is not released owes what it has not published', () => {
    const completions = [{ topic: 'x', message: {}, published_at: null }];
    const held = claimOf('nbac_game_scores', {
      state: 'finished',
      lease_expires_at: '2024-01-15T11:35:00.000Z',
      completions,
    });
    const snapshot = withoutRuns(
      atFanIn(whole, null),
      ({ processor_name }) => processor_name === 'player_game_summary',
    );
    expect(told({ ...snapshot, claims: [held] }).said.join('\n')).toMatch(/wait \w+: .*nbac_game_scores/);
  });
});

describe('one dead letter is enough to make a date stuck', () => {
  const topic = TOPIC.phase2RawComplete;
  const dead_letters = [letter(topic, { game_date: DATE })];

  test('on a date without games, on one that was only loaded, and in words for one', async () => {
    const empty = (snapshot: DateSnapshot, name: string) =>
      withRun(snapshot, name, { status: 'no_data', record_count: 0 });
    const no_games = empty(empty(atFanIn(whole, null), 'nbac_schedule'), 'nbac_schedule_games');
    expect(told({ ...no_games, batch: null, dead_letters })).toMatchObject({ verdict: 'stuck' });
    const silent = { skip_downstream_trigger: true, backfill_mode: true, backfill_reason: 'historical_load' };
    const backfill = await snapshotOf(await runInMemory(silent));
    const { verdict, said } = told({ ...backfill, dead_letters });
    expect(verdict).toBe('stuck');
    expect(said[0]).toContain(`1 dead letter waits on ${topic}`);
    const nameless = backfill.history.map((run) => ({ ...run, backfill_reason: null }));
    expect(told({ ...backfill, history: nameless }).said[0]).toContain('no reason given');
  });

  test('a letter that nobody counted is explained without a count, one of no subscription by its topic', () => {
    const payload = EXAMPLES.find(({ message }) => message === 'RawCompletion')?.payload as object;
    const uncounted = letter(topic, payload, { deliveries: null, refused_by: null });
    expect(explainDeadLetter(uncounted).sentence).toContain('phase3-analytics could not finish it. Read');
    expect(receiverOf({ ...uncounted, topic: 'a-topic-of-another' })).toBe('its receiver');
  });
});

describe('a trigger by hand says what it does, and what there is not', () => {
  const wish = { game_date: DATE, run: 1, processor: null, force: false } as const;

  test('one scraper is named in the call, and a new batch is forced only when asked for', () => {
    const bodies = [
      planTrigger({ ...wish, target: '1', processor: 'nbac_schedule' }, []),
      planTrigger({ ...wish, target: '5' }, []),
      planTrigger({ ...wish, target: '5', force: true }, []),
    ].map((plan) => (plan.kind === 'calls' ? plan.calls.map(({ body }) => body) : []));
    expect(bodies).toEqual([
      [{ game_date: DATE, run: 1, trigger_source: 'manual', scraper: 'nbac_schedule' }],
      [{ game_date: DATE, run: 1, trigger_source: 'manual' }],
      [{ game_date: DATE, run: 1, trigger_source: 'manual', force: true }],
    ]);
  });

  test('a phase that has not run is refused by its name', () => {
    expect(() => planTrigger({ ...wish, target: 'fan-in' }, [])).toThrow(
      /announces a run of phase_3_analytics again, and run 1 of 2024-01-15 has none/,
    );
  });

  test('a processor whose runs all failed is announced as it ended last', () => {
    const failed = whole.history.map((run) => ({ ...run, status: 'failed' as const }));
    const plan = planTrigger({ ...wish, target: 'cascade' }, failed);
    const statuses =
      plan.kind === 'messages' ? plan.announcements.map(({ message }) => message['status']) : [];
    expect(statuses).toEqual(Array(5).fill('failed'));
  });
});
