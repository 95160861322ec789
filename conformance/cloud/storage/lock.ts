import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { StorageError } from './storage.ts';

/** Folders that this process has; its own number in a lock says nothing, since a container gives the same one again. */
const own = new Set<string>();

/** A process that was told to end, or killed, is gone by then. */
const LEAVING_MS = 2000;
const LOOK_AGAIN_MS = 50;

/**
 * Takes a folder for this process. The lock of a process that was killed is taken over, and one that is ending is waited for.
 *
 * @returns gives it free.
 * @throws {StorageError} with the number of the process that has it.
 */
export async function lockFolder(folder: string): Promise<() => void> {
  const give_up_at = Date.now() + LEAVING_MS;
  for (;;) {
    try {
      return lockNow(folder);
    } catch (error) {
      if (!(error instanceof FolderInUseError) || Date.now() > give_up_at) throw error;
      await wait(LOOK_AGAIN_MS);
    }
  }
}

class FolderInUseError extends StorageError {}

function lockNow(folder: string): () => void {
  const file = join(folder, 'in-use-by');
  for (let attempt = 0; attempt < 2; attempt += 1) {
    try {
      writeFileSync(file, `${process.pid} ${startOf(process.pid)}`, { flag: 'wx' });
      own.add(file);
      return () => {
        own.delete(file);
        rmSync(file, { force: true });
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
        throw new StorageError(`expected to write into ${folder} (${(error as Error).message})`);
      }
    }
    const owner = livingOwner(file);
    if (owner !== undefined) {
      throw new FolderInUseError(
        `${folder} is in use by process ${owner}; end it, or use another folder. If that process is no cloud, remove ${file}`,
      );
    }
    rmSync(file, { force: true });
  }
  throw new StorageError(`${folder} was taken by another process meanwhile; start again`);
}

/** The process that wrote a lock, if it still runs; undefined for one that is gone, or whose number another has now. */
function livingOwner(file: string): number | undefined {
  const [number = '', start = ''] = read(file).split(' ');
  const pid = Number(number);
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  if (pid === process.pid) return own.has(file) ? pid : undefined;
  if (!isAlive(pid)) return undefined;
  return start === '' || start === startOf(pid) ? pid : undefined;
}

function isAlive(pid: number): boolean {
  // One that has ended stays on the list until its parent has heard of it.
  if (['Z', 'X'].includes(statOf(pid)[0] ?? '')) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of somebody else is alive too.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** When a process began, in ticks since the machine did, where the system says so; else nothing. */
function startOf(pid: number): string {
  return statOf(pid)[19] ?? '';
}

/** What the system says of a process, from its state on; nothing where it says nothing. */
function statOf(pid: number): readonly string[] {
  // The name of the program stands in parentheses before that, and may hold anything.
  return read(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ') ?? [];
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
