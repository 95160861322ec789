import { randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PipelineError } from '../errors/pipeline-error.ts';
import { explainDeadLetter } from '../operations/dead-letters/explain.ts';
import { collectLineage } from '../trace/lineage.ts';
import { drawPage } from '../trace/page.ts';
import { layOutTimeline } from '../trace/timeline.ts';
import { type ActOutcome, type ActPlace, carryOut } from './acts/carry-out.ts';
import { type Act, readAct } from './acts/decide-act.ts';
import { schedulerJobViews } from './dates/show.ts';
import type { DateWatch } from './dates/watch-dates.ts';
import type { MessageLog, MessageView } from './messages.ts';
import { drawShell } from './page/draw-shell.ts';
import type { Drills } from './practice/drills.ts';

/** What the console serves. */
export interface ConsoleOptions extends ActPlace {
  /** 0 for any free port. */
  readonly port: number;
  readonly project: string;
  /** Where it reads: shown at the top of the page. */
  readonly cloud: 'this machine' | 'Google Cloud';
  readonly allow_actions: boolean;
  readonly watch: DateWatch;
  /** Null where the topics are not listened to. */
  readonly log: MessageLog | null;
  /** Null where nothing may be broken on purpose. */
  readonly drills: Drills | null;
  /** The page's program. */
  readonly program: string;
  /** How often the page looks again by itself, in milliseconds. */
  readonly look_again_ms: number;
  readonly onAct: (line: string) => void;
}

/** A console that runs. */
export interface RunningConsole {
  /** With its token; whoever has it may look and, where allowed, act. */
  readonly url: string;
  /** Sends a message to every open page. */
  tell(message: MessageView): void;
  stop(): Promise<void>;
}

/** So many of the latest dates are sent at first: a season has hundreds, and the page is looked at often. */
const ROWS_FIRST = 40;
const BODY_MAX = 100_000;
/** A stream that says nothing is closed by what lies between. */
const BEAT_MS = 15_000;

/**
 * Serve the page on loopback.
 *
 * Every path asks for the token of the address; a call that changes something also for the page's own header, which no
 * other site can send. Who asks by another host name is refused, so that a name that leads here by DNS gets nothing.
 *
 * @throws when the port is taken.
 */
export async function startConsole(options: ConsoleOptions): Promise<RunningConsole> {
  const token = randomBytes(24).toString('base64url');
  const streams = new Set<ServerResponse>();
  let latest: object | null = null;
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      const is_wish = error instanceof PipelineError && error.code === 'INVALID_REQUEST';
      const sentence = error instanceof Error ? error.message : String(error);
      reply(response, is_wish ? 400 : error instanceof PipelineError ? 502 : 500, { error: sentence });
    });
  });
  server.listen(options.port, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  // Whoever opens the page in a moment finds it read; what goes wrong the page says itself.
  overview().catch(() => undefined);
  const beat = setInterval(() => {
    for (const stream of streams) stream.write(': beat\n\n');
  }, BEAT_MS);

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.headers.host !== `127.0.0.1:${port}` && request.headers.host !== `localhost:${port}`) {
      return reply(response, 421, {
        error: `expected the host 127.0.0.1:${port}; open the address that the command printed`,
      });
    }
    const url = urlOf(request, origin);
    const given = url.searchParams.get('token') ?? String(request.headers['x-console-token'] ?? '');
    if (!isSame(given, token)) {
      return reply(response, 403, {
        error: 'expected the token of this console; open the whole address that the command printed',
      });
    }
    if (request.method === 'POST') return act(request, response, url.pathname);
    if (request.method !== 'GET') return reply(response, 405, { error: 'GET shows, POST acts' });
    const game_date = url.searchParams.get('date') ?? '';
    const run = runOf(url.searchParams.get('run'));
    switch (url.pathname) {
      case '/':
        return page(response, drawShell({ token, program: options.program, start: startOf() }));
      case '/api/overview':
        return reply(response, 200, await overview(url.searchParams.get('rows') === 'all'));
      case '/api/date':
        return reply(response, 200, await options.watch.date(requireDate(game_date), run));
      case '/api/dead-letters':
        return reply(response, 200, await deadLetters(requireDate(game_date), run ?? 1));
      case '/api/messages':
        return reply(response, 200, {
          messages: options.log?.after(Number(url.searchParams.get('after') ?? 0)) ?? [],
        });
      case '/api/events':
        return stream(request, response);
      case '/trace': {
        const { history } = await options.watch.snapshot(requireDate(game_date), run ?? 1);
        const ids = history.map(({ execution_id }) => execution_id);
        const lineage = collectLineage(ids, history, 'before');
        return page(response, drawPage(layOutTimeline(lineage), `everything of ${game_date}`));
      }
      default:
        return reply(response, 404, { error: `nothing is at ${url.pathname}` });
    }
  }

  async function act(request: IncomingMessage, response: ServerResponse, pathname: string): Promise<void> {
    const site = request.headers['sec-fetch-site'];
    const own_header = request.headers['x-console-token'];
    if ((site !== undefined && site !== 'same-origin') || !isSame(String(own_header ?? ''), token)) {
      return reply(response, 403, { error: 'an act comes from the page itself' });
    }
    const body = await readBody(request);
    if (pathname === '/api/drill') {
      if (options.drills === null) {
        return reply(response, 403, {
          error: 'nothing is broken on purpose here; start `pipeline serve --console` to practise',
        });
      }
      const sentence = await options.drills.begin(String(body['drill']));
      options.onAct(`drill ${String(body['drill'])}: ${sentence}`);
      options.watch.touchAll();
      return reply(response, 200, { sentence });
    }
    if (pathname !== '/api/act') return reply(response, 404, { error: `nothing is at ${pathname}` });
    const wish = readAct(body['act']);
    const is_dry = body['confirmed'] !== true;
    if (!is_dry && !options.allow_actions) {
      return reply(response, 403, {
        error: 'acts are off; start the console with --allow-actions, or run the command yourself',
      });
    }
    const outcome = await carryOut(options, wish, is_dry);
    if (!is_dry) {
      options.onAct(
        `act ${JSON.stringify(wish)}: ${outcome.refused ?? outcome.requests.map(({ what, answer: came }) => `${what}: ${came}`).join('; ')}`,
      );
      for (const game_date of datesOf(wish, outcome)) options.watch.touch(game_date);
    }
    return reply(response, 200, { ...outcome, is_dry, allow_actions: options.allow_actions });
  }

  async function deadLetters(game_date: string, run: number): Promise<object> {
    const { dead_letters } = await options.watch.snapshot(game_date, run);
    // The broker's clock is the real one; the page tells the time of the components.
    const ahead_ms = options.ports.clock.now().getTime() - Date.now();
    return {
      dead_letters: dead_letters.map((letter) => ({
        topic: letter.topic,
        message_id: letter.message_id,
        dead_since: new Date(Date.parse(letter.dead_since) + ahead_ms).toISOString(),
        why: explainDeadLetter(letter),
        payload: JSON.stringify(
          letter.payload ?? Buffer.from(letter.data, 'base64').toString('utf8'),
          null,
          2,
        ).slice(0, BODY_MAX),
      })),
    };
  }

  /** The latest overview goes into the page, so that its first picture shows the dates; older dates are sent on request. */
  async function overview(has_all = false): Promise<object> {
    const rows = await options.watch.overview();
    const about = { total: rows.length, now: now(), schedules: schedulerJobViews() };
    latest = { ...about, rows: rows.filter((row, place) => place < ROWS_FIRST || row.findings.length > 0) };
    return has_all ? { ...about, rows } : latest;
  }

  function stream(request: IncomingMessage, response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write(': open\n\n');
    streams.add(response);
    request.on('close', () => void streams.delete(response));
  }

  function startOf(): object {
    const { project, cloud, allow_actions, look_again_ms, drills, log } = options;
    return {
      project,
      cloud,
      allow_actions,
      look_again_ms,
      drills: drills?.list ?? [],
      is_listening: log !== null,
      overview: latest,
    };
  }
  const now = (): string => options.ports.clock.now().toISOString();

  return {
    url: `${origin}/?token=${token}`,
    tell(message) {
      if (message.game_date !== null) options.watch.touch(message.game_date);
      for (const each of streams) each.write(`data: ${JSON.stringify(message)}\n\n`);
    },
    async stop() {
      clearInterval(beat);
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Which dates an act changes: its own, or those of the messages that it sent. */
function datesOf(wish: Act, { requests }: ActOutcome): readonly string[] {
  if ('game_date' in wish) return [wish.game_date];
  const dates = requests.map(({ body }) => (body as { readonly game_date?: unknown } | null)?.game_date);
  return dates.filter((game_date) => typeof game_date === 'string');
}

function isSame(given: string, token: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(token)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function urlOf({ url = '/' }: IncomingMessage, origin: string): URL {
  try {
    return new URL(url, origin);
  } catch {
    throw new PipelineError('INVALID_REQUEST', `expected a path, got "${url}"`);
  }
}

function runOf(text: string | null): number | undefined {
  if (text === null) return undefined;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new PipelineError('INVALID_REQUEST', `run must be a whole number above 0, got "${text}"`);
}

function requireDate(text: string): string {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return text;
  throw new PipelineError('INVALID_REQUEST', `date must be written YYYY-MM-DD, got "${text}"`);
}

async function readBody(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  let text = '';
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > BODY_MAX)
      throw new PipelineError('INVALID_REQUEST', `a body holds at most ${BODY_MAX} bytes`);
  }
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value as Readonly<Record<string, unknown>>;
  } catch {
    // Said below.
  }
  throw new PipelineError('INVALID_REQUEST', 'the body must be a JSON object');
}

function page(response: ServerResponse, html: string): void {
  response.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-frame-options': 'SAMEORIGIN',
    'content-security-policy':
      "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; connect-src 'self'; frame-src 'self'; img-src data:",
  });
  response.end(html);
}

function reply(response: ServerResponse, status: number, body: object): void {
  if (response.headersSent) return void response.end();
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}
