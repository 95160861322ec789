import { status } from '@grpc/grpc-js';
import { describe, expect, test } from 'vitest';
import type { CloudCall } from '../../../conformance/cloud/calls.ts';
import {
  aboutCalls,
  createFaultBoard,
  JUDGE_DOOR,
  describe as sayFault,
} from '../../../conformance/harness/faults/faults.ts';
import { messageMarks, redate } from '../../../conformance/harness/faults/marks.ts';
import { createRecorder } from '../../../conformance/history/recorder.ts';

const DATE = '2031-01-05';
const publish = (topic: string, game_date: string): CloudCall => ({
  sequence: 1,
  service: 'pubsub',
  method: 'Publish',
  origin: null,
  project: 'demo-p',
  request: {
    topic: `projects/demo-p/topics/${topic}`,
    messages: [{ data: Buffer.from(JSON.stringify({ game_date })) }],
  },
});
const commit = (path: string): CloudCall => ({
  sequence: 2,
  service: 'firestore',
  origin: null,
  method: 'Commit',
  project: 'demo-p',
  request: { writes: [{ update: { name: `projects/demo-p/databases/(default)/documents/${path}` } }] },
});

const read = (path: string, transaction?: string): CloudCall => ({
  sequence: 3,
  service: 'firestore',
  origin: null,
  method: 'BatchGetDocuments',
  project: 'demo-p',
  request: {
    documents: [`projects/demo-p/databases/(default)/documents/${path}`],
    ...(transaction === undefined ? {} : { transaction: Buffer.from(transaction) }),
  },
});

describe('a fault of reads', () => {
  test('strikes what is read about its date, and no commit', async () => {
    const board = createFaultBoard(createRecorder());
    board.add({ on: 'read', game_date: DATE, effect: 'refuse' });
    const calls = [read(`phase3_completion/${DATE}`), read('phase3_completion/2031-01-06'), commit(DATE)];
    const kinds = await Promise.all(calls.map(async (call) => (await board.gate(call)).kind));
    expect(kinds).toEqual(['fail', 'serve', 'serve']);
  });

  test('that is alike strikes the repeats of its first read, in whatever transaction, and no other', async () => {
    const board = createFaultBoard(createRecorder());
    board.add({ on: 'read', game_date: DATE, effect: 'refuse', after: 1, alike: true });
    const [claim, rows] = [`claims/${DATE}`, `rows/${DATE}`];
    const calls = [read(claim), read(rows), read(claim), read(rows, 'another'), read(`rows/${DATE}.r2`)];
    const kinds: string[] = [];
    for (const call of calls) kinds.push((await board.gate(call)).kind);
    expect(kinds).toEqual(['serve', 'fail', 'serve', 'fail', 'serve']);
  });
});

describe('a fault', () => {
  test('strikes the target, and not what the judge itself writes or reads', async () => {
    const board = createFaultBoard(createRecorder());
    board.add({ on: 'commit', game_date: DATE, effect: 'refuse' });
    board.add({ on: 'read', game_date: DATE, effect: 'refuse' });
    const calls = [commit(`rows/${DATE}`), read(`rows/${DATE}`)];
    const own = calls.map((call) => ({ ...call, origin: JUDGE_DOOR }));
    const kinds = await Promise.all([...calls, ...own].map(async (call) => (await board.gate(call)).kind));
    expect(kinds).toEqual(['fail', 'fail', 'serve', 'serve']);
  });

  test('of one component strikes neither another, nor spares calls of which nobody knows whose they are', async () => {
    const board = createFaultBoard(createRecorder());
    board.add({ on: 'commit', game_date: DATE, effect: 'refuse', by: 'phase5-worker' });
    const origins = ['phase5-worker', 'phase5-worker#2', 'phase4-orchestrator', null];
    const kinds = await Promise.all(
      origins.map(async (origin) => (await board.gate({ ...commit(`rows/${DATE}`), origin })).kind),
    );
    expect(kinds).toEqual(['fail', 'fail', 'serve', 'fail']);
  });

  test('strikes only its topic and its game date', async () => {
    const board = createFaultBoard(createRecorder());
    board.add({ on: 'publish', topic: 'nba-phase4-trigger', game_date: DATE, effect: 'refuse' });
    const kinds = await Promise.all(
      [
        publish('nba-phase4-trigger', DATE),
        publish('nba-phase4-trigger', '2031-01-06'),
        publish('nba-phase2-raw-complete', DATE),
        commit(`phase3_completion/${DATE}`),
      ].map(async (call) => (await board.gate(call)).kind),
    );
    expect(kinds).toEqual(['fail', 'serve', 'serve', 'serve']);
  });

  test('strikes a date without dashes as well, and no longer number', async () => {
    const board = createFaultBoard(createRecorder());
    board.add({ on: 'commit', game_date: DATE, effect: 'refuse' });
    const ids = ['20310105', '20310105.r2', 'run_20310105', '720310105', '203101051', '20310106'];
    const kinds = await Promise.all(
      ids.map(async (id) => (await board.gate(commit(`phase3_completion/${id}`))).kind),
    );
    expect(kinds).toEqual(['fail', 'fail', 'fail', 'serve', 'serve', 'serve']);
  });

  test('strikes what is about its date, and nothing that only names it beside its own', async () => {
    const board = createFaultBoard(createRecorder());
    board.add({ on: 'commit', game_date: DATE, effect: 'refuse' });
    board.add({ on: 'publish', game_date: DATE, effect: 'refuse' });
    const text = (value: string) => ({ stringValue: value });
    const write = (path: string, fields: object): CloudCall => ({
      ...commit(path),
      request: { writes: [{ update: { name: `projects/p/databases/(default)/documents/${path}`, fields } }] },
    });
    const send = (message: object): CloudCall => ({
      ...publish('t', DATE),
      request: { topic: 't', messages: [{ data: Buffer.from(JSON.stringify(message)) }] },
    });
    const today = new Date().toISOString().slice(0, 10);
    const calls = [
      [write('slates/2031-01-06', { last_games: text(`[{"game_date":"${DATE}"}]`) }), 'serve'],
      [write('slates/a', { game_date: text('2031-01-06'), last_game: text(DATE) }), 'serve'],
      [write('slates/a', { game_date: text(DATE), next_game: text('2031-01-06') }), 'fail'],
      [write('slates/a', { content: text(`{"date":"${DATE}"}`) }), 'fail'],
      [write(`outbox/${today}/a`, { game_date: text(DATE) }), 'fail'],
      [write(`outbox/${today}/a`, { body: text(DATE) }), 'fail'],
      [send({ game_date: '2031-01-06', last_game: DATE }), 'serve'],
      [send({ date: DATE }), 'fail'],
    ] as const;
    for (const [call, kind] of calls)
      expect([(await board.gate(call)).kind, call.request]).toEqual([kind, call.request]);
  });

  test('strikes a commit of several documents when one of them is about its date', async () => {
    const board = createFaultBoard(createRecorder());
    board.add({ on: 'commit', game_date: DATE, effect: 'refuse' });
    const writes = ['slates/2031-01-06', `slates/${DATE}`].map((name) => ({ update: { name } }));
    expect((await board.gate({ ...commit(''), request: { writes } })).kind).toBe('fail');
  });

  test('lets some calls pass first, strikes a number of times, and can be lifted', async () => {
    const recorder = createRecorder();
    const board = createFaultBoard(recorder);
    const fault = board.add({ on: 'commit', game_date: DATE, effect: 'refuse', after: 1, times: 1 });
    const call = commit(`claims/${DATE}`);
    const kinds = [];
    for (let count = 0; count < 3; count++) kinds.push((await board.gate(call)).kind);
    expect(kinds).toEqual(['serve', 'fail', 'serve']);
    expect(fault.hits()).toBe(1);
    fault.lift();
    fault.lift();
    const changes = recorder.all().flatMap((event) => (event.kind === 'fault' ? [event.change] : []));
    expect(changes).toEqual(['begins', 'strikes', 'ends']);
  });

  test('of one case is told to another that uses the same day only where it strikes', async () => {
    const recorder = createRecorder();
    const board = createFaultBoard(recorder);
    const [own, other] = [recorder.view(), recorder.view()];
    own.add('own');
    other.add('other');
    other.add(DATE);
    const fault = board.add({ on: 'publish', topic: 't', game_date: DATE, effect: 'refuse' }, ['own']);
    await board.gate(publish('u', DATE));
    await board.gate(publish('t', DATE));
    fault.lift();
    const changesIn = (view: typeof own): readonly string[] =>
      view.events().flatMap((event) => (event.kind === 'fault' ? [event.change] : []));
    expect(changesIn(own)).toEqual(['begins', 'strikes', 'ends']);
    expect(changesIn(other)).toEqual(['strikes']);
  });

  test('counts the messages of a publish, and lets it fail as a whole when one of them is to fail', async () => {
    const board = createFaultBoard(createRecorder());
    const many = (count: number, game_date = DATE): CloudCall => {
      const call = publish('nba-phase5-prediction-request', game_date);
      const data = Buffer.from(JSON.stringify({ game_date }));
      return { ...call, request: { ...(call.request as object), messages: Array(count).fill({ data }) } };
    };
    board.add({ on: 'publish', game_date: DATE, effect: 'refuse', after: 3, times: 1 });
    const kinds = [];
    for (const call of [many(2), many(9, '2031-01-06'), many(2), many(2)])
      kinds.push((await board.gate(call)).kind);
    expect(kinds).toEqual(['serve', 'serve', 'fail', 'serve']);
  });

  test('can be told of another date, in the form that it is written in', () => {
    expect(redate('Commit runs/2031-01-05/20310105 for 1', '2100-02-03')).toBe(
      'Commit runs/2100-02-03/21000203 for 1',
    );
  });

  test('tells by its words which calls it is about', () => {
    for (const on of ['publish', 'commit'] as const) {
      expect(aboutCalls(sayFault({ on, game_date: DATE, effect: 'refuse' }))).toBe(on);
    }
    expect(aboutCalls('Commit claims/2031-01-05 is not done and answered ABORTED')).toBeUndefined();
  });

  test('refuses with an error that is not retried, and loses an answer with one that is', async () => {
    const board = createFaultBoard(createRecorder());
    const refuse = board.add({ on: 'publish', game_date: DATE, effect: 'refuse' });
    expect(await board.gate(publish('t', DATE))).toMatchObject({
      kind: 'fail',
      code: status.PERMISSION_DENIED,
    });
    refuse.lift();
    const lose = board.add({ on: 'publish', game_date: DATE, effect: 'lose_answer' });
    expect(await board.gate(publish('t', DATE))).toMatchObject({
      kind: 'fail_after',
      code: status.UNAVAILABLE,
    });
    lose.lift();
    board.add({ on: 'publish', game_date: DATE, effect: 'hang' });
    expect(await board.gate(publish('t', DATE))).toEqual({ kind: 'hang' });
  });

  test('holds a call until it is lifted, and tells when it struck', async () => {
    const board = createFaultBoard(createRecorder());
    const fault = board.add({ on: 'publish', game_date: DATE, effect: 'hold' });
    const verdict = board.gate(publish('t', DATE));
    await fault.struck;
    fault.lift();
    expect(await verdict).toEqual({ kind: 'serve' });
  });

  test('is said in words', () => {
    expect(sayFault({ on: 'publish', topic: 't', game_date: DATE, effect: 'hang', times: 2 })).toBe(
      `each publish to t for ${DATE} is never answered, 2 times at most`,
    );
  });
});

test('a message is tied to its date, its ids and those of its upstream runs', () => {
  const message = {
    game_date: DATE,
    execution_id: 'e',
    correlation_id: 'c',
    trigger_message_id: null,
    metadata: { upstream: [{ execution_id: 'u' }, 'x'] },
  };
  expect(messageMarks(message)).toEqual([DATE, 'c', 'e', 'u']);
  expect(messageMarks('text')).toEqual([]);
});
