import { createHash } from 'node:crypto';
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import { errorWords } from '../../contract/errors.ts';
import type { History, HistoryEvent } from '../../history/events.ts';
import { headLine, toJsonLines } from '../../history/json-lines.ts';
import { CertificateRefusedError, type PackedHistories } from '../certificate.ts';
import { digestOf } from '../origin/target.ts';

/** What one run recorded. */
export interface RecordedRun {
  /** The number of its last event. */
  readonly last: number;
  /** Numbers of events that belong to no case: they were of the start, or were judged and forgotten. */
  readonly left_out: readonly Range[];
  /** By case name, in the order of the plan. */
  readonly histories: ReadonlyMap<string, History>;
}

/** Keep of a run what its cases saw, and which numbers they did not. */
export function recordedRun(histories: ReadonlyMap<string, History>, last: number): RecordedRun {
  return { last, left_out: missingRanges(numbersOf(histories), last), histories };
}

/** Collect the numbers of all events. */
export function numbersOf(histories: ReadonlyMap<string, History>): ReadonlySet<number> {
  return new Set([...histories.values()].flatMap((history) => history.map(({ sequence }) => sequence)));
}

/** Events of different cases and runs look alike, so that a wide window makes them small; a higher quality saves a twentieth. */
const COMPRESSION = {
  params: {
    [constants.BROTLI_PARAM_QUALITY]: 5,
    [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
  },
};

/** No honest run has so much; a file that grows beyond it is none of ours. */
const BYTES_MAX = 400_000_000;

interface Head {
  readonly run: number;
  readonly last?: number;
  readonly left_out?: readonly Range[];
  readonly case?: string;
  /** How many lines the case has. */
  readonly lines?: number;
}

/** Pack the histories of runs. */
export function packed(runs: readonly RecordedRun[]): PackedHistories {
  const text = [...partsOf(runs)].join('');
  const content = brotliCompressSync(Buffer.from(text), COMPRESSION).toString('base64');
  return { encoding: 'brotli+base64', sha256: digestOf(text), bytes: Buffer.byteLength(text), content };
}

function* partsOf(runs: readonly RecordedRun[]): Generator<string> {
  for (const [run, { last, left_out, histories }] of runs.entries()) {
    yield head({ run, last, left_out });
    for (const [name, history] of histories) {
      yield head({ run, case: name, lines: history.length + 1 }) + toJsonLines(history);
    }
  }
}

function head(line: Head): string {
  return `${JSON.stringify(line)}\n`;
}

/** Unpack histories. @throws {CertificateRefusedError} when they are not as their digest says, no histories, or written in another way. */
export function unpacked({ sha256, bytes, content }: PackedHistories): readonly RecordedRun[] {
  const text = textOf(content, bytes);
  if (digestOf(text) !== sha256 || text.length !== bytes) {
    throw new CertificateRefusedError('the histories are not those whose digest the certificate has');
  }
  const runs = readRuns(text);
  const again = createHash('sha256');
  for (const part of partsOf(runs)) again.update(part);
  if (again.digest('hex') !== sha256) {
    throw new CertificateRefusedError(
      'the histories are not written as "conformance certify" writes them; something stands there twice, in another way, or beside them',
    );
  }
  return runs;
}

function textOf(content: string, bytes: number): Buffer {
  const compressed = Buffer.from(content, 'base64');
  if (compressed.toString('base64') !== content)
    throw new CertificateRefusedError('the histories are no base64');
  if (bytes > BYTES_MAX) {
    throw new CertificateRefusedError(`the histories have ${bytes} bytes; expected ${BYTES_MAX} at most`);
  }
  try {
    const { buffer, engine } = decompressed(compressed, { maxOutputLength: Math.max(1, bytes), info: true });
    if (engine.bytesWritten === compressed.length) return buffer;
  } catch (error) {
    throw new CertificateRefusedError(`the histories cannot be decompressed: ${errorWords(error)}`);
  }
  throw new CertificateRefusedError('behind the compressed histories stands something else');
}

/** With `info`, which Node's types do not tell, it says how many bytes were read. */
const decompressed = brotliDecompressSync as unknown as (
  bytes: Buffer,
  options: { readonly maxOutputLength: number; readonly info: true },
) => { readonly buffer: Buffer; readonly engine: { readonly bytesWritten: number } };

function readRuns(text: Buffer): readonly RecordedRun[] {
  try {
    return runsOf(createReader(text.toString('utf8')));
  } catch (error) {
    throw new CertificateRefusedError(`the histories cannot be read: ${errorWords(error)}`);
  }
}

/** Gives one line after the other, so that a text of nothing but line ends costs nothing; undefined at the end. */
function createReader(text: string) {
  let from = 0;
  let number = 0;
  return {
    line(): string | undefined {
      const end = text.indexOf('\n', from);
      if (end < 0) return undefined;
      const line = text.slice(from, end);
      from = end + 1;
      number += 1;
      return line;
    },
    wrong: (expected: string): Error => new Error(`line ${number}: expected ${expected}`),
  };
}

type Reader = ReturnType<typeof createReader>;

function runsOf(reader: Reader): readonly RecordedRun[] {
  const runs: { last: number; left_out: readonly Range[]; histories: Map<string, History> }[] = [];
  for (let line = reader.line(); line !== undefined; line = reader.line()) {
    const { run, last, left_out, case: name, lines } = objectIn(line, reader) as Head;
    if (name === undefined) {
      if (run !== runs.length || !isCount(last) || !isRanges(left_out))
        throw reader.wrong('the head of a run');
      runs.push({ last, left_out, histories: new Map() });
      continue;
    }
    const own = runs.at(-1)?.histories;
    if (run !== runs.length - 1 || own === undefined || typeof name !== 'string' || !isCount(lines))
      throw reader.wrong('a case of the run');
    if (own.has(name)) throw reader.wrong(`each case once, got "${name}" a second time`);
    own.set(name, historyOf(lines, reader));
  }
  return runs;
}

function historyOf(lines: number, reader: Reader): History {
  if (`${reader.line()}\n` !== headLine(lines - 1)) throw reader.wrong(`the head of ${lines - 1} events`);
  const events: HistoryEvent[] = [];
  while (events.length < lines - 1) {
    const line = reader.line();
    if (line === undefined) throw reader.wrong(`${lines - 1} events, got ${events.length}`);
    const event = objectIn(line, reader);
    if (!('kind' in event && 'sequence' in event)) throw reader.wrong('an event');
    events.push(event as HistoryEvent);
  }
  return events;
}

function objectIn(line: string, reader: Reader): object {
  const value: unknown = JSON.parse(line === '' ? 'null' : line);
  if (typeof value === 'object' && value !== null) return value;
  throw reader.wrong('a JSON object');
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isRanges(value: unknown): value is readonly Range[] {
  return (
    Array.isArray(value) &&
    value.every((range) => Array.isArray(range) && range.length === 2 && range.every(isCount))
  );
}

/** From the first number to the last, both included. */
export type Range = readonly [number, number];

/** Write the numbers from 1 to `last` that are not among those given, as ranges. */
export function missingRanges(present: ReadonlySet<number>, last: number): readonly Range[] {
  const ranges: Range[] = [];
  let expected = 1;
  for (const number of [...present].sort((a, b) => a - b)) {
    if (number > expected) ranges.push([expected, Math.min(number - 1, last)]);
    expected = Math.max(expected, number + 1);
  }
  return last < expected ? ranges : [...ranges, [expected, last]];
}
