/** What came back over HTTP; status null when nothing did. */
export interface HttpReply {
  readonly status: number | null;
  /** The body's text, or what broke the connection. */
  readonly body: string;
}

/**
 * Send one HTTP request and read the whole answer; never throws.
 *
 * @param patience_ms how long to wait before the answer counts as missing.
 */
export async function sendHttp(
  url: string,
  request: {
    readonly method: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string | null;
  },
  patience_ms: number,
): Promise<HttpReply> {
  try {
    const response = await fetch(url, {
      method: request.method,
      headers: request.headers,
      ...(request.body === null ? {} : { body: Buffer.from(request.body, 'utf8') }),
      signal: AbortSignal.timeout(patience_ms),
    });
    return { status: response.status, body: await response.text() };
  } catch (error) {
    return { status: null, body: reason(error, patience_ms) };
  }
}

function reason(error: unknown, patience_ms: number): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `no answer within ${patience_ms} ms`;
  return error.cause instanceof Error ? error.cause.message : error.message;
}
