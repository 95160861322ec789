import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import type { ComponentDescription, Target } from '../description.ts';
import { environmentOf } from './environment.ts';
import { type AroundComponent, reachComponent } from './reach.ts';
import { type CloudAddress, type RunningComponent, TargetUnavailableError } from './running.ts';

const READY_PATIENCE_MS = 30_000;
const STOP_PATIENCE_MS = 5_000;
const OUTPUT_LINES = 2_000;

/**
 * Starts a component, or reaches the one that runs, and waits until it is ready.
 *
 * @param onEnd told when a process ends that the judge did not end.
 * @param interrupted ends a start that is under way; what was launched is killed.
 * @throws {TargetUnavailableError} with the component's last words.
 */
export async function startComponent(
  target: Target,
  name: string,
  component: ComponentDescription,
  cloud: CloudAddress,
  onEnd: (how: string) => void,
  interrupted: AbortSignal = new AbortController().signal,
  around: AroundComponent = {},
): Promise<RunningComponent> {
  const lines: string[] = [];
  if (component.command === null) return reachComponent(name, component, around, interrupted);
  const command = component.command;
  const keep = (line: string): void => {
    if (lines.push(line) > OUTPUT_LINES) lines.shift();
    around.onLine?.(line);
  };
  const start = () =>
    launch(target, name, { ...component, command }, cloud, { lines, keep }, onEnd, interrupted);
  let running = await start();
  return {
    url: () => running.url,
    output: () => lines,
    owned: true,
    kill: () => running.end('SIGKILL'),
    async restart() {
      running = await start();
    },
    stop: () => running.end('SIGTERM'),
  };
}

/** What a component prints, over all its starts. */
interface Output {
  readonly lines: readonly string[];
  readonly keep: (line: string) => void;
}

interface Launched {
  readonly url: string;
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

async function launch(
  target: Target,
  name: string,
  component: ComponentDescription & { readonly command: readonly string[] },
  cloud: CloudAddress,
  { lines, keep }: Output,
  onEnd: (how: string) => void,
  interrupted: AbortSignal,
): Promise<Launched> {
  interrupted.throwIfAborted();
  const tells_url = 'stdout' in component.ready && component.ready.stdout.includes('(?<url>');
  const port = tells_url ? 0 : await freePort();
  const [program = '', ...args] = component.command;
  const child = spawn(program === 'node' ? process.execPath : program, args, {
    cwd: target.directory,
    env: { ...process.env, ...environmentOf(target, component, cloud, port) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let wanted = false;
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(`could not be started: ${error.message}`));
    child.once('exit', (code, signal) => resolve(`ended with ${signal ?? `exit code ${code}`}`));
  });
  const end: Launched['end'] = async (signal) => {
    wanted = true;
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
    child.kill(signal);
    const patience = setTimeout(() => child.kill('SIGKILL'), STOP_PATIENCE_MS);
    await ended;
    clearTimeout(patience);
  };
  const heard = listen(child, keep);
  const abandon = (): void => void end('SIGKILL');
  interrupted.addEventListener('abort', abandon);
  const url = await becomeReady(name, component, port, heard, ended, lines).catch(async (error: unknown) => {
    await end('SIGKILL');
    throw error;
  });
  interrupted.removeEventListener('abort', abandon);
  void ended.then((how) => {
    if (!wanted) onEnd(how);
  });
  return { url, end };
}

type Hear = (onLine: (line: string) => void) => void;

function listen(child: ChildProcess, keep: (line: string) => void): Hear {
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

async function becomeReady(
  name: string,
  component: ComponentDescription & { readonly command: readonly string[] },
  port: number,
  hear: Hear,
  ended: Promise<string>,
  lines: readonly string[],
): Promise<string> {
  const fail = (how: string): TargetUnavailableError =>
    new TargetUnavailableError(
      `${name}: expected ${JSON.stringify(component.ready)} from "${component.command.join(' ')}", and it ${how}; its last words: ${lines.slice(-6).join(' | ') || 'none'}`,
    );
  const own = `http://127.0.0.1:${port}`;
  const dead = ended.then((how): never => {
    throw fail(how);
  });
  const { signal, cancel } = timeout(READY_PATIENCE_MS);
  const late = new Promise<never>((_, reject) =>
    signal.addEventListener('abort', () =>
      reject(fail(`was not ready within ${READY_PATIENCE_MS / 1000} s`)),
    ),
  );
  const ready =
    'stdout' in component.ready
      ? said(component.ready.stdout, hear, own)
      : answers(own, component.ready.health, signal);
  try {
    return await Promise.race([ready, dead, late]);
  } finally {
    cancel();
    dead.catch(() => {});
    late.catch(() => {});
  }
}

function said(pattern: string, hear: Hear, own: string): Promise<string> {
  const wanted = new RegExp(pattern);
  return new Promise((resolve) =>
    hear((line) => {
      const match = wanted.exec(line);
      if (match !== null) resolve(match.groups?.['url']?.replace(/\/$/, '') ?? own);
    }),
  );
}

async function answers(own: string, path: string, signal: AbortSignal): Promise<string> {
  for (;;) {
    const reply = await fetch(own + path, { signal }).catch(() => undefined);
    if (reply?.ok === true) return own;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function timeout(after_ms: number): { readonly signal: AbortSignal; cancel(): void } {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), after_ms);
  return { signal: controller.signal, cancel: () => clearTimeout(timer) };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
