import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import { errorWords } from '../../contract/errors.ts';
import type { History } from '../../history/events.ts';
import { fromJsonLines, toJsonLines } from '../../history/json-lines.ts';
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
const BYTES_MAX = 1_000_000_000;

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
  const parts = runs.flatMap(({ last, left_out, histories }, run) => [
    head({ run, last, left_out }),
    ...[...histories].map(
      ([name, history]) => head({ run, case: name, lines: history.length + 1 }) + toJsonLines(history),
    ),
  ]);
  const text = parts.join('');
  const content = brotliCompressSync(Buffer.from(text), COMPRESSION).toString('base64');
  return { encoding: 'brotli+base64', sha256: digestOf(text), bytes: Buffer.byteLength(text), content };
}

function head(line: Head): string {
  return `${JSON.stringify(line)}\n`;
}

/** Unpack histories. @throws {CertificateRefusedError} when they are not as their digest says, or no histories. */
export function unpacked({ sha256, bytes, content }: PackedHistories): readonly RecordedRun[] {
  const text = textOf(content);
  if (digestOf(text) !== sha256 || text.length !== bytes) {
    throw new CertificateRefusedError('the histories are not those whose digest the certificate has');
  }
  try {
    return runsOf(text.toString('utf8').split('\n'));
  } catch (error) {
    throw new CertificateRefusedError(`the histories cannot be read: ${errorWords(error)}`);
  }
}

function textOf(content: string): Buffer {
  const bytes = Buffer.from(content, 'base64');
  if (bytes.toString('base64') !== content) throw new CertificateRefusedError('the histories are no base64');
  try {
    return brotliDecompressSync(bytes, { maxOutputLength: BYTES_MAX });
  } catch (error) {
    throw new CertificateRefusedError(`the histories cannot be decompressed: ${errorWords(error)}`);
  }
}

function runsOf(lines: readonly string[]): readonly RecordedRun[] {
  const runs: { last: number; left_out: readonly Range[]; histories: Map<string, History> }[] = [];
  for (let place = 0; place < lines.length && lines[place] !== ''; ) {
    const { run, last, left_out, case: name, lines: count } = JSON.parse(lines[place] ?? '') as Head;
    place += 1;
    if (name === undefined) {
      if (run !== runs.length || last === undefined || !Array.isArray(left_out))
        throw new Error(`line ${place}: expected the head of a run`);
      runs.push({ last, left_out, histories: new Map() });
      continue;
    }
    const own = runs.at(-1)?.histories;
    if (run !== runs.length - 1 || own === undefined || count === undefined)
      throw new Error(`line ${place}: expected a case of the run`);
    if (own.has(name)) throw new Error(`line ${place}: "${name}" stands here a second time`);
    own.set(name, fromJsonLines(lines.slice(place, place + count).join('\n')));
    place += count;
  }
  return runs;
}

/** From the first number to the last, both included. */
export type Range = readonly [number, number];

/** Write the numbers from 1 to `last` that are not among those given, as ranges. */
function missingRanges(present: ReadonlySet<number>, last: number): readonly Range[] {
  const ranges: [number, number][] = [];
  for (let number = 1; number <= last; number++) {
    if (present.has(number)) continue;
    const open = ranges.at(-1);
    if (open !== undefined && open[1] === number - 1) open[1] = number;
    else ranges.push([number, number]);
  }
  return ranges;
}
