import { createMessageLog } from '../../../reference/console/messages.ts';
import { type ConsoleOptions, type RunningConsole, startConsole } from '../../../reference/console/server.ts';
import type { ComponentCall } from '../../../reference/operations/calls/component-calls.ts';
import { SETTINGS } from '../deliveries.ts';
import { createMemoryPorts } from '../memory-ports.ts';

/** An act that a page may wish for. */
export const SWEEP = {
  kind: 'trigger',
  target: 'sweep',
  game_date: '2024-01-15',
  run: 1,
  processor: null,
  level: null,
};
let running: RunningConsole | undefined;

/** Stops the console that was opened last. */
export async function closeConsole(): Promise<void> {
  await running?.stop();
  running = undefined;
}

/** Opens a console on ports in memory; `calls` and `acts` are what was sent and logged. */
export async function open(options: Partial<ConsoleOptions> = {}) {
  const calls: ComponentCall[] = [];
  const acts: string[] = [];
  running = await startConsole({
    ports: createMemoryPorts(),
    settings: SETTINGS,
    letters: { peek: async () => [], take: async () => undefined, publish: async () => 'm-1' },
    calls: {
      call: async (call) => {
        calls.push(call);
        return { status: 200, body: { published: [] } };
      },
    },
    port: 0,
    project: 'demo',
    cloud: 'this machine',
    allow_actions: true,
    watch: {
      overview: async () => [],
      date: () => Promise.reject(new Error('not asked for')),
      snapshot: () => Promise.reject(new Error('not asked for')),
      touch: () => undefined,
      touchAll: () => undefined,
    },
    log: createMessageLog(),
    drills: null,
    program: 'document.title = "</script>"',
    look_again_ms: 1000,
    onAct: (line) => void acts.push(line),
    ...options,
  });
  const url = new URL(running.url);
  const token = url.searchParams.get('token') ?? '';
  const post = (path: string, body: object, headers: Readonly<Record<string, string>> = {}) =>
    fetch(new URL(path, url), {
      method: 'POST',
      headers: { 'x-console-token': token, ...headers },
      body: JSON.stringify(body),
    });
  return { url, token, calls, acts, post, running };
}
