import { describe, expect, test } from 'vitest';
import type { Check } from '../../../conformance/checks/check.ts';
import {
  BATCH_END,
  FOREIGN_RESULTS,
  RESTART,
  RETRY,
  STATUS,
} from '../../../conformance/checks/coordinator/batches.ts';
import { STATUS_BY_COVERAGE } from '../../../conformance/checks/coordinator/progress.ts';
import {
  BATCH_START,
  CONCURRENT_STARTS,
  INSUFFICIENT,
  INTERRUPTED_START,
  PAST_DATE,
  SCHEDULER_START,
} from '../../../conformance/checks/coordinator/starts.ts';
import { TRIGGER_ANSWERS, WAITING_START } from '../../../conformance/checks/coordinator/triggers.ts';
import { situationCalled } from '../../../conformance/checks/situations/all.ts';
import type { Payload } from '../../../conformance/history/events.ts';
import { DATE, message, type Story, story } from './story.ts';

const ME = 'phase5-coordinator';
const REQUEST = 'nba-phase5-prediction-request';
const READY = 'nba-phase5-prediction-ready';
const END = 'nba-phase5-predictions-complete';
const PLAYERS = ['ann', 'bob', 'cyd', 'dan'];

const names = (check: Check, told: Story) => check.judge(told.history()).map(({ anomaly }) => anomaly);
const request = (player: string, batch_id = 'batch', attempt = 1): Payload =>
  message('PredictionRequest', { player_lookup: player, batch_id, attempt });
const result = (player: string, batch_id = 'batch'): Payload =>
  message('PredictionReady', { player_lookup: player, batch_id });
const end = (completed: number, failed = 0): Payload =>
  message('PredictionsComplete', {
    metadata: {
      batch_id: 'batch',
      players_requested: 4,
      players_completed: completed,
      players_failed: failed,
      coverage_percent: completed * 25,
    },
  });

function trigger(told: Story, status = 202, game_date = DATE): void {
  told.seed(game_date, PLAYERS);
  told.deliver(ME, 'nba-phase4-precompute-complete', message('FeatureStoreCompletion', { game_date }), {
    status,
  });
}

function started(players: readonly string[] = PLAYERS): Story {
  const told = story();
  trigger(told);
  for (const player of players) told.publish(REQUEST, request(player));
  return told;
}

function answer(told: Story, players: readonly string[]): void {
  for (const player of players) told.deliver(ME, READY, result(player), { status: 204 });
}

describe('starting', () => {
  test.each([BATCH_START, CONCURRENT_STARTS, INTERRUPTED_START].map((check) => [check.name, check] as const))(
    '%s accepts one request for each ready player, and names a lost one',
    (_, check) => {
      expect(check.judge(started().history())).toEqual([]);
      expect(names(check, started(['ann', 'bob', 'cyd']))).toEqual(['lost message']);
    },
  );
  test('COORD-001 a player who is not ready', () => {
    expect(names(BATCH_START, started([...PLAYERS, 'eve']))).toEqual(['phantom completion']);
  });
  test('COORD-002 two batches of one date', () => {
    const told = started();
    told.publish(REQUEST, request('ann', 'other'));
    expect(names(CONCURRENT_STARTS, told)).toContain('double run');
  });
  test('COORD-003 requests after the batch was running', () => {
    const told = started();
    told.mark('running');
    told.publish(REQUEST, request('ann'));
    expect(names(CONCURRENT_STARTS, told)).toContain('repeated message');
  });
  test('COORD-004 a past date starts nothing and is acked', () => {
    const told = story();
    trigger(told, 204, '1999-01-01');
    expect(PAST_DATE.judge(told.history())).toEqual([]);
    told.publish(REQUEST, message('PredictionRequest', { player_lookup: 'ann', game_date: '1999-01-01' }));
    expect(names(PAST_DATE, told)).toEqual(['phantom completion']);
  });
  test('COORD-005 a scheduler call that is refused', () => {
    const told = story();
    told.request('/start', 400);
    expect(names(SCHEDULER_START, told)).toEqual(['wrong answer']);
    const right = story();
    right.request('/start', 202);
    expect(SCHEDULER_START.judge(right.history())).toEqual([]);
  });
  test('COORD-006 a start with too few players', () => {
    const told = story();
    told.request('/start', 202);
    expect(names(INSUFFICIENT, told)).toEqual(['wrong answer']);
    const right = story();
    right.request('/start', 503);
    expect(INSUFFICIENT.judge(right.history())).toEqual([]);
  });
});

describe('ending', () => {
  test.each([BATCH_END, FOREIGN_RESULTS, RESTART].map((check) => [check.name, check] as const))(
    '%s accepts one announcement after the last answer, and names a missing and an early one',
    (_, check) => {
      const told = started();
      answer(told, PLAYERS.slice(0, 3));
      expect(check.judge(told.history())).toEqual([]);
      answer(told, PLAYERS.slice(3));
      expect(check.judge(told.history()).length).toBe(1);
      told.publish(END, end(4));
      expect(check.judge(told.history())).toEqual([]);

      const early = started();
      answer(early, PLAYERS.slice(0, 3));
      early.publish(END, end(3));
      answer(early, PLAYERS.slice(3));
      expect(names(check, early)).toContain('phantom completion');
    },
  );
  test('COORD-008 counts that the results do not give', () => {
    const told = started();
    answer(told, PLAYERS);
    told.publish(END, end(3, 1));
    expect(names(BATCH_END, told)).toEqual(['wrong count']);
  });
  test('COORD-007 a result of another batch that is counted', () => {
    const told = started();
    answer(told, PLAYERS.slice(0, 3));
    told.deliver(ME, READY, result('dan', 'other'), { status: 204 });
    told.publish(END, end(4));
    expect(names(FOREIGN_RESULTS, told)).toContain('wrong count');
  });
  test('COORD-012 a batch that a restart forgets', () => {
    const told = started();
    answer(told, PLAYERS);
    expect(names(RESTART, told)).toEqual(['stuck batch']);
    const asked = started();
    asked.request('/status', 200, 'GET', { players_requested: 4, players_completed: 2 });
    expect(names(RESTART, asked)).toEqual([]);
    const forgotten = started();
    forgotten.request('/status', 200, 'GET', { players_requested: 0, players_completed: 0 });
    expect(names(RESTART, forgotten)).toEqual(['wrong answer']);
  });
});

describe('a trigger and its answers', () => {
  const told = (...statuses: readonly number[]): Story => {
    const all = story();
    for (const [index, status] of statuses.entries()) {
      if (index === 1) all.mark('filled');
      trigger(all, status);
    }
    return all;
  };
  test('COORD-029 a trigger before the players are ready is not acked and requests nobody', () => {
    expect(TRIGGER_ANSWERS.judge(told(503, 202, 204, 204, 204).history())).toEqual([]);
    expect(names(TRIGGER_ANSWERS, told(204))).toEqual(['swallowed message']);
    expect(names(TRIGGER_ANSWERS, told(500))).toEqual(['wrong answer']);
    const early = story();
    early.publish(REQUEST, request('ann'));
    early.mark('filled');
    early.publish(REQUEST, request('bob'));
    expect(names(TRIGGER_ANSWERS, early)).toEqual(['phantom completion']);
  });
  test('COORD-031 a start while Phase 4 is under way', () => {
    const asked = (status: number, word: string): Story => {
      const all = story();
      all.request('/scrape', 200);
      all.request('/start', status, 'POST', { status: word });
      return all;
    };
    expect(WAITING_START.judge(asked(200, 'waiting_for_phase4').history())).toEqual([]);
    expect(names(WAITING_START, asked(200, 'already_running'))).toEqual(['wrong answer']);
    expect(names(WAITING_START, asked(503, 'insufficient_data'))).toEqual(['wrong answer']);
  });
  test('COORD-030 202 for a batch that begins, 204 for one that does not', () => {
    const wrong = TRIGGER_ANSWERS.judge(told(503, 204, 202, 204, 200).history());
    expect(wrong.map(({ requirement }) => requirement)).toEqual(['COORD-030', 'COORD-030', 'COORD-030']);
  });
});

describe('retry and status', () => {
  const retried = (players: readonly string[], last = 200): Story => {
    const told = started();
    told.mark('stragglers', 'all have answered, and ann has no prediction');
    told.request('/retry', 202);
    for (const player of players) told.publish(REQUEST, request(player, 'batch', 2));
    told.request('/retry', last);
    return told;
  };
  test('COORD-009 only the straggler is asked again', () => {
    expect(RETRY.judge(retried(['ann']).history())).toEqual([]);
    expect(names(RETRY, retried(['ann', 'bob']))).toEqual(['repeated message']);
    expect(names(RETRY, retried([]))).toEqual(['stuck batch']);
    expect(names(RETRY, retried(['ann'], 202))).toEqual(['wrong answer']);
  });
  test('COORD-010 the status of a date whose deadline passed', () => {
    const asked = (statuses: readonly number[]): Story => {
      const told = story();
      for (const status of statuses) told.request('/status', status, 'GET');
      return told;
    };
    expect(STATUS.judge(asked([200, 503, 400, 200]).history())).toEqual([]);
    expect(names(STATUS, asked([200, 200, 400, 200]))).toEqual(['wrong answer']);
  });
  test('COORD-010 the status of a past date by its coverage', () => {
    const asked = (...statuses: readonly number[]): Story => {
      const told = story();
      told.request('/start', 202);
      told.publish(REQUEST, message('PredictionRequest', { game_date: '1990-01-02' }));
      for (const [index, status] of statuses.entries())
        told.request('/status?game_date=1990-01-02', status, 'GET', { players_completed: 8 + index });
      return told;
    };
    expect(STATUS_BY_COVERAGE.judge(asked(503, 200).history())).toEqual([]);
    expect(names(STATUS_BY_COVERAGE, asked(503, 503))).toEqual(['wrong answer']);
    expect(names(STATUS_BY_COVERAGE, asked(200, 200))).toEqual(['wrong answer']);
    const { count } = situationCalled('status of a past date with a batch');
    expect(count(asked(503, 200).history())).toBe(2);
    const refused = story();
    refused.request('/status?game_date=1990-01-02', 503, 'GET');
    expect(count(refused.history())).toBe(0);
  });
});
