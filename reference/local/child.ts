import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { PipelineError } from '../errors/pipeline-error.ts';

/** The root of the repository, or of the installed package: where programs and the contract lie. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** A Node process that said it is ready. */
export interface Child {
  /** What its ready line matched, group by group. */
  readonly ready: readonly string[];
  /** Ends it: SIGTERM, and SIGKILL when it is still there after ten seconds. */
  stop(): Promise<void>;
}

/**
 * Starts a program and waits until a line of its standard output matches `ready`.
 *
 * @throws {PipelineError} INVALID_CONFIGURATION with the program's last words when it ends before it is ready.
 */
export async function startChild(
  program: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  ready: RegExp,
  onLog: (line: string) => void,
): Promise<Child> {
  const child = spawn(process.execPath, [program, ...args], {
    cwd: ROOT,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const match = await firstMatch(child, program, args, ready, onLog);
  return {
    ready: match,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      const patience = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await ended;
      clearTimeout(patience);
    },
  };
}

function firstMatch(
  child: ChildProcess,
  program: string,
  args: readonly string[],
  ready: RegExp,
  onLog: (line: string) => void,
): Promise<readonly string[]> {
  return new Promise((resolve, reject) => {
    const said: string[] = [];
    const hear = (line: string): void => {
      if (said.push(line) > 20) said.shift();
      const match = ready.exec(line);
      if (match !== null) resolve([...match]);
      else onLog(line);
    };
    for (const stream of [child.stdout, child.stderr]) {
      let rest = '';
      stream?.setEncoding('utf8').on('data', (text: string) => {
        const lines = (rest + text).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) hear(line);
      });
    }
    const fail = (how: string): void =>
      reject(
        new PipelineError(
          'INVALID_CONFIGURATION',
          `${[program, ...args].join(' ')} must print a line matching ${ready}, and ${how}; its last words: ${said.slice(-5).join(' | ') || 'none'}`,
          { program, args: [...args] },
        ),
      );
    child.once('error', (error) => fail(`could not be started: ${error.message}`));
    child.once('exit', (code, signal) => fail(`ended with ${signal ?? `exit code ${code}`}`));
  });
}
