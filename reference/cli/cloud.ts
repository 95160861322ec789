import { spawn } from 'node:child_process';
import { ROOT } from '../local/child.ts';

/** Ports that the caller asked for; one that is missing is chosen. */
export interface CloudOptions {
  readonly pubsubPort?: string;
  readonly firestorePort?: string;
}

/**
 * Runs the embedded cloud as a program with this process's own input and output, and hands signals on to it.
 *
 * @returns its exit code.
 */
export async function serveCloud(options: CloudOptions): Promise<number> {
  const args = [
    ...(options.pubsubPort === undefined ? [] : ['--pubsub-port', options.pubsubPort]),
    ...(options.firestorePort === undefined ? [] : ['--firestore-port', options.firestorePort]),
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
