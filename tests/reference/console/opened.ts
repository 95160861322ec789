import { createMessageLog } from '../../../reference/console/messages.ts';
import { type ConsoleOptions, type RunningConsole, startConsole } from '../../../reference/console/server.ts';
import type { ComponentCall } from '../../../reference/operations/calls/component-calls.ts';
import { SETTINGS } from '../deliveries.ts';
import { createMemoryPorts } from '../memory-ports.ts';

/** Dead letters of no topic. */
export const NO_LETTERS: ConsoleOptions['letters'] = {
  peek: async () => [],
  take: async () => undefined,
  publish: async () => 'm-1',
};

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

/** Starts a console on ports in memory; no dates, no dead letters and no drills, unless an option says otherwise. */
export function startInMemory(options: Partial<ConsoleOptions>): Promise<RunningConsole> {
  return startConsole({
    ports: createMemoryPorts(),
    settings: SETTINGS,
    letters: NO_LETTERS,
    calls: { call: async () => ({ status: 200, body: {} }) },
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
    look_again_ms: 2_000,
    onAct: () => undefined,
    ...options,
  });
}

/** Opens a console on ports in memory; `calls` and `acts` are what was sent and logged. */
export async function open(options: Partial<ConsoleOptions> = {}) {
  const calls: ComponentCall[] = [];
  const acts: string[] = [];
  running = await startInMemory({
    calls: {
      call: async (call) => {
        calls.push(call);
        return { status: 200, body: { published: [] } };
      },
    },
    look_again_ms: 1_000,
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
