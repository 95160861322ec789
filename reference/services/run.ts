import { setTimeout } from 'node:timers/promises';
import { PipelineError } from '../errors/pipeline-error.ts';
import { limitConcurrency } from '../http/limit.ts';
import { createShell } from '../http/shell.ts';
import type { HttpHandler } from '../ports/ports.ts';
import { readSettings } from '../ports/settings.ts';
import type { Gate } from '../security/gate.ts';
import { openGate } from '../security/open.ts';
import { readCallerSettings } from '../security/settings.ts';
import { COMPONENT_LOADERS, type CreateComponent } from './components.ts';

/** How long requests under way may take after SIGTERM; Cloud Run gives ten seconds in all. */
export const STOP_MS_MAX = 9_000;

/** How long the store and the broker may take to let go after that. */
const CLOSE_MS_MAX = 500;

/** How many deliveries one process works on at a time. */
const CONCURRENCY_MAX = 40;

/** What a process gives the component that it runs. */
export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Resolves when the component is to end. */
  readonly stopped: Promise<unknown>;
  /** Writes one line of standard output. */
  readonly say: (line: string) => void;
}

/** A component that is ready to be served. */
export interface PreparedComponent {
  readonly name: string;
  /** Always answers and never throws. */
  readonly handler: HttpHandler;
}

/** Components that share one process. */
export interface PreparedComponents {
  readonly components: readonly PreparedComponent[];
  /** Stands before their servers: who may call, and how much. */
  readonly gate: Gate;
  /** Closes every connection to the store and the broker. */
  close(): Promise<void>;
}

/**
 * Run components in this process until they are told to end. PORT chooses the port of a single one, 0 or nothing any free
 * one; LISTEN_HOST the address. Says `listening on http://…` when it is ready, and of several each with its name before
 * that; requests under way finish before they end.
 *
 * @throws {PipelineError} INVALID_CONFIGURATION for an unknown component or a wrong setting.
 */
export async function runComponents(
  names: readonly string[],
  { environment, stopped, say }: Surroundings,
): Promise<void> {
  const port = readPort(environment['PORT'], names.length);
  const [{ components, gate, close }, { serveComponent }] = await Promise.all([
    prepareComponents(names, environment),
    import('./serve.ts'),
  ]);
  // Only Cloud Run, which sets K_SERVICE, needs the world to reach this process.
  const everywhere = environment['K_SERVICE'] === undefined ? '127.0.0.1' : '0.0.0.0';
  const host = environment['LISTEN_HOST'] ?? everywhere;
  const served = await Promise.all(
    components.map(async ({ name, handler }) => ({
      name,
      ...(await serveComponent(handler, host, port, gate)),
    })),
  );
  for (const { name, address } of served) {
    say(`${served.length === 1 ? '' : `${name} `}listening on ${address}`);
  }
  await stopped;
  await Promise.all(served.map(({ stop }) => stop(STOP_MS_MAX)));
  await close();
}

/**
 * Make components on Google's services, as the environment says; they share their connections.
 *
 * @throws {PipelineError} INVALID_CONFIGURATION for an unknown component or a wrong setting.
 */
export async function prepareComponents(
  names: readonly string[],
  environment: Surroundings['environment'],
): Promise<PreparedComponents> {
  const loaders = loadersOf(names);
  const settings = readSettings(environment);
  const callers = readCallerSettings(environment);
  const [{ createPorts }, ...loaded] = await Promise.all([
    import('../google/ports.ts'),
    ...loaders.map(async ({ name, load }) => ({ name, create: await load() })),
  ]);
  const ports = createPorts(settings);
  const gate = await openGate(callers, ports.log);
  const components = loaded.map(({ name, create }) => {
    const component = limitConcurrency(create(ports, settings), CONCURRENCY_MAX);
    return { name, handler: createShell(component, ports.log) };
  });
  return { components, gate, close: () => within(CLOSE_MS_MAX, ports.close()) };
}

interface NamedLoader {
  readonly name: string;
  readonly load: () => Promise<CreateComponent>;
}

function loadersOf(names: readonly string[]): readonly NamedLoader[] {
  return (names.length === 0 ? ['nothing'] : names).map((name) => {
    const load = COMPONENT_LOADERS[name];
    if (load !== undefined) return { name, load };
    const known = Object.keys(COMPONENT_LOADERS).join(', ');
    throw new PipelineError(
      'INVALID_CONFIGURATION',
      `expected one of ${known}, or several with commas, got ${name}; name what to start`,
    );
  });
}

/** Waits for the end of something, but no longer than that. */
function within(duration_ms: number, ending: Promise<void>): Promise<void> {
  return Promise.race([ending, setTimeout(duration_ms, undefined, { ref: false })]);
}

function readPort(text: string | undefined, components: number): number {
  const port = Number(text ?? 0);
  if (Number.isInteger(port) && port >= 0 && port <= (components > 1 ? 0 : 65_535)) return port;
  const expected = components > 1 ? '0 for several components' : 'a port from 0 (any free one) to 65535';
  throw new PipelineError(
    'INVALID_CONFIGURATION',
    `PORT must be ${expected}, got "${text}"; correct it and start again`,
  );
}
