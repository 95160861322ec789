import { setTimeout } from 'node:timers/promises';
import { PipelineError } from '../errors/pipeline-error.ts';
import { limitConcurrency } from '../http/limit.ts';
import { createShell } from '../http/shell.ts';
import type { HttpHandler } from '../ports/ports.ts';
import { readSettings } from '../ports/settings.ts';
import type { Gate } from '../security/gate.ts';
import { openGate } from '../security/open.ts';
import { readCallerSettings } from '../security/settings.ts';
import { COMPONENT_LOADERS } from './components.ts';

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
  /** Stands before the server: who may call, and how much. */
  readonly gate: Gate;
  /** Closes every connection to the store and the broker. */
  close(): Promise<void>;
}

/**
 * Run one component until it is told to end. PORT chooses the port, 0 or nothing any free one; LISTEN_HOST the address.
 * Says `listening on http://…` when it is ready; requests under way finish before it ends.
 *
 * @throws {PipelineError} INVALID_CONFIGURATION for an unknown component or a wrong setting.
 */
export async function runComponent(
  name: string | undefined,
  { environment, stopped, say }: Surroundings,
): Promise<void> {
  const port = readPort(environment['PORT']);
  const [component, { serveComponent }] = await Promise.all([
    prepareComponent(name, environment),
    import('./serve.ts'),
  ]);
  // Only Cloud Run, which sets K_SERVICE, needs the world to reach this process.
  const everywhere = environment['K_SERVICE'] === undefined ? '127.0.0.1' : '0.0.0.0';
  const host = environment['LISTEN_HOST'] ?? everywhere;
  const served = await serveComponent(component.handler, host, port, component.gate);
  say(`listening on ${served.address}`);
  await stopped;
  await served.stop(STOP_MS_MAX);
  await component.close();
}

/**
 * Make a component on Google's services, as the environment says.
 *
 * @throws {PipelineError} INVALID_CONFIGURATION for an unknown component or a wrong setting.
 */
export async function prepareComponent(
  name: string | undefined,
  environment: Surroundings['environment'],
): Promise<PreparedComponent> {
  const load = name === undefined ? undefined : COMPONENT_LOADERS[name];
  if (name === undefined || load === undefined) {
    const known = Object.keys(COMPONENT_LOADERS).join(', ');
    throw new PipelineError(
      'INVALID_CONFIGURATION',
      `expected one of ${known}, got ${name ?? 'nothing'}; name the component to start`,
    );
  }
  const settings = readSettings(environment);
  const callers = readCallerSettings(environment);
  const [createComponent, { createPorts }] = await Promise.all([load(), import('../google/ports.ts')]);
  const ports = createPorts(settings);
  const component = limitConcurrency(createComponent(ports, settings), CONCURRENCY_MAX);
  const gate = await openGate(callers, ports.log);
  return {
    name,
    handler: createShell(component, ports.log),
    gate,
    close: () => within(CLOSE_MS_MAX, ports.close()),
  };
}

/** Waits for the end of something, but no longer than that. */
function within(duration_ms: number, ending: Promise<void>): Promise<void> {
  return Promise.race([ending, setTimeout(duration_ms, undefined, { ref: false })]);
}

function readPort(text: string | undefined): number {
  const port = Number(text ?? 0);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new PipelineError(
    'INVALID_CONFIGURATION',
    `PORT must be a port from 0 (any free one) to 65535, got "${text}"; correct it and start again`,
  );
}
