import type { Readable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';

/** What a process prints, line by line, whatever it prints. */
export interface Lines {
  /** Tells each line from now on, without colours, until the function that it gives is called. */
  listen(onLine: (line: string) => void): () => void;
  /** Resolves when everything that was printed was told, or the streams stay open for longer than that takes. */
  drained(): Promise<void>;
}

/** A longer line is cut: nobody reads it, and a thousand of them would fill the memory. */
const LINE_MAX = 4_000;
/** A line that is not ended for so long is told as it is: a prompt, or a program's only line. */
const UNENDED_MS = 150;
/** How long to wait for the rest of what an ended process has printed; a child of it may keep its output open. */
const DRAIN_MS = 500;
/** More than that in a second is left out, as soon as nobody waits for a certain line. */
const BYTES_PER_SECOND_MAX = 2_000_000;

/** Read lines from a process's output. @param keep told each line once, also those that were cut. */
export function readLines(streams: readonly (Readable | null)[], keep: (line: string) => void): Lines {
  const listeners = new Set<(line: string) => void>();
  const tell = (line: string): void => {
    for (const listener of listeners) listener(line);
  };
  const ends = streams.map((stream) =>
    stream === null
      ? Promise.resolve()
      : readStream(stream, { keep, tell, isHeard: () => listeners.size > 0 }),
  );
  return {
    listen(onLine) {
      listeners.add(onLine);
      return () => void listeners.delete(onLine);
    },
    async drained() {
      const patience = new AbortController();
      const late = new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, DRAIN_MS);
        patience.signal.addEventListener('abort', () => clearTimeout(timer));
      });
      await Promise.race([Promise.all(ends), late]);
      patience.abort();
    },
  };
}

interface Ears {
  readonly keep: (line: string) => void;
  readonly tell: (line: string) => void;
  readonly isHeard: () => boolean;
}

/** Resolves at the end of a stream, when its last line was told, whether it is ended or not. */
function readStream(stream: Readable, { keep, tell, isHeard }: Ears): Promise<void> {
  let rest = '';
  let unended: NodeJS.Timeout | undefined;
  const allows = createAllowance();
  const line = (text: string): void => {
    const plain = stripVTControlCharacters(cut(text));
    keep(plain);
    tell(plain);
  };
  stream.setEncoding('utf8').on('data', (text: string) => {
    const left_out = allows(text.length, isHeard());
    if (left_out === 'this') return;
    if (left_out > 0)
      line(`(${left_out} characters of output were left out: more than ${BYTES_PER_SECOND_MAX} in a second)`);
    const parts = partsOf(rest + text);
    rest = cut(parts.pop() ?? '');
    for (const part of parts) line(part);
    clearTimeout(unended);
    if (rest !== '' && isHeard())
      unended = setTimeout(() => tell(stripVTControlCharacters(rest)), UNENDED_MS);
  });
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(unended);
      if (rest !== '') line(rest);
      rest = '';
      resolve();
    };
    stream.once('end', end).once('close', end).once('error', end);
  });
}

/** A line also ends where a terminal would begin to write over it, as a bar of progress does. */
function partsOf(text: string): string[] {
  return text.includes('\r') ? text.replaceAll('\r\n', '\n').split(/[\r\n]/) : text.split('\n');
}

/** Decide of each piece of output whether it is left out, or how much was left out before it. */
function createAllowance(): (length: number, is_heard: boolean) => number | 'this' {
  let second = 0;
  let used = 0;
  let left_out = 0;
  return (length, is_heard) => {
    const now = Math.floor(performance.now() / 1000);
    if (now !== second) used = 0;
    second = now;
    used += length;
    if (used > BYTES_PER_SECOND_MAX && !is_heard) {
      left_out += length;
      return 'this';
    }
    const before = left_out;
    left_out = 0;
    return before;
  };
}

function cut(text: string): string {
  return text.length > LINE_MAX ? text.slice(0, LINE_MAX) : text;
}
