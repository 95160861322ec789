import { spawn } from 'node:child_process';
import { resolve as absolute } from 'node:path';
import { ROOT } from '../local/child.ts';

/** What the caller asked for; a port that is missing is chosen. */
export interface CloudOptions {
  readonly pubsubPort?: number;
  readonly firestorePort?: number;
  readonly data?: string;
  readonly sync?: boolean;
  readonly import?: string;
  readonly exportOnExit?: string;
}

/**
 * Runs the embedded cloud as a program with this process's own input and output, and hands signals on to it.
 *
 * @returns its exit code.
 */
export async function serveCloud(options: CloudOptions): Promise<number> {
  const args = [
    ...(options.pubsubPort === undefined ? [] : ['--pubsub-port', String(options.pubsubPort)]),
    ...(options.firestorePort === undefined ? [] : ['--firestore-port', String(options.firestorePort)]),
    // The program starts in the folder of the package, and the caller's folders are seen from here.
    ...(options.data === undefined ? [] : ['--data', absolute(options.data)]),
    ...(options.sync === true ? ['--sync'] : []),
    ...(options.import === undefined ? [] : ['--import', absolute(options.import)]),
    ...(options.exportOnExit === undefined ? [] : ['--export-on-exit', absolute(options.exportOnExit)]),
  ];
  const child = spawn(process.execPath, ['conformance/cloud/start.mjs', ...args], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
