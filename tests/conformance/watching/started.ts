import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** A judge that watches a copy of a target. */
export interface Watching {
  readonly folder: string;
  readonly pid: number;
  readonly url: string;
  /** Everything that it has said so far on standard error. */
  said(): string;
  /** Resolves with the match as soon as it has said so, after what was said before the call. */
  hear(words: RegExp): Promise<RegExpExecArray>;
  /** Changes a file of the target as an editor does. */
  edit(file: string, change: (text: string) => string): void;
  /** Interrupts it, and gives its exit code. */
  stop(): Promise<number | null>;
}

/** Starts `conformance run --watch` on a copy of a target of `tests/targets`. */
export function startWatching(target: string, ...options: readonly string[]): Promise<Watching> {
  return startWatchingIn(os.tmpdir(), target, ...options);
}

/** The same on a copy below a folder: some targets read what lies beside them in this repository. */
export async function startWatchingIn(
  place: string,
  target: string,
  ...options: readonly string[]
): Promise<Watching> {
  const folder = mkdtempSync(path.join(place, 'watched-'));
  cpSync(path.join(ROOT, 'tests/targets', target), folder, { recursive: true });
  const args = ['run', '--watch', '--target', 'target.yaml', '--seed', '7', ...options];
  const child = spawn(process.execPath, [path.join(ROOT, 'conformance/cli/bin.mjs'), ...args], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  let from = 0;
  const listeners = new Set<() => void>();
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    for (const listener of listeners) listener();
  });
  const ended = new Promise<number | null>((resolve) => child.on('exit', (code) => resolve(code)));
  const hear: Watching['hear'] = (words) =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const found = words.exec(said.slice(from));
        if (found === null) return;
        from += found.index + found[0].length;
        listeners.delete(look);
        resolve(found);
      };
      listeners.add(look);
      look();
      void ended.then((code) =>
        reject(new Error(`it ended with ${code} before it said ${words}; it said: ${said}`)),
      );
    });
  const [, url = ''] = await hear(/the page is (http\S+)/);
  return {
    folder,
    pid: child.pid ?? 0,
    url,
    said: () => said,
    hear,
    edit(file, change) {
      const place = path.join(folder, file);
      writeFileSync(place, change(readFileSync(place, 'utf8')));
    },
    async stop() {
      const code = await interrupt(child, ended);
      rmSync(folder, { recursive: true, force: true });
      return code;
    },
  };
}

function interrupt(child: ChildProcess, ended: Promise<number | null>): Promise<number | null> {
  child.kill('SIGINT');
  return ended;
}
