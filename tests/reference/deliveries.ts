import { SUBSCRIPTIONS } from '../../generated/topology.ts';
import type { HttpAnswer, HttpHandler, HttpRequest } from '../../reference/ports/ports.ts';
import type { Settings } from '../../reference/ports/settings.ts';
import type { MemoryPorts, PublishedMessage } from './memory-ports.ts';

/** The contract's settings, for a slate that ships with the reference and was played on the day before any date. */
export const SETTINGS: Settings = {
  project: 'demo-test',
  lease_seconds: 600,
  publish_claim_seconds: 60,
  phase4_wait_seconds: 1740,
  phase4_poll_seconds: 60,
  simulated_seasons: null,
  simulated_seed: 1,
  slate_replay_date: '2024-01-15',
  slate_replay_games: null,
  clock_start: null,
};

/** Make a request as a server hands it over. */
export function request(method: string, path: string, body: unknown = '', headers = {}): HttpRequest {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { method, path, query: {}, headers, body: Buffer.from(text) };
}

/** Make a push delivery of a message, as Pub/Sub sends it. */
export function push(path: string, message: object, message_id = 'm-1'): HttpRequest {
  return request(
    'POST',
    path,
    envelope(Buffer.from(JSON.stringify(message)).toString('base64'), message_id),
    {
      'content-type': 'application/json',
    },
  );
}

/** Make a push envelope around base64 that may be wrong on purpose. */
export function envelope(base64: unknown, message_id = 'm-1'): object {
  return {
    message: {
      data: base64,
      messageId: message_id,
      attributes: { phase: 'p' },
      publishTime: '2024-01-15T11:00:00Z',
    },
    subscription: 'projects/demo-test/subscriptions/some-sub',
    deliveryAttempt: 2,
  };
}

/** Deliver everything published so far, and what comes of it, each message once; answers in order. */
export async function deliverAll(
  ports: MemoryPorts,
  handlers: Readonly<Record<string, HttpHandler>>,
): Promise<readonly { readonly delivered: PublishedMessage; readonly answer: HttpAnswer }[]> {
  const answers: { delivered: PublishedMessage; answer: HttpAnswer }[] = [];
  for (let next = 0; next < ports.published.length; next += 1) {
    const delivered = ports.published[next];
    if (delivered === undefined) break;
    for (const { topic, component, push_path } of Object.values(SUBSCRIPTIONS)) {
      const handler = handlers[component];
      if (topic !== delivered.topic || handler === undefined || push_path === null) continue;
      const answer = await handler(push(push_path, delivered.message, delivered.message_id));
      answers.push({ delivered, answer });
    }
  }
  return answers;
}
