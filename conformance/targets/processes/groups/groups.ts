import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import type { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { endMarked, MARK_NAME } from './marked.mjs';

/** What a process hands on to everything that it starts, so that all of it can be found again. */
export interface ProcessMark {
  readonly mark: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** Marks everything that this judge starts. */
const OWN_MARK = `${process.pid}-${randomBytes(6).toString('hex')}`;
let marks = 0;

/** Create the mark of one process. */
export function createMark(): ProcessMark {
  const mark = `${OWN_MARK}.${++marks}`;
  return { mark, environment: { [MARK_NAME]: mark } };
}

/** Groups that may still have a process in them. */
const groups = new Set<number>();

/** However the judge itself ends, it leaves nobody behind; when it is killed, its guardian sees to that. */
process.on('exit', () => {
  for (const group of groups) signalGroup(group, 'SIGKILL');
});

/** Makes a group one that ends with the judge. */
export function keepGroup(group: number): void {
  groups.add(group);
  tellGuardian(`+${group}`);
}

/** Ends whoever is left of a group, and of what it started outside of it. */
export function closeGroup(group: number, { mark }: ProcessMark): void {
  signalGroup(group, 'SIGKILL');
  endMarked(mark);
  groups.delete(group);
  tellGuardian(`-${group}`);
}

/** Sends a signal to a group that was not closed. */
export function signalGroup(group: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (!groups.has(group)) return;
  try {
    process.kill(-group, signal);
  } catch (error) {
    // Nobody of the group is there any more.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

const GUARDIAN = fileURLToPath(new URL('guardian.mjs', import.meta.url));
let pipe: Writable | undefined;

/** The guardian reads a pipe that closes with this process, also when it is killed, and then ends the groups that are left. */
function tellGuardian(line: string): void {
  pipe ??= startGuardian();
  pipe.write(`${line}\n`);
}

function startGuardian(): Writable {
  const guardian = spawn(process.execPath, [GUARDIAN], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    env: {},
  });
  // Without it, processes are left behind only where the judge is killed.
  guardian.on('error', () => {});
  guardian.stdin.on('error', () => {});
  guardian.unref();
  if ('unref' in guardian.stdin && typeof guardian.stdin.unref === 'function') guardian.stdin.unref();
  guardian.stdin.write(`${OWN_MARK}\n`);
  return guardian.stdin;
}
