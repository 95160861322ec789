import { get } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { createMessageLog } from '../../../reference/console/messages.ts';
import type { ConsoleOptions } from '../../../reference/console/server.ts';
import { PipelineError } from '../../../reference/errors/pipeline-error.ts';
import { letter, runInMemory, snapshotOf } from '../operations/snapshots.ts';
import { closeConsole, open, SWEEP } from './opened.ts';

afterEach(closeConsole);

describe('who may look', () => {
  test('whoever has the whole address', async () => {
    const { url } = await open();
    const response = await fetch(url);
    expect(response.status).toBe(200);
    expect(url.hostname).toBe('127.0.0.1');
    expect((await response.text()).match(/<\/script>/g)).toHaveLength(2);
  });

  test.each(['/', '/api/overview', '/api/messages', '/api/events', '/trace?date=2024-01-15'])(
    'nobody without the token: %s',
    async (path) => {
      const { url } = await open();
      const response = await fetch(new URL(path, url));
      expect(response.status).toBe(403);
      expect(await response.json()).toEqual({ error: expect.stringContaining('token') });
    },
  );

  test('nobody who comes by another name of this machine', async () => {
    const { url } = await open();
    const status = await new Promise((resolve, reject) => {
      get(url, { headers: { host: 'evil.example' } }, (response) => resolve(response.resume().statusCode)).on(
        'error',
        reject,
      );
    });
    expect(status).toBe(421);
  });

  test('a wrong date is refused with what was expected', async () => {
    const { url, token } = await open();
    const response = await fetch(new URL(`/api/date?date=15.1.2024&token=${token}`, url));
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      error: '[INVALID_REQUEST] date must be written YYYY-MM-DD, got "15.1.2024"',
    });
  });
});

describe('what an act needs', () => {
  test('it is shown first, and nothing is sent', async () => {
    const { post, calls, acts } = await open();
    const shown = await (await post('/api/act', { act: SWEEP })).json();
    expect(shown).toMatchObject({
      is_dry: true,
      refused: null,
      requests: [
        { what: 'POST /sweep on phase3-to-phase4-orchestrator', body: null, answer: null },
        { what: 'POST /sweep on phase4-orchestrator', body: null, answer: null },
      ],
    });
    expect([calls, acts]).toEqual([[], []]);
  });

  test('confirmed, it is sent as it was shown, and logged', async () => {
    const { post, calls, acts } = await open();
    const done = await (await post('/api/act', { act: SWEEP, confirmed: true })).json();
    expect(done).toMatchObject({ is_dry: false, requests: [{ is_done: true }, { is_done: true }] });
    expect(calls.map(({ component, path }) => `${component}${path}`)).toEqual([
      'phase3-to-phase4-orchestrator/sweep',
      'phase4-orchestrator/sweep',
    ]);
    expect(acts).toEqual([expect.stringContaining('"target":"sweep"')]);
  });

  test('where acts are off it is shown, and not sent', async () => {
    const { post, calls } = await open({ allow_actions: false });
    expect((await post('/api/act', { act: SWEEP })).status).toBe(200);
    const refused = await post('/api/act', { act: SWEEP, confirmed: true });
    expect(refused.status).toBe(403);
    expect(await refused.json()).toEqual({ error: expect.stringContaining('--allow-actions') });
    expect(calls).toEqual([]);
  });

  test('never by GET, and not from another site or without the page’s header', async () => {
    const { url, token, post, calls } = await open();
    expect((await fetch(new URL(`/api/act?token=${token}`, url))).status).toBe(404);
    expect(
      (await post('/api/act', { act: SWEEP, confirmed: true }, { 'sec-fetch-site': 'cross-site' })).status,
    ).toBe(403);
    const form = await fetch(new URL(`/api/act?token=${token}`, url), {
      method: 'POST',
      body: JSON.stringify({ act: SWEEP, confirmed: true }),
    });
    expect(form.status).toBe(403);
    expect(calls).toEqual([]);
  });

  test.each([
    ['no JSON', 'kind must be', { act: null }],
    ['an unknown target', 'target must be one of', { act: { ...SWEEP, target: 'everything' } }],
    ['a wrong date', 'game_date must be', { act: { ...SWEEP, game_date: 'today' } }],
    ['a wrong run', 'run must be a whole number', { act: { ...SWEEP, run: 0 } }],
    ['no dead letter', 'message_id must be', { act: { kind: 'replay', topic: 't' } }],
  ])('%s is refused with what was expected', async (_what, words, body) => {
    const { post } = await open();
    const response = await post('/api/act', body);
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ error: expect.stringContaining(words) });
  });

  test('nothing is broken on purpose but by `pipeline serve --console`', async () => {
    const { post } = await open();
    expect((await post('/api/drill', { drill: 'lost-trigger' })).status).toBe(403);
  });
});

test('a message is told to every open page', async () => {
  const { url, token, running } = await open();
  const stream = await fetch(new URL(`/api/events?token=${token}`, url));
  const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
  expect((await reader?.read())?.value).toContain('open');
  const data = Buffer.from(JSON.stringify({ game_date: '2024-01-15', status: 'success' }));
  const log = createMessageLog();
  running.tell(
    log.add('nba-phase2-raw-complete', {
      message_id: '7',
      published_at: '2024-01-15T12:00:00Z',
      attributes: {},
      data,
    }),
  );
  expect((await reader?.read())?.value).toContain('"message_id":"7"');
  await reader?.cancel();
});

describe('what cannot be answered', () => {
  const failing = (error: unknown): ConsoleOptions['watch'] => ({
    overview: () => Promise.reject(error),
    date: () => Promise.reject(error),
    snapshot: () => Promise.reject(error),
    touch: () => undefined,
    touchAll: () => undefined,
  });

  test.each([
    [
      new PipelineError('STORE_UNAVAILABLE', 'expected documents, got none'),
      502,
      'expected documents, got none',
    ],
    [new Error('a fault of the console'), 500, 'a fault of the console'],
    ['a sentence alone', 500, 'a sentence alone'],
  ])('%s is told to the page, with %i', async (error, status, sentence) => {
    const { url, token } = await open({ watch: failing(error) });
    const response = await fetch(new URL(`/api/overview?token=${token}`, url));
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({ error: expect.stringContaining(sentence) });
  });

  test('a path that does not exist, and a method that neither shows nor acts, are refused by name', async () => {
    const { url, token, post } = await open();
    const lost = await fetch(new URL(`/api/nothing?token=${token}`, url));
    expect([lost.status, await lost.json()]).toEqual([404, { error: 'nothing is at /api/nothing' }]);
    expect((await post('/api/nothing', {})).status).toBe(404);
    const put = await fetch(new URL(`/?token=${token}`, url), { method: 'PUT' });
    expect([put.status, await put.json()]).toEqual([405, { error: 'GET shows, POST acts' }]);
  });

  test.each([
    ['no object', '7', 'the body must be a JSON object'],
    ['no JSON', '{', 'the body must be a JSON object'],
    ['longer than an act can be', JSON.stringify('x'.repeat(100_001)), 'a body holds at most 100000 bytes'],
  ])('a body that is %s', async (_what, body, sentence) => {
    const { url, token } = await open();
    const headers = { 'x-console-token': token };
    const response = await fetch(new URL('/api/act', url), { method: 'POST', headers, body });
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ error: expect.stringContaining(sentence) });
  });
});

describe('what is shown of a date', () => {
  test('its dead letters as they were sent, also those that are no JSON; of run 1 unless another is asked for', async () => {
    const topic = 'nba-phase2-raw-complete';
    const asked: number[] = [];
    const dead_letters = [
      letter(topic, { game_date: '2024-01-15' }),
      letter(
        topic,
        {},
        { message_id: '9', payload: undefined, data: Buffer.from('{torn').toString('base64') },
      ),
    ];
    const snapshot = { ...(await snapshotOf(await runInMemory())), dead_letters };
    const { url, token } = await open({
      watch: {
        overview: async () => [],
        date: () => Promise.reject(new Error('not asked for')),
        snapshot: async (_date, run) => {
          asked.push(run);
          return snapshot;
        },
        touch: () => undefined,
        touchAll: () => undefined,
      },
    });
    const at = (query: string) => new URL(`${query}&token=${token}`, url);
    const shown = await (await fetch(at('/api/dead-letters?date=2024-01-15'))).json();
    expect(shown.dead_letters.map(({ payload }: { payload: string }) => JSON.parse(payload))).toEqual([
      { game_date: '2024-01-15' },
      '{torn',
    ]);
    await fetch(at('/api/dead-letters?date=2024-01-15&run=2'));
    const page = await fetch(at('/trace?date=2024-01-15'));
    expect(await page.text()).toContain('everything of 2024-01-15');
    expect(asked).toEqual([1, 2, 1]);
  });

  test('no messages where the topics are not listened to', async () => {
    const { url, token } = await open({ log: null });
    const response = await fetch(new URL(`/api/messages?after=3&token=${token}`, url));
    expect(await response.json()).toEqual({ messages: [] });
  });
});

describe('the overview', () => {
  const row = (place: number, findings: readonly object[] = []) => ({
    game_date: `2024-01-${place}`,
    run: 1,
    verdict: null,
    cells: [],
    findings,
  });
  const finding = { kind: 'problem', code: 'TRIGGER_PENDING' };

  test('has the latest 40 dates and older ones of which something is wrong; all dates when they are asked for', async () => {
    const rows = Array.from({ length: 660 }, (_, place) => row(place, place === 500 ? [finding] : []));
    const watch = {
      overview: async () => rows,
      date: () => Promise.reject(new Error('not asked for')),
      snapshot: () => Promise.reject(new Error('not asked for')),
      touch: () => undefined,
      touchAll: () => undefined,
    } as unknown as ConsoleOptions['watch'];
    const { url, token } = await open({ watch });
    const ask = async (query: string) =>
      (await (await fetch(new URL(`/api/overview?token=${token}${query}`, url))).json()) as {
        readonly rows: readonly { readonly game_date: string }[];
        readonly total: number;
      };
    const first = await ask('');
    expect([first.rows.length, first.total, first.rows.at(-1)?.game_date]).toEqual([41, 660, '2024-01-500']);
    expect((await ask('&rows=all')).rows).toHaveLength(660);
  });
});
