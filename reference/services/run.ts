import { PipelineError } from '../errors/pipeline-error.ts';
import { limitConcurrency } from '../http/limit.ts';
import { createShell } from '../http/shell.ts';
import { readSettings } from '../ports/settings.ts';
import { openGate } from '../security/open.ts';
import { readCallerSettings } from '../security/settings.ts';
import { COMPONENT_LOADERS } from './components.ts';

/** How long requests under way may take after SIGTERM; Cloud Run gives ten seconds in all. */
const STOP_MS_MAX = 9_000;

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

/**
 * Run one component until it is told to end. PORT chooses the port, 0 or nothing any free one. Says
 * `listening on http://…` when it is ready; requests under way finish before it ends.
 *
 * @throws {PipelineError} INVALID_CONFIGURATION for an unknown component or a wrong setting.
 */
export async function runComponent(
  name: string | undefined,
  { environment, stopped, say }: Surroundings,
): Promise<void> {
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
  const port = readPort(environment['PORT']);
  const [createComponent, { createPorts }, { serveComponent }] = await Promise.all([
    load(),
    import('../google/ports.ts'),
    import('./serve.ts'),
  ]);
  const ports = createPorts(settings);
  const component = limitConcurrency(createComponent(ports, settings), CONCURRENCY_MAX);
  // Only Cloud Run, which sets K_SERVICE, needs the world to reach this process.
  const host = environment['K_SERVICE'] === undefined ? '127.0.0.1' : '0.0.0.0';
  const gate = await openGate(callers, ports.log);
  const served = await serveComponent(name, createShell(component, ports.log), host, port, gate);
  say(`listening on ${served.address}`);
  await stopped;
  await served.stop(STOP_MS_MAX);
  await ports.close();
}

function readPort(text: string | undefined): number {
  const port = Number(text ?? 0);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new PipelineError(
    'INVALID_CONFIGURATION',
    `PORT must be a port from 0 (any free one) to 65535, got "${text}"; correct it and start again`,
  );
}
