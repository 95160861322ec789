import { Writable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { EXAMPLES } from '../../../generated/examples.ts';
import { ENDPOINTS, SUBSCRIPTIONS, TOPICS } from '../../../generated/topology.ts';
import { createLogger } from '../../../reference/google/logger.ts';
import { createShell } from '../../../reference/http/shell.ts';
import { COMPONENT_LOADERS } from '../../../reference/services/components.ts';
import { push, request, SETTINGS } from '../deliveries.ts';
import { createMemoryPorts } from '../memory-ports.ts';

const SENTINEL = 'sentinel-7f3a';

/** A component whose log lines at `info` and above are kept. */
async function listenTo(component: string) {
  const lines: string[] = [];
  const destination = new Writable({
    write(chunk, _encoding, written) {
      lines.push(String(chunk));
      written();
    },
  });
  const log = createLogger({ LOG_LEVEL: 'info' }, destination);
  const create = await COMPONENT_LOADERS[component]?.();
  if (create === undefined) throw new Error(`expected a component, got ${component}`);
  const ports = { ...createMemoryPorts(), log };
  const handler = createShell(
    create(ports, { ...SETTINGS, phase4_wait_seconds: 1, phase4_poll_seconds: 1 }),
    log,
  );
  return { handler, logged: () => lines.join('') };
}

type Message = Readonly<Record<string, unknown>>;

/** One example per subscription that is pushed: its component, its path, a message that is right. */
const DELIVERIES = Object.entries(SUBSCRIPTIONS).flatMap(([name, { component, push_path, topic }]) => {
  const carried: readonly string[] = TOPICS[topic].messages;
  const example = EXAMPLES.find(({ message }) => carried.includes(message));
  if (push_path === null || example === undefined) return [];
  return [{ name, component, push_path, message: example.payload as Message }];
});
/** What the bodies of calls hold, of one or the other; to the rest it is a field that nobody knows. */
const FIELDS = [
  ...['game_date', 'run', 'trigger_source', 'scraper', 'workflow', 'level', 'min_minutes', 'force'],
  ...['skip_downstream_trigger', 'backfill_mode', 'backfill_reason', `${SENTINEL}-key`],
];

/** Every call of an operator or a schedule that says something. */
const CALLS = ENDPOINTS.flatMap(({ component, method, path, body }) => {
  if (body !== null && !body.endsWith('Request')) return [];
  if (method === 'GET' && path !== '/status') return [];
  return method === 'POST' && body === null ? [] : [{ component, method, path }];
});

/** What a component may log of a message: names that the contract fixes, and who belongs to what. */
const NAMES = [
  'phase',
  'processor_name',
  'scraper_name',
  'status',
  'correlation_id',
  'game_date',
  'execution_id',
];

describe('SEC-010 log lines at info and above contain nothing of a payload', () => {
  test('there is a delivery for every component that is pushed to', () => {
    const pushed = Object.values(SUBSCRIPTIONS).filter(({ push_path }) => push_path !== null);
    expect(DELIVERIES.length).toBe(pushed.length);
  });

  test.each(DELIVERIES)('$name, a right message', async ({ component, push_path, message }) => {
    const { handler, logged } = await listenTo(component);
    const marked = {
      ...message,
      error_message: `${SENTINEL}-error`,
      metadata: { ...(message['metadata'] as object), extra: `${SENTINEL}-metadata` },
    };
    await handler(push(push_path, marked));
    expect(logged()).not.toContain(SENTINEL);
  });

  test.each(DELIVERIES)('$name, each field wrong in turn', async ({ component, push_path, message }) => {
    const { handler, logged } = await listenTo(component);
    for (const field of Object.keys(message)) {
      if (NAMES.includes(field)) continue;
      await handler(push(push_path, { ...message, [field]: `${SENTINEL}-${field}` }));
      expect(logged(), field).not.toContain(SENTINEL);
    }
    await handler(push(push_path, { ...message, [`${SENTINEL}-key`]: 1 }));
    expect(logged()).toContain('"severity":"WARNING"');
  });

  test.each(CALLS)(
    '$method $path of $component, each value wrong in turn',
    async ({ component, method, path }) => {
      const { handler, logged } = await listenTo(component);
      const values = (marked: string): readonly unknown[] => [
        `${SENTINEL}-${marked}`,
        { [SENTINEL]: marked },
        [SENTINEL],
      ];
      for (const field of FIELDS) {
        for (const value of values(field)) {
          const right =
            path === '/scrape' ? { game_date: '2024-01-15' } : path === '/process-date' ? { level: 1 } : {};
          const call = { ...request(method, path, method === 'GET' ? '' : { ...right, [field]: value }) };
          const { status } = await handler(
            method === 'GET' ? { ...call, query: { game_date: SENTINEL, run: SENTINEL } } : call,
          );
          // A few fields are free texts; what they say is nobody's business either.
          expect([200, 202, 400, 503]).toContain(status);
          expect(logged(), field).not.toContain(SENTINEL);
        }
      }
      expect(logged()).toContain('INVALID_REQUEST');
    },
  );

  test('who called is told what was wrong all the same', async () => {
    const { handler } = await listenTo('phase5-coordinator');
    const { body } = await handler(request('POST', '/start', { game_date: SENTINEL }));
    expect(JSON.stringify(body)).toContain(SENTINEL);
  });

  test.each(DELIVERIES)('$name, a body that is no message', async ({ component, push_path }) => {
    const { handler, logged } = await listenTo(component);
    await handler(request('POST', push_path, `{"message":"${SENTINEL}`));
    await handler(request('POST', push_path, { message: { data: SENTINEL } }));
    await handler(request('POST', push_path, { message: { data: btoa(SENTINEL) } }));
    expect(logged()).not.toContain(SENTINEL);
  });
});
