import { PipelineError } from '../errors/pipeline-error.ts';
import { limitConcurrency } from '../http/limit.ts';
import { createShell } from '../http/shell.ts';
import { readSettings } from '../ports/settings.ts';
import { COMPONENT_LOADERS } from './components.ts';

/** How long requests under way may take after SIGTERM; Cloud Run gives ten seconds in all. */
const STOP_MS_MAX = 9_000;

/** How many deliveries one process works on at a time. */
const CONCURRENCY_MAX = 40;

/**
 * Start one component: `node --import tsx reference/services/start.ts <component>`.
 *
 * PORT chooses the port, 0 or nothing any free one. Prints `listening on http://…` on standard output when ready.
 *
 * @returns 0 after SIGTERM or SIGINT, 2 when the component or the configuration is wrong.
 */
async function start(name: string | undefined): Promise<number> {
  const load = name === undefined ? undefined : COMPONENT_LOADERS[name];
  if (name === undefined || load === undefined) {
    const known = Object.keys(COMPONENT_LOADERS).join(', ');
    process.stderr.write(`start: expected one of ${known}, got ${name ?? 'nothing'}\n`);
    return 2;
  }
  const stopped = nextSignal();
  const settings = readSettings(process.env);
  const port = readPort(process.env['PORT']);
  const [createComponent, { createPorts }, { serveComponent }] = await Promise.all([
    load(),
    import('../google/ports.ts'),
    import('./serve.ts'),
  ]);
  const ports = createPorts(settings);
  const component = limitConcurrency(createComponent(ports, settings), CONCURRENCY_MAX);
  const handler = createShell(component, ports.log);
  // Only Cloud Run, which sets K_SERVICE, needs the world to reach this process.
  const host = process.env['K_SERVICE'] === undefined ? '127.0.0.1' : '0.0.0.0';
  const served = await serveComponent(name, handler, host, port);
  process.stdout.write(`listening on ${served.address}\n`);
  await stopped;
  await served.stop(STOP_MS_MAX);
  await ports.close();
  return 0;
}

function readPort(text: string | undefined): number {
  const port = Number(text ?? 0);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new PipelineError(
    'INVALID_CONFIGURATION',
    `PORT must be a port from 0 (any free one) to 65535, got "${text}"; correct it and start again`,
  );
}

function nextSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
  });
}

try {
  process.exit(await start(process.argv[2]));
} catch (error) {
  if (!(error instanceof PipelineError)) throw error;
  process.stderr.write(`start: ${error.message}\n`);
  process.exit(2);
}
