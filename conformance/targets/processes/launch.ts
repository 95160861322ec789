import { type ChildProcess, spawn } from 'node:child_process';

const STOP_PATIENCE_MS = 5_000;

/** What to launch. */
export interface Command {
  readonly command: readonly string[];
  readonly directory: string;
  /** Added to the judge's own. */
  readonly environment: Readonly<Record<string, string>>;
}

/** A process that was launched, ready or not. */
export interface Launched {
  /** Tells each line from now on. */
  hear(onLine: (line: string) => void): void;
  /** How it ended, once it has. */
  readonly ended: Promise<string>;
  /** Whether `end` was called, so that its end is no surprise. */
  wasEnded(): boolean;
  /** Ends it; SIGKILL follows when it is still there after five seconds. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

/** Launches a process. @param keep told each line that it prints. */
export function launch({ command, directory, environment }: Command, keep: (line: string) => void): Launched {
  const [program = '', ...args] = command;
  const child = spawn(program === 'node' ? process.execPath : program, args, {
    cwd: directory,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let wanted = false;
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(`could not be started: ${error.message}`));
    child.once('exit', (code, signal) => resolve(`ended with ${signal ?? `exit code ${code}`}`));
  });
  return {
    hear: listen(child, keep),
    ended,
    wasEnded: () => wanted,
    async end(signal) {
      wanted = true;
      if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
      child.kill(signal);
      const patience = setTimeout(() => child.kill('SIGKILL'), STOP_PATIENCE_MS);
      await ended;
      clearTimeout(patience);
    },
  };
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
