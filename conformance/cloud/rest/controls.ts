import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Json } from './json/json.ts';

/** A request of Google's emulators that is no call of an API, such as `POST /reset`. */
export interface Control {
  readonly verb: 'GET' | 'POST' | 'DELETE';
  readonly path: RegExp;
  /** Does it, given the groups of the path; text is answered as it is. */
  readonly run: (...groups: readonly string[]) => Json | Promise<Json>;
}

/**
 * Carries out a control, beside gate and observer: nobody's call is served.
 *
 * @returns whether the request was one.
 */
export async function control(
  controls: readonly Control[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  for (const { verb, path, run } of controls) {
    const groups = request.method === verb ? path.exec(request.url ?? '')?.slice(1) : undefined;
    if (groups === undefined) continue;
    const answer = await run(...groups.map(decodeURIComponent));
    if (typeof answer !== 'string') response.setHeader('content-type', 'application/json; charset=UTF-8');
    response.end(typeof answer === 'string' ? answer : `${JSON.stringify(answer)}\n`);
    return true;
  }
  return false;
}
