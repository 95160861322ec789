import { describe, expect, test } from 'vitest';
import { COORDINATOR_RECEIVER } from '../../../conformance/checks/drawn/receivers/coordinator.ts';
import { WORKER_RECEIVER } from '../../../conformance/checks/drawn/receivers/worker.ts';
import { CLAIMS_OVER } from '../../../conformance/checks/drawn/run/begin.ts';
import type { Overrides } from '../../../conformance/harness/messages/build.ts';
import type { History, Payload } from '../../../conformance/history/events.ts';
import { DATE, message, type Story, uuid } from '../checks/story.ts';
import { begun, MOMENT, within } from './begun.ts';

const COORDINATOR = 'phase5-coordinator';
const WORKER = 'phase5-worker';
const REQUEST = 'nba-phase5-prediction-request';
const READY = 'nba-phase5-prediction-ready';
const COMPLETE = 'nba-phase5-predictions-complete';
const TRIGGER = 'nba-phase4-precompute-complete';
const BATCH = 'b1';

const kinds = (history: History, receiver = COORDINATOR_RECEIVER) =>
  receiver.judge(history).map(({ requirement, anomaly }) => `${requirement} ${anomaly}`);

const request = (player: string, overrides: Overrides = {}): Payload =>
  message('PredictionRequest', {
    batch_id: BATCH,
    player_lookup: player,
    run: 1,
    attempt: 1,
    timestamp: MOMENT,
    ...overrides,
  });
const result = (player: string, overrides: Overrides = {}): Payload =>
  message('PredictionReady', {
    batch_id: BATCH,
    player_lookup: player,
    run: 1,
    attempt: 1,
    timestamp: MOMENT,
    ...overrides,
  });
const FAILED: Overrides = { status: 'failed', predicted_points: null, error_message: 'x', error_type: 'y' };
const end = (completed: number, requested: number, status: string): Payload =>
  message('PredictionsComplete', {
    status,
    timestamp: MOMENT,
    duration_seconds: 0,
    ...(status === 'success' ? {} : { records_failed: 1 }),
    metadata: {
      batch_id: BATCH,
      players_requested: requested,
      players_completed: completed,
      players_failed: requested - completed,
      coverage_percent: (100 * completed) / requested,
    },
  });

const STORE = { processor: 'ml_feature_store_v2', execution_id: uuid(), correlation_id: 'c' };
const CALLED: Overrides = { trigger_source: 'manual', trigger_message_id: null, parent_processor: null };
const NOBODY = {
  batch_id: BATCH,
  players_requested: 0,
  players_completed: 0,
  players_failed: 0,
  coverage_percent: 0,
};

/** A feature store with players, and the trigger that starts their batch. */
function started(players: readonly string[], asked = players): Story {
  const told = begun();
  told.seed(DATE, players);
  within(
    told,
    () => told.deliver(COORDINATOR, TRIGGER, message('FeatureStoreCompletion'), { status: 202 }),
    () => {
      for (const player of asked) told.publish(REQUEST, request(player));
    },
  );
  return told;
}

const answer = (told: Story, player: string, overrides: Overrides = {}): void =>
  void told.deliver(COORDINATOR, READY, result(player, overrides), { status: 204 });

function announce(told: Story, player: string, sent: Payload, overrides: Overrides = {}): void {
  within(
    told,
    () => told.deliver(COORDINATOR, READY, result(player, overrides), { status: 204 }),
    () => void told.publish(COMPLETE, sent),
  );
}

describe('the model of the coordinator', () => {
  test('accepts a batch from its trigger to its announcement', () => {
    const told = started(['a', 'b']);
    answer(told, 'a');
    announce(told, 'b', end(2, 2, 'success'));
    expect(kinds(told.history())).toEqual([]);
  });

  test('names a ready player who was not requested, and one who was never ready', () => {
    expect(kinds(started(['a', 'b'], ['a']).history())).toEqual(['COORD-013 lost message']);
    expect(kinds(started(['a'], ['a', 'b']).history())).toEqual([
      'COORD-013 phantom completion',
      'COORD-009 phantom completion',
    ]);
  });

  test('counts a success after a failure, and not a failure after a success', () => {
    const told = started(['a', 'b']);
    answer(told, 'a', FAILED);
    answer(told, 'a');
    answer(told, 'a', FAILED);
    announce(told, 'b', end(2, 2, 'success'));
    expect(kinds(told.history())).toEqual([]);
    const wrong = started(['a', 'b']);
    answer(wrong, 'a', FAILED);
    answer(wrong, 'a');
    announce(wrong, 'b', end(1, 2, 'partial'));
    expect(kinds(wrong.history())).toEqual(['COORD-008 wrong count']);
  });

  test('names an end that comes too early, twice or never', () => {
    const early = started(['a', 'b']);
    announce(early, 'a', end(1, 2, 'partial'));
    expect(kinds(early.history())).toContain('COORD-008 phantom completion');
    const twice = started(['a']);
    announce(twice, 'a', end(1, 1, 'success'));
    twice.publish(COMPLETE, end(1, 1, 'success'));
    expect(kinds(twice.history())).toContain('COORD-008 double run');
    const same = started(['a', 'b']);
    answer(same, 'a', FAILED);
    const said = { ...end(1, 2, 'partial'), execution_id: uuid() };
    announce(same, 'b', said);
    same.publish(COMPLETE, said);
    expect(kinds(same.history())).toEqual(['COORD-032 repeated message']);
    same.publish(COMPLETE, { ...end(2, 2, 'success'), execution_id: said.execution_id });
    expect(kinds(same.history())).toContain('COORD-008 double run');
    const never = started(['a']);
    answer(never, 'a');
    expect(kinds(never.history())).toEqual(['COORD-008 stuck batch']);
  });

  test('names a trigger that is acked although requests of its interrupted start are missing', () => {
    const told = begun();
    told.seed(DATE, ['a', 'b']);
    const trigger = (status: number): number =>
      told.deliver(COORDINATOR, TRIGGER, message('FeatureStoreCompletion'), { status });
    within(
      told,
      () => trigger(503),
      () => {
        told.publish(REQUEST, request('a'));
        told.fault('strikes');
      },
    );
    trigger(503);
    expect(kinds(told.history())).toEqual([]);
    trigger(204);
    expect(kinds(told.history())).toEqual(['COORD-011 lost message']);
  });

  test('names a batch that takes no start when every claim has run out', () => {
    const told = begun();
    told.seed(DATE, ['a']);
    const start = (status: number): number =>
      told.request('/start', status, 'POST', null, COORDINATOR, { game_date: DATE, run: 1 });
    within(
      told,
      () => start(503),
      () => told.fault('strikes'),
    );
    start(200);
    expect(kinds(told.history())).toEqual([]);
    told.mark(CLAIMS_OVER);
    start(200);
    expect(kinds(told.history())).toEqual(['COORD-011 lost message']);
  });

  test('does not ask for players whom a start left out that was interrupted before anybody was requested', () => {
    const told = begun();
    told.seed(DATE, ['a', 'b'], { minutes: [12, 13] });
    const call = (path: string, status: number, min_minutes?: number): number =>
      told.request(path, status, 'POST', null, COORDINATOR, {
        game_date: DATE,
        run: 1,
        ...(min_minutes === undefined ? {} : { min_minutes }),
      });
    within(
      told,
      () => call('/start', 503, 13),
      () => told.fault('strikes'),
    );
    within(
      told,
      () => call('/retry', 202),
      () => void told.publish(REQUEST, request('b')),
    );
    call('/retry', 200);
    expect(kinds(told.history())).toEqual([]);
  });

  test('names a last answer that is acked although the announcement was refused', () => {
    const told = started(['a']);
    within(
      told,
      () => told.deliver(COORDINATOR, READY, result('a'), { status: 503 }),
      () => told.fault('strikes'),
    );
    expect(kinds(told.history())).not.toContain('COORD-008 stuck batch');
    answer(told, 'a');
    expect(kinds(told.history())).toContain('COORD-008 stuck batch');
  });

  test('names a trigger that is taken although too few are ready, and a silent one that starts a batch', () => {
    const few = begun();
    few.seed(DATE, []);
    few.deliver(COORDINATOR, TRIGGER, message('FeatureStoreCompletion'), { status: 202 });
    expect(kinds(few.history())).toEqual([]);
    const failed = begun();
    failed.seed(DATE, ['a']);
    within(
      failed,
      () =>
        failed.deliver(
          COORDINATOR,
          TRIGGER,
          message('FeatureStoreCompletion', { status: 'no_data', record_count: 0 }),
          { status: 204 },
        ),
      () => void failed.publish(REQUEST, request('a')),
    );
    expect(kinds(failed.history())).toEqual(
      expect.arrayContaining(['COORD-033 phantom completion', 'COORD-001 phantom completion']),
    );
  });

  test('lets a batch of nobody end at once as no_data, and names one that does not end, or ends otherwise', () => {
    const nobody = (sent: readonly Payload[]): Story => {
      const told = begun();
      told.seed(DATE, ['a'], { minutes: [12] });
      const body = { game_date: DATE, run: 1, min_minutes: 13 };
      within(
        told,
        () => told.request('/start', 202, 'POST', null, COORDINATOR, body),
        () => {
          for (const one of sent) told.publish(COMPLETE, one);
        },
      );
      return told;
    };
    const empty = (status: string): Payload =>
      message('PredictionsComplete', {
        ...end(0, 0, status),
        ...CALLED,
        record_count: 0,
        records_failed: 0,
        metadata: { ...NOBODY, upstream: [STORE] },
      });
    expect(kinds(nobody([empty('no_data')]).history())).toEqual([]);
    expect(kinds(nobody([]).history())).toEqual(['COORD-008 stuck batch']);
    expect(kinds(nobody([empty('success')]).history())).toEqual(['COORD-026 wrong answer']);
    const strange = started(['a']);
    strange.publish(COMPLETE, empty('no_data'));
    expect(kinds(strange.history())).toContain('COORD-008 phantom completion');
  });

  test('names an announcement that cannot be followed back to a feature store of its date', () => {
    const ends = (upstream: readonly Payload[]): History => {
      const told = started(['a']);
      const sent = end(1, 1, 'success');
      announce(told, 'a', { ...sent, metadata: { ...(sent['metadata'] as Payload), upstream } });
      return told.history();
    };
    expect(kinds(ends([]))).toEqual(['CORR-008 broken provenance']);
    expect(kinds(ends([{ ...STORE, processor: 'player_daily_cache' }]))).toEqual([
      'CORR-008 broken provenance',
    ]);
  });

  test('names a second batch that no force asked for', () => {
    const told = started(['a']);
    told.publish(REQUEST, request('a', { batch_id: 'b2' }));
    expect(kinds(told.history())).toContain('COORD-002 double run');
  });
});

describe('the model of the worker', () => {
  const asked = (told: Story, attempt: number, sent: readonly Payload[]): void =>
    within(
      told,
      () => told.deliver(WORKER, REQUEST, request('a', { attempt, correlation_id: 'c' }), { status: 204 }),
      () => {
        for (const one of sent) told.publish(READY, one);
      },
    );
  const first = uuid();
  const said = (overrides: Overrides = {}): Payload =>
    result('a', { correlation_id: 'c', duration_seconds: 0, ...overrides });

  test('accepts one success for a ready player, and its repetition for a later attempt', () => {
    const told = begun();
    told.seed(DATE, ['a']);
    asked(told, 1, [said({ execution_id: first })]);
    asked(told, 1, []);
    asked(told, 2, [said({ execution_id: first })]);
    expect(kinds(told.history(), WORKER_RECEIVER)).toEqual([]);
  });

  test('names a second attempt after a failure that is taken for a duplicate', () => {
    const told = begun();
    told.seed(DATE, ['b']);
    asked(told, 1, [said(FAILED)]);
    told.seed(DATE, ['a', 'b']);
    asked(told, 2, []);
    expect(kinds(told.history(), WORKER_RECEIVER)).toEqual(['IDEM-010 lost message']);
  });

  test('names an answer that says the attempt of another request', () => {
    const told = begun();
    told.seed(DATE, ['b']);
    asked(told, 1, [said(FAILED)]);
    told.seed(DATE, ['a', 'b']);
    asked(told, 2, [said({ attempt: 1 })]);
    expect(kinds(told.history(), WORKER_RECEIVER)).toEqual(['IDEM-010 wrong count']);
  });

  test('names a success without features, and the same attempt answered twice', () => {
    const told = begun();
    told.seed(DATE, ['b']);
    asked(told, 1, [said()]);
    expect(kinds(told.history(), WORKER_RECEIVER)).toEqual(['IDEM-011 wrong answer']);
    const twice = begun();
    twice.seed(DATE, ['a']);
    asked(twice, 1, [said({ execution_id: first })]);
    asked(twice, 1, [said({ execution_id: first })]);
    expect(kinds(twice.history(), WORKER_RECEIVER)).toEqual(['IDEM-009 repeated message']);
  });

  test('leaves open whether an attempt is answered again after an earlier one overtook it', () => {
    for (const again of [[], [said({ execution_id: first, attempt: 3 })]]) {
      const told = begun();
      asked(told, 3, [said({ ...FAILED, attempt: 3 })]);
      told.seed(DATE, ['a']);
      asked(told, 1, [said({ execution_id: first })]);
      asked(told, 3, again);
      expect(kinds(told.history(), WORKER_RECEIVER)).toEqual([]);
    }
  });
});
