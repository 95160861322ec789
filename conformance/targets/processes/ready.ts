import { TargetUnavailableError } from '../starting/running.ts';
import { adviceFor } from './advice.ts';
import { lastWords } from './last-words.ts';
import type { Launched } from './launch.ts';

const READY_PATIENCE_MS = 30_000;

/** A process that is to become ready, for the sentence that says it did not. */
export interface Becoming {
  readonly name: string;
  readonly command: readonly string[];
  /** What is waited for. */
  readonly expected: string;
  readonly launched: Launched;
  /** What it printed so far. */
  readonly lines: readonly string[];
  /** How long it may take. Default 30 s. */
  readonly patience_ms?: number;
}

/**
 * Waits for a process to become ready, and ends it when it does not.
 *
 * @param ready begins the wait; its signal aborts when the wait is over, and it tells what has come instead so far.
 * @param interrupted ends a start that is under way.
 * @throws {TargetUnavailableError} with the process's last words.
 */
export async function becomeReady<T>(
  becoming: Becoming,
  ready: (over: AbortSignal, tell: (heard: string) => void) => Promise<T>,
  interrupted: AbortSignal,
): Promise<T> {
  const { launched, patience_ms = READY_PATIENCE_MS } = becoming;
  let heard = '';
  const over = new AbortController();
  const abandon = (): void => void launched.end('SIGKILL');
  interrupted.addEventListener('abort', abandon);
  const patience = setTimeout(() => over.abort(), patience_ms);
  const late = new Promise<never>((_, reject) =>
    over.signal.addEventListener('abort', () =>
      reject(unready(becoming, `was not ready within ${patience_ms / 1000} s${heard}`)),
    ),
  );
  const dead = launched.ended.then((how): never => {
    throw unready(becoming, how);
  });
  const begun = ready(over.signal, (text) => {
    heard = ` (${text})`;
  });
  try {
    return await Promise.race([begun, dead, late]);
  } catch (error) {
    await launched.end('SIGKILL');
    throw error;
  } finally {
    for (const loser of [begun, dead, late]) loser.catch(() => {});
    over.abort();
    clearTimeout(patience);
    interrupted.removeEventListener('abort', abandon);
  }
}

/** Read how long a start may take; nothing where the target does not say it. */
export function patienceOf({
  timeout_seconds,
}: {
  readonly timeout_seconds?: number;
}): Pick<Becoming, 'patience_ms'> {
  return timeout_seconds === undefined ? {} : { patience_ms: timeout_seconds * 1000 };
}

function unready({ name, command, expected, lines }: Becoming, how: string): TargetUnavailableError {
  const written = lines.filter((line) => line.trim() !== '');
  const waits_for_line = !expected.includes('health');
  const advice = adviceFor({ command, how, lines: written, waits_for_line });
  const what = `${name}: expected ${expected} from "${command.join(' ')}", and it ${how}`;
  return new TargetUnavailableError(
    `${what}; its last words: ${lastWords(lines)}${advice === '' ? '' : `. What to do: ${advice}`}`,
  );
}

/** Waits for a line that matches a pattern. */
export function said(pattern: string, { hear }: Launched): Promise<RegExpExecArray> {
  const wanted = new RegExp(pattern);
  return new Promise((resolve) => {
    const stop = hear((line) => {
      const match = wanted.exec(line);
      if (match === null) return;
      stop();
      resolve(match);
    });
  });
}

/** Waits for 2xx of a URL. @param tell told what came instead. */
export async function answers(
  url: string,
  over: AbortSignal,
  tell: (heard: string) => void = () => {},
): Promise<void> {
  for (;;) {
    const reply = await fetch(url, { signal: over }).catch(() => undefined);
    if (reply?.ok === true) return;
    over.throwIfAborted();
    tell(`GET ${url}: ${reply === undefined ? 'no answer' : `status ${reply.status}`}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

const POLL_MS = 50;
