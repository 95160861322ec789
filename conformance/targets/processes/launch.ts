import { type ChildProcess, spawn } from 'node:child_process';
import { closeGroup, createMark, keepGroup, signalGroup } from './groups/groups.ts';
import { readLines } from './lines.ts';

const STOP_PATIENCE_MS = 5_000;

/** What to launch. */
export interface Command {
  readonly command: readonly string[];
  readonly directory: string;
  /** Added to the judge's own. */
  readonly environment: Readonly<Record<string, string>>;
}

/** A process that was launched, ready or not, with whatever it started itself. */
export interface Launched {
  /** Tells each line from now on, until the function that it gives is called. */
  hear(onLine: (line: string) => void): () => void;
  /** How it ended, once it has and its last words are told. */
  readonly ended: Promise<string>;
  /** Whether `end` was called, so that its end is no surprise. */
  wasEnded(): boolean;
  /** Ends it and what it started; SIGKILL follows when it is still there after five seconds. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

/**
 * Launches a process in a group of its own, so that a wrapper such as `sh -c` or `go run` ends with the program that it
 * started, and Ctrl-C reaches the judge alone. Whoever outlives the leader of the group goes too, and all of them go with the judge.
 *
 * @param keep told each line that it prints.
 */
export function launch({ command, directory, environment }: Command, keep: (line: string) => void): Launched {
  const [program = '', ...args] = command;
  const mark = createMark();
  const child = spawn(program === 'node' ? process.execPath : program, args, {
    cwd: directory,
    env: { ...process.env, ...environment, ...mark.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const { pid } = child;
  if (pid !== undefined) keepGroup(pid);
  const { listen, drained } = readLines([child.stdout, child.stderr], keep);
  const exited = exitOf(child, program).then((how) => {
    if (pid !== undefined) closeGroup(pid, mark);
    return how;
  });
  let wanted = false;
  return {
    hear: listen,
    ended: exited.then(async (how) => {
      await drained();
      letGo(child);
      return how;
    }),
    wasEnded: () => wanted,
    async end(signal) {
      wanted = true;
      if (pid === undefined) return;
      signalGroup(pid, signal);
      const patience = setTimeout(() => signalGroup(pid, 'SIGKILL'), STOP_PATIENCE_MS);
      await exited;
      clearTimeout(patience);
    },
  };
}

function exitOf(child: ChildProcess, program: string): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'ENOENT' ? `there is no program "${program}"` : error.message;
      resolve(`could not be started: ${why}`);
    });
    child.once('exit', (code, signal) => resolve(`ended with ${signal ?? `exit code ${code}`}`));
  });
}

/** What it could still print is not waited for. */
function letGo(child: ChildProcess): void {
  child.stdout?.destroy();
  child.stderr?.destroy();
}
