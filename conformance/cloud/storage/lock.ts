import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StorageError } from './storage.ts';

/** Folders that this process has; its own number in a lock says nothing, since a container gives the same one again. */
const own = new Set<string>();

/**
 * Takes a folder for this process. The lock of a process that was killed is taken over.
 *
 * @returns gives it free.
 * @throws {StorageError} with the number of the process that has it.
 */
export function lockFolder(folder: string): () => void {
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
      throw new StorageError(
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
  // The name of the program stands in parentheses and may hold anything; the 20th field behind it is the start.
  return read(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ')[19] ?? '';
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
