import { type ChildProcess, spawn } from 'node:child_process';

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
  /** Tells each line from now on. */
  hear(onLine: (line: string) => void): void;
  /** How it ended, once it has. */
  readonly ended: Promise<string>;
  /** Whether `end` was called, so that its end is no surprise. */
  wasEnded(): boolean;
  /** Ends it and what it started; SIGKILL follows when it is still there after five seconds. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

/**
 * Launches a process in a group of its own, so that a wrapper such as `sh -c` or `go run` ends with the program that it
 * started, and Ctrl-C reaches the judge alone.
 *
 * @param keep told each line that it prints.
 */
export function launch({ command, directory, environment }: Command, keep: (line: string) => void): Launched {
  const [program = '', ...args] = command;
  const child = spawn(program === 'node' ? process.execPath : program, args, {
    cwd: directory,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  keepTrack(child);
  let wanted = false;
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'ENOENT' ? `there is no program "${program}"` : error.message;
      resolve(`could not be started: ${why}`);
    });
    child.once('exit', (code, signal) => resolve(`ended with ${signal ?? `exit code ${code}`}`));
  });
  return {
    hear: listen(child, keep),
    ended,
    wasEnded: () => wanted,
    async end(signal) {
      wanted = true;
      if (child.pid === undefined) return;
      signalGroup(child.pid, signal);
      const patience = setTimeout(() => signalGroup(child.pid, 'SIGKILL'), STOP_PATIENCE_MS);
      await ended;
      clearTimeout(patience);
      letGo(child);
    },
  };
}

/** Groups that may still have a process in them. */
const groups = new Set<number>();

/** However the judge itself ends, unless it is killed, it leaves nobody behind. */
process.on('exit', () => {
  for (const pid of groups) signalGroup(pid, 'SIGKILL');
});

function keepTrack({ pid }: ChildProcess): void {
  if (pid !== undefined) groups.add(pid);
}

/** Whoever outlived the leader of the group goes too, and what it could still print is not waited for. */
function letGo(child: ChildProcess): void {
  if (child.pid === undefined) return;
  signalGroup(child.pid, 'SIGKILL');
  groups.delete(child.pid);
  child.stdout?.destroy();
  child.stderr?.destroy();
}

function signalGroup(pid: number | undefined, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (pid === undefined || !groups.has(pid)) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    // Nobody of the group is there any more.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

function listen(child: ChildProcess, keep: (line: string) => void): Launched['hear'] {
  const listeners: ((line: string) => void)[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    let rest = '';
    stream?.setEncoding('utf8').on('data', (text: string) => {
      const parts = (rest + text).split('\n');
      rest = parts.pop() ?? '';
      for (const line of parts) {
        keep(line);
        for (const listener of listeners) listener(line);
      }
    });
  }
  return (onLine) => void listeners.push(onLine);
}
