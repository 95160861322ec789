import { describe, expect, test } from 'vitest';
import { deadlineOf } from '../../../conformance/checks/drawn/model/clock.ts';
import { COORDINATOR_RECEIVER } from '../../../conformance/checks/drawn/receivers/coordinator.ts';
import type { Overrides } from '../../../conformance/harness/messages/build.ts';
import type { History, HistoryEvent, Json, Payload } from '../../../conformance/history/events.ts';
import { DATE, message, type Story } from '../checks/story.ts';
import { begun, MOMENT } from './begun.ts';

const REQUEST = 'nba-phase5-prediction-request';
const STATUS = `/status?game_date=${DATE}&run=1`;

const kinds = (history: History) =>
  COORDINATOR_RECEIVER.judge(history).map(({ requirement, anomaly }) => `${requirement} ${anomaly}`);

/** Gives the last call of a story the body that it was made with, and the headers. */
function saying(told: Story, body: Json, headers?: Readonly<Record<string, string>>): void {
  const asked = (told.history() as HistoryEvent[]).findLast(({ kind }) => kind === 'request');
  if (asked !== undefined) Object.assign(asked, { body, ...(headers === undefined ? {} : { headers }) });
}

/** Seeds a feature store whose players have as many minutes as are named. */
function seedMinutes(told: Story, players: readonly string[], minutes: readonly number[]): void {
  told.seed(DATE, players);
  Object.assign(told.history().at(-1) as HistoryEvent, { minutes });
}

function start(told: Story, asked: readonly string[], body: Payload, status = 202): void {
  told.request('/start', status, 'POST', { status: 'started' });
  saying(told, { game_date: DATE, run: 1, ...body });
  const events = told.history() as HistoryEvent[];
  const response = events.pop();
  for (const player of asked) told.publish(REQUEST, request(player));
  if (response !== undefined) events.push({ ...response, sequence: events.length + 1 });
}

const request = (player: string, overrides: Overrides = {}): Payload =>
  message('PredictionRequest', {
    batch_id: 'b1',
    player_lookup: player,
    run: 1,
    attempt: 1,
    timestamp: MOMENT,
    backfill_mode: false,
    backfill_reason: null,
    ...overrides,
  });

const status = (fields: Payload): Payload => ({
  game_date: DATE,
  run: 1,
  state: 'none',
  batch_id: null,
  players_requested: 0,
  players_completed: 0,
  players_failed: 0,
  coverage_percent: 0,
  sla: 'open',
  deadline: new Date(deadlineOf(DATE)).toISOString(),
  ...fields,
});

describe('ACK-015, COORD-034, COORD-035, COORD-020 calls that the contract does not have', () => {
  test.each([
    ['an unknown path', '/stop', 'POST', { game_date: DATE }, 204, 'ACK-015 wrong answer'],
    ['a known path by another method', '/start', 'GET', null, 200, 'ACK-015 wrong answer'],
    ['a run that is none', '/start', 'POST', { game_date: DATE, run: 0 }, 202, 'COORD-034 wrong answer'],
    ['a text instead of an object', '/retry', 'POST', '[', 200, 'COORD-020 wrong answer'],
    ['a status of no date', '/status?game_date=2031-02-30', 'GET', null, 200, 'COORD-035 wrong answer'],
  ])('%s is refused', (_, path, method, body, taken, kind) => {
    for (const [answer, owed] of [
      [taken, [kind]],
      [400, []],
    ] as const) {
      const told = begun();
      told.request(path, answer, method, null);
      saying(told, body);
      expect(kinds(told.history())).toEqual(owed);
    }
  });
});

describe('COORD-024 what a status says', () => {
  test('is compared field by field, and its schema is kept', () => {
    const right = begun();
    right.request(STATUS, 200, 'GET', status({}));
    expect(kinds(right.history())).toEqual([]);
    for (const wrong of [{ sla: 'met' }, { state: 'running' }, { players_failed: -1 }, { run: 2 }]) {
      const told = begun();
      told.request(STATUS, 200, 'GET', status(wrong));
      expect(kinds(told.history())).toEqual(['COORD-024 wrong count']);
    }
  });

  test('a date without games has no deadline', () => {
    const told = begun();
    told.seed(DATE, []);
    Object.assign(told.history().at(-1) as HistoryEvent, { name: 'no_games' });
    told.request(STATUS, 200, 'GET', status({ sla: 'none' }));
    expect(kinds(told.history())).toEqual([]);
    told.request(STATUS, 200, 'GET', status({ sla: 'open' }));
    expect(kinds(told.history())).toEqual(['COORD-024 wrong count']);
  });

  test('the deadline is 10:00 in New York, in summer and in winter', () => {
    expect(new Date(deadlineOf('2031-07-01')).toISOString()).toBe('2031-07-01T14:00:00.000Z');
    expect(new Date(deadlineOf('2031-01-15')).toISOString()).toBe('2031-01-15T15:00:00.000Z');
  });
});

describe('COORD-036, COORD-037 whom a start asks', () => {
  test('nobody where the schedule lists no game', () => {
    const told = begun();
    told.seed(DATE, []);
    Object.assign(told.history().at(-1) as HistoryEvent, { name: 'no_games' });
    told.request('/start', 503, 'POST', { status: 'insufficient_data' });
    saying(told, { game_date: DATE, run: 1 });
    expect(kinds(told.history())).toEqual(['COORD-036 wrong answer', 'COORD-036 wrong answer']);
  });

  test('who has exactly the least minutes, and nobody with fewer', () => {
    const of = (asked: readonly string[]): readonly string[] => {
      const told = begun();
      seedMinutes(told, ['a', 'b', 'c'], [10, 20, 30]);
      start(told, asked, { min_minutes: 20 });
      return kinds(told.history());
    };
    expect(of(['b', 'c'])).toEqual([]);
    expect(of(['c'])).toEqual(['COORD-037 lost message']);
    expect(of(['a', 'b', 'c'])).toEqual(['COORD-037 phantom completion']);
  });

  test('BACK-003 as a backfill only where its feature store was one', () => {
    const told = begun();
    told.seed(DATE, ['a']);
    Object.assign(told.history().at(-1) as HistoryEvent, { backfill_reason: 'historical_load' });
    start(told, ['a'], {});
    expect(kinds(told.history())).toEqual(['BACK-003 backfill leak']);
  });
});
