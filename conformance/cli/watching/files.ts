import path from 'node:path';
import { watch as watchFiles } from 'chokidar';

/** Folders of what is installed, built or cached: a program is not edited there. */
const LEFT_OUT = new Set(['node_modules', '__pycache__', 'venv', 'dist', 'build', 'target']);
/** An editor saves in several steps, and a checkout changes many files. */
const QUIET_MS = 100;

/** Files that are looked at. */
export interface FileWatch {
  /** Resolves when changes are seen from now on. */
  readonly ready: Promise<void>;
  stop(): Promise<void>;
}

/**
 * Look after the files below a folder, without those in hidden folders and in folders of what was installed or built.
 *
 * @param onChange told after the last of several changes, with one of the files.
 */
export function watchFolder(folder: string, onChange: (file: string) => void): FileWatch {
  let timer: NodeJS.Timeout | undefined;
  const watcher = watchFiles(folder, {
    ignoreInitial: true,
    ignored: (file) => file !== folder && isLeftOut(path.relative(folder, file)),
  });
  watcher.on('all', (_, file) => {
    clearTimeout(timer);
    timer = setTimeout(onChange, QUIET_MS, path.relative(folder, file));
  });
  return {
    ready: new Promise((resolve) => watcher.once('ready', resolve)),
    async stop() {
      clearTimeout(timer);
      await watcher.close();
    },
  };
}

/** Tell whether a change of this file means nothing for the program; the path is relative to the folder. */
export function isLeftOut(file: string): boolean {
  const parts = file.split(path.sep);
  return (
    parts.some((part) => LEFT_OUT.has(part) || (part.startsWith('.') && part !== '..')) ||
    file.endsWith('.pyc')
  );
}
