import http from 'node:http';
import https from 'node:https';
import { errorWords } from '../../contract/errors.ts';

/** What came back over HTTP; status null when nothing did. */
export interface HttpReply {
  readonly status: number | null;
  /** The body's text, cut where it goes on for ever, or what broke the connection. */
  readonly body: string;
  /** True when nothing came within the patience. */
  readonly is_late?: boolean;
}

/** One HTTP request, as it goes out. */
export interface HttpRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  /** null sends none, and no content type either. */
  readonly body: string | null;
}

/** A connection that was idle for longer is not used again: servers close theirs after a few seconds, and a request that crosses that is lost. */
const IDLE_MS_MAX = 1_000;

/** More of an answer is not read. */
const BODY_MAX = 65_536;

const DOORS = {
  'http:': {
    request: http.request,
    kept: new http.Agent({ keepAlive: true, timeout: IDLE_MS_MAX }),
    fresh: new http.Agent({ keepAlive: false }),
  },
  'https:': {
    request: https.request,
    kept: new https.Agent({ keepAlive: true, timeout: IDLE_MS_MAX }),
    fresh: new https.Agent({ keepAlive: false }),
  },
} as const;

/**
 * Send one HTTP request and read the whole answer; never throws. A redirect is an answer, as it is for Pub/Sub.
 *
 * @param patience_ms how long to wait before the answer counts as missing.
 */
export function sendHttp(url: string, request: HttpRequest, patience_ms: number): Promise<HttpReply> {
  return new Promise((resolve) => {
    const fail = (error: unknown): void => {
      clearTimeout(patience);
      resolve({ status: null, body: errorWords(error) });
    };
    let patience: NodeJS.Timeout | undefined;
    const hear = (reply: HttpReply): void => {
      clearTimeout(patience);
      resolve(reply);
    };
    try {
      const { origin } = new URL(url);
      let is_over = false;
      let sent = open(url, request, failOnce, hear);
      function failOnce(error: unknown): void {
        if (is_over || ending.has(origin) || !wasEnded(sent, error)) {
          fail(error);
          return;
        }
        ending.add(origin);
        sent = open(url, request, fail, hear);
      }
      patience = setTimeout(() => {
        is_over = true;
        resolve({ status: null, body: `no answer within ${patience_ms} ms`, is_late: true });
        sent.destroy();
      }, patience_ms);
    } catch (error) {
      fail(error);
    }
  });
}

/**
 * Servers that end a connection after an answer without saying so, which HTTP/1.1 allows: a request that meets that end was not
 * read and is sent again, on a connection of its own, as each request to this server from then on. Once for each server: one that
 * drops a connection in the middle of its work looks the same.
 */
const ending = new Set<string>();

/** Whether a request went out on a connection that its server had ended after an earlier answer. */
function wasEnded(sent: http.ClientRequest, error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return sent.reusedSocket && (code === 'ECONNRESET' || code === 'EPIPE');
}

function open(
  url: string,
  { method, headers, body }: HttpRequest,
  fail: (error: unknown) => void,
  hear: (reply: HttpReply) => void,
): http.ClientRequest {
  const { request, kept, fresh } = DOORS[url.startsWith('https:') ? 'https:' : 'http:'];
  const agent = ending.has(new URL(url).origin) ? fresh : kept;
  const bytes = Buffer.from(body ?? '', 'utf8');
  const sent = request(url, { method, agent, headers: { ...headers, 'content-length': bytes.length } });
  sent.on('error', fail);
  sent.once('response', (response) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const end = (): void =>
      hear({ status: response.statusCode ?? null, body: Buffer.concat(chunks).toString('utf8') });
    response.on('data', (chunk: Buffer) => {
      if (length > BODY_MAX) return;
      chunks.push(chunk);
      length += chunk.length;
      if (length <= BODY_MAX) return;
      // The status is known, and nobody reads more of the body.
      end();
      sent.destroy();
    });
    response.once('error', fail);
    response.once('end', end);
  });
  sent.end(bytes);
  return sent;
}
