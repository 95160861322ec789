import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StorageError } from './storage.ts';

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
      writeFileSync(file, String(process.pid), { flag: 'wx' });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
        throw new StorageError(`expected to write into ${folder} (${(error as Error).message})`);
      }
    }
    const owner = readOwner(file);
    if (owner !== undefined && isAlive(owner)) {
      throw new StorageError(
        `${folder} is in use by process ${owner}; end it, or use another folder. If that process is no cloud, remove ${file}`,
      );
    }
    rmSync(file, { force: true });
  }
  throw new StorageError(`${folder} was taken by another process meanwhile; start again`);
}

function readOwner(file: string): number | undefined {
  try {
    const owner = Number(readFileSync(file, 'utf8'));
    return Number.isInteger(owner) && owner > 0 ? owner : undefined;
  } catch {
    return undefined;
  }
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
