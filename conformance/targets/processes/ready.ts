import { TargetUnavailableError } from '../starting/running.ts';
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

/** How a start came to nothing. */
export interface FailedStart {
  readonly command: readonly string[];
  /** What became of the program, in words. */
  readonly how: string;
  /** What it printed, without blank lines. */
  readonly lines: readonly string[];
  /** Whether the judge waited for a line, and for no path. */
  readonly waits_for_line: boolean;
}

/** Say what to do about a program that did not become ready; empty when only its last words can tell. */
export function adviceFor({ command, how, lines, waits_for_line }: FailedStart): string {
  const said = lines.join('\n');
  const [program = ''] = command;
  if (/there is no program/.test(how))
    return `install ${program}, or correct "command" in the target file; no shell reads it, so it is a program on PATH or a path from the file's folder`;
  if (/EADDRINUSE|address already in use|Errno 98|Errno 48|port \S+ is (already )?in use/i.test(said))
    return 'listen on the port that the variable PORT names, or write {port} into the command: the judge starts several instances, so none has a port of its own';
  const module = /No module named '?([\w.]+)|Cannot find (?:module|package) '([^']+)'/.exec(said);
  if (module !== null)
    return `make ${module[1] ?? module[2]} known to "${program}": install it, or name the program of the environment that has it, such as .venv/bin/python`;
  if (!/was not ready/.test(how) || !waits_for_line) return '';
  const line = lines.findLast((one) => /https?:\/\/\S+|\bport\b\D{0,5}\d{2,5}/i.test(one));
  if (line === undefined && lines.length === 0)
    return 'let it print a line when it listens, and flush it (Python: print(…, flush=True), or PYTHONUNBUFFERED: "1" in environment); or write ready: { health: /PATH }';
  if (line === undefined)
    return 'let "ready" name the line that it prints when it listens, or a path: ready: { health: /PATH }';
  return `if it is ready when it prints "${line.trim()}", write ready: { stdout: '${patternOf(line.trim())}' }`;
}

/** A pattern for a line that tells where a program listens: its words before the address, and the address as a group. */
function patternOf(line: string): string {
  const address = /https?:\/\/[^\s,)\]]+/.exec(line);
  const before = address === null ? line.replace(/\d{2,5}.*$/, '') : line.slice(0, address.index);
  // Time stamps and process numbers differ each time.
  const words = /[\p{L}][\p{L}\s:]*$/u.exec(before)?.[0].trimStart() ?? before;
  const literal = words.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll("'", '.');
  return address === null ? literal.trimEnd() : `${literal}(?<url>http://[^ ]+)`;
}
