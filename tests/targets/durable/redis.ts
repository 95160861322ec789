import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** The name under which the target looks for the socket. */
export const REDIS_SOCKET = 'REDIS_SOCKET';

const PATIENCE_MS = 10_000;

/**
 * Starts a Redis of its own, which keeps nothing on disk and listens on a socket only.
 *
 * @returns its socket, and what ends it and removes its folder.
 * @throws {Error} when it does not answer; its exit code is in the message where it ended.
 */
export async function startRedis(): Promise<{ readonly socket: string; stop(): Promise<void> }> {
  const folder = mkdtempSync(path.join(tmpdir(), 'redis-'));
  const socket = path.join(folder, 'socket');
  const child = spawn(
    'redis-server',
    ['--port', '0', '--unixsocket', socket, '--save', '', '--appendonly', 'no', '--dir', folder],
    { stdio: 'ignore' },
  );
  const abandon = (): void => void child.kill();
  process.once('exit', abandon);
  const ended = once(child, 'exit').catch(() => {});
  const stop = async (): Promise<void> => {
    child.kill();
    await ended;
    process.off('exit', abandon);
    rmSync(folder, { recursive: true, force: true });
  };
  const until_ms = Date.now() + PATIENCE_MS;
  while (!(await answers(socket))) {
    if (child.exitCode === null && Date.now() < until_ms) {
      await pause(20);
      continue;
    }
    await stop();
    throw new Error(`redis-server was not ready within ${PATIENCE_MS / 1000} s; exit code ${child.exitCode}`);
  }
  return { socket, stop };
}

function answers(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(socket, () => {
      probe.destroy();
      resolve(true);
    });
    probe.once('error', () => resolve(false));
  });
}
