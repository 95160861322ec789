import { randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CHECKS } from '../../checks/all.ts';
import { looksLikeHistory, parseHistory } from '../../checks/drawn/value/history.ts';
import { errorWords } from '../../contract/errors.ts';
import { parseSchedule } from '../../exploration/schedule/text.ts';
import { watchPage } from '../../reports/watching/page.ts';
import type { CaseAgain, Errand } from './decide-watch.ts';

/** What the page shows, by the name of its event; each new value takes the place of the last. */
export interface PageParts {
  readonly head: object;
  readonly chips: string;
  readonly verdict: string;
  readonly findings: string;
}

/** A printed line. */
export interface PageLine {
  readonly process: string;
  readonly text: string;
}

/** A page that is served. */
export interface WatchServer {
  /** With its token. */
  readonly url: string;
  /** Shows a part, in every open page and in those that are opened later. */
  show<Name extends keyof PageParts>(name: Name, value: PageParts[Name]): void;
  print(line: PageLine): void;
  /** Forgets what was printed. */
  clear(): void;
  stop(): Promise<void>;
}

const BODY_MAX = 1_000_000;
const LINES_KEPT = 500;
/** So often the page gets news, however many there are. */
const PACE_MS = 100;

/**
 * Serve the page on loopback. Whoever asks needs the token of the address; a wish needs it in a header of the page's own,
 * which no other site can send.
 *
 * @param port 0 for any free one.
 * @param onWish told what somebody wants to run.
 * @throws when the port is taken.
 */
export async function serveWatchPage(
  target_name: string,
  port: number,
  onWish: (errand: Errand) => void,
): Promise<WatchServer> {
  const token = randomBytes(24).toString('base64url');
  const streams = new Set<ServerResponse>();
  const parts = new Map<string, unknown>();
  const news = new Set<string>();
  const lines: PageLine[] = [];
  let fresh: PageLine[] = [];
  let pace: NodeJS.Timeout | undefined;

  const tell = (): void => {
    pace ??= setTimeout(() => {
      pace = undefined;
      const texts = [...news].map((name) => event(name, parts.get(name)));
      if (fresh.length > 0) texts.push(event('lines', fresh));
      news.clear();
      fresh = [];
      for (const stream of streams) stream.write(texts.join(''));
    }, PACE_MS);
  };

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      reply(response, 400, { error: errorWords(error) });
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const origin = `127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', `http://${origin}`);
    const own = String(request.headers['x-watch-token'] ?? '');
    if (
      request.headers.host !== origin &&
      request.headers.host !== origin.replace('127.0.0.1', 'localhost')
    ) {
      return reply(response, 421, {
        error: `expected the host ${origin}; open the address that the judge printed`,
      });
    }
    if (!isSame(url.searchParams.get('token') ?? own, token)) {
      return reply(response, 403, {
        error: 'expected the token; open the whole address that the judge printed',
      });
    }
    const called = `${request.method} ${url.pathname}`;
    if (called === 'GET /') return page(response, watchPage(target_name, token));
    if (called === 'GET /events') return stream(request, response);
    if (called !== 'POST /run') return reply(response, 404, { error: `nothing is at ${called}` });
    if (!isSame(own, token)) return reply(response, 403, { error: 'a wish comes from the page itself' });
    onWish(readErrand(await readBody(request)));
    return reply(response, 202, {});
  }

  function stream(request: IncomingMessage, response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    const so_far = [...parts].map(([name, value]) => event(name, value));
    response.write(
      `: open\n\n${so_far.join('')}${event('lines', lines.slice(0, lines.length - fresh.length))}`,
    );
    streams.add(response);
    request.on('close', () => void streams.delete(response));
  }

  return {
    url: `http://${origin}/?token=${token}`,
    show(name, value) {
      parts.set(name, value);
      news.add(name);
      tell();
    },
    print(line) {
      lines.push(line);
      fresh.push(line);
      if (lines.length > LINES_KEPT) lines.shift();
      if (fresh.length > LINES_KEPT) fresh.shift();
      tell();
    },
    clear() {
      lines.length = 0;
      fresh = [];
      for (const one of streams) one.write(event('no_lines', null));
    },
    async stop() {
      clearTimeout(pace);
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function event(name: string, value: unknown): string {
  return `event: ${name}\ndata: ${JSON.stringify(value)}\n\n`;
}

function isSame(given: string, token: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(token)];
  return a.length === b.length && timingSafeEqual(a, b);
}

async function readBody(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > BODY_MAX) throw new Error(`a wish holds at most ${BODY_MAX} bytes`);
  }
  return text;
}

/** Read which cases are wanted. @throws when the text is no JSON, or names a check, a round or a schedule that does not exist. */
function readErrand(text: string): Errand {
  const { cases } = JSON.parse(text) as { readonly cases?: unknown };
  if (cases === 'everything') return 'everything';
  if (Array.isArray(cases) && cases.length > 0) return cases.map(readCase);
  throw new Error('expected {"cases": "everything"} or a list of cases');
}

function readCase(given: unknown): CaseAgain {
  const { check: name, round, schedule } = given as Partial<CaseAgain>;
  const check = CHECKS.find((one) => one.name === name);
  if (check === undefined)
    throw new Error(`there is no check ${JSON.stringify(name)}; see "conformance list"`);
  const rounds = check.rounds ?? 1;
  if (!Number.isInteger(round) || Number(round) < 1 || Number(round) > rounds) {
    throw new Error(`${check.name} has rounds 1 to ${rounds}, got ${JSON.stringify(round)}`);
  }
  if (typeof schedule === 'string')
    looksLikeHistory(schedule) ? parseHistory(schedule) : parseSchedule(schedule);
  return {
    check: check.name,
    round: Number(round),
    schedule: typeof schedule === 'string' ? schedule : null,
  };
}

function page(response: ServerResponse, html: string): void {
  response.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-frame-options': 'DENY',
    'content-security-policy':
      "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; connect-src 'self'; img-src data:",
  });
  response.end(html);
}

function reply(response: ServerResponse, status: number, body: object): void {
  if (response.headersSent) return void response.end();
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}
