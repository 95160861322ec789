import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openConsole } from '../../reference/cli/operate/console.ts';
import { createComponentCalls } from '../../reference/operations/calls/component-calls.ts';
import { SETTINGS } from '../reference/deliveries.ts';
import { DATE, deadLetter, lostTrigger, predicted, SOON_DEAD } from './stage/scenes.ts';
import { closeCloud, openCloud, type Stage, until } from './stage/stage.ts';

let stage: Stage;
let running: Awaited<ReturnType<typeof openConsole>>;
let token: string;

beforeAll(async () => {
  await openCloud();
  stage = await lostTrigger({ later_seconds: 600, ...SOON_DEAD });
  const { ports, letters, project, addresses, pubsub, stopComponent, startComponent } = stage;
  const find = (name: string) => Promise.resolve({ url: addresses[name] ?? '', headers: {} });
  const place = { settings: { ...SETTINGS, project }, ports, letters, calls: createComponentCalls({ find }) };
  const practice = { game_date: DATE, pubsub, addresses, stopComponent, startComponent };
  running = await openConsole(place, { port: 0, allowActions: false }, practice);
  token = new URL(running.url).searchParams.get('token') ?? '';
}, 120_000);
afterAll(async () => {
  await running?.stop();
  await stage?.close();
  await closeCloud();
});

async function ask(
  path: string,
  body?: object,
): Promise<{ readonly status: number; readonly said: Record<string, unknown> }> {
  const response = await fetch(new URL(path, running.url), {
    method: body === undefined ? 'GET' : 'POST',
    headers: { 'x-console-token': token },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, said: (await response.json()) as Record<string, unknown> };
}

const trigger = (target: string, changes: object = {}) => ({
  kind: 'trigger',
  target,
  game_date: DATE,
  run: 1,
  processor: null,
  level: null,
  again: false,
  ...changes,
});
const act = (wish: object, confirmed = false) => ask('/api/act', { act: wish, confirmed });

describe('the console beside a pipeline that runs', () => {
  test('shows the date as it stands, in the overview and alone', async () => {
    const { said } = await ask('/api/overview');
    expect(said).toMatchObject({ rows: [{ game_date: DATE, verdict: 'stuck' }] });
    const date = await ask(`/api/date?date=${DATE}`);
    expect(date.said).toMatchObject({
      run: 1,
      verdict: 'stuck',
      orchestrators: [{ missing: [] }, { reported: [] }],
    });
  });

  test('shows the timeline of the date as a page', async () => {
    const response = await fetch(new URL(`/trace?date=${DATE}&run=1&token=${token}`, running.url));
    expect(await response.text()).toContain('player_game_summary');
  });

  test('has nothing at another path, and takes no other method', async () => {
    expect((await ask('/api/everything')).status).toBe(404);
    expect((await ask('/api/everything', {})).status).toBe(404);
    const headers = { 'x-console-token': token };
    expect((await fetch(new URL('/', running.url), { method: 'DELETE', headers })).status).toBe(405);
    const broken = await fetch(new URL('/api/act', running.url), { method: 'POST', headers, body: '{' });
    expect(broken.status).toBe(400);
  });

  test.each([
    ['1', 'POST /scrape on phase1-scrapers'],
    ['5', 'POST /start on phase5-coordinator'],
    ['retry', 'POST /retry on phase5-coordinator'],
    ['2', 'publish on nba-phase1-scrapers-complete'],
    ['3', 'publish on nba-phase2-raw-complete'],
    ['fan-in', 'publish on nba-phase3-analytics-complete'],
    ['4', 'publish on nba-phase4-trigger'],
  ])('shows what trigger %s would send', async (target, what) => {
    const { said } = await act(trigger(target));
    expect(said).toMatchObject({ is_dry: true, refused: null });
    expect((said['requests'] as { readonly what: string }[])[0]?.what).toBe(what);
  });

  test('says why a trigger has nothing to send, or is refused', async () => {
    const { status, said } = await act(trigger('cascade'));
    expect([status, said['error']]).toEqual([400, expect.stringContaining('trigger the phase before it')]);
    const level = await act(trigger('4', { level: 3 }));
    expect(level.said).toMatchObject({ requests: [], refused: expect.stringMatching(/\S/) });
  });

  test('shows a rerun as the next run of the date', async () => {
    const { said } = await act({ kind: 'rerun', game_date: DATE });
    expect(said).toMatchObject({ requests: [{ body: { game_date: DATE, run: 2 } }] });
  });

  test('shows a dead letter with why it was refused, and replays none that would be refused again', async () => {
    const topic = 'nba-phase3-analytics-complete';
    const message_id = await deadLetter(stage, topic, { game_date: DATE, processor_name: 'PlayerSummary' });
    const { said } = await ask(`/api/dead-letters?date=${DATE}&run=1`);
    expect(said).toMatchObject({ dead_letters: [{ topic, message_id, why: { can_succeed: false } }] });
    const kept = await act({ kind: 'replay', topic, message_id }, true);
    expect(kept.said['refused']).toContain('would be refused again');
    const gone = await act({ kind: 'replay', topic, message_id: 'none' }, true);
    expect(gone.said['refused']).toContain('no dead letter none any more');
  }, 60_000);

  test('sends the level that is lost, and announces again what is confirmed; the date goes on', async () => {
    expect((await act(trigger('4'), true)).said).toMatchObject({ requests: [{ is_done: true }] });
    expect((await act(trigger('fan-in', { processor: 'player_game_summary' }), true)).said).toMatchObject({
      is_dry: false,
      requests: [{ is_done: true, answer: expect.stringContaining('published as message') }],
    });
    await predicted(stage, 1);
    await until(
      'the end of the batch among the messages that the console was sent',
      async () => (await ask('/api/messages')).said['messages'] as { readonly topic: string }[],
      (messages) => messages.some(({ topic }) => topic === 'nba-phase5-predictions-complete'),
    );
  }, 120_000);

  test('a drill that does not exist is refused with those that do; one that does says what it broke', async () => {
    expect((await ask('/api/drill', { drill: 'earthquake' })).said['error']).toContain('lost-trigger');
    const { said } = await ask('/api/drill', { drill: 'delivered-twice' });
    expect(said['sentence']).toContain('5 completions of run 1');
    const lost = await ask('/api/drill', { drill: 'lost-trigger' });
    expect(lost.said['sentence']).toContain(`phase3_completion/${DATE}.r2`);
  }, 120_000);
});
