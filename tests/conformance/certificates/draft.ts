import type { KeyObject } from 'node:crypto';
import { brotliCompressSync, brotliDecompressSync } from 'node:zlib';
import { opened, sealed } from '../../../conformance/certificates/envelope/envelope.ts';
import { digestOf, subjectsOf } from '../../../conformance/certificates/origin/target.ts';
import { packed, type Range, recordedRun, unpacked } from '../../../conformance/certificates/record/pack.ts';
import type { HistoryEvent } from '../../../conformance/history/events.ts';
import { toJsonLines } from '../../../conformance/history/json-lines.ts';

/** Anything of a statement, for whoever changes it. */
// biome-ignore lint/suspicious/noExplicitAny: a forger keeps to no type.
type Loose = any;

/** One run of a certificate that can be changed. */
export interface DraftRun {
  last: number;
  left_out: Range[];
  histories: Map<string, HistoryEvent[]>;
}

/** A certificate that lies open. */
export interface Draft {
  readonly statement: Loose;
  /** The predicate of the statement. */
  readonly certificate: Loose;
  readonly runs: DraftRun[];
}

/** Opens a certificate as a forger does. */
export function opening(text: string): Draft {
  const statement = JSON.parse(opened(text).statement) as Loose;
  const runs = unpacked(statement.predicate.histories).map(({ last, left_out, histories }) => ({
    last,
    left_out: [...left_out],
    histories: new Map([...histories].map(([name, history]) => [name, [...history]])),
  }));
  return { statement, certificate: statement.predicate, runs };
}

/** Lists every number that no history of a run has as one of no case. */
export function leaveOut(run: DraftRun): void {
  run.left_out = [...recordedRun(run.histories, run.last).left_out];
}

/** Packs a text of the forger's own as the histories, with the digests that fit it. */
export function packText(certificate: Loose, change: (text: string) => string, behind = ''): void {
  const packed_text = brotliDecompressSync(Buffer.from(certificate.histories.content, 'base64')).toString();
  const text = change(packed_text);
  const content = Buffer.concat([brotliCompressSync(Buffer.from(text)), Buffer.from(behind)]);
  certificate.histories = {
    ...certificate.histories,
    sha256: digestOf(text),
    bytes: Buffer.byteLength(text),
    content: content.toString('base64'),
  };
}

/** Packs the histories of a draft anew, and lists them with right digests. */
export function relist({ certificate, runs }: Draft): void {
  for (const [place, { histories }] of runs.entries()) {
    certificate.runs[place].cases = [...histories].map(([name, history]) => ({
      name,
      events: history.length,
      sha256: digestOf(toJsonLines(history)),
    }));
  }
  certificate.histories = packed(runs);
}

/** Seals a draft with every digest computed anew, so that only what it says can give it away. */
export function resealed({ statement, certificate }: Draft, key?: KeyObject): string {
  const { sha256: _old, ...rest } = certificate;
  const subject = subjectsOf(certificate.target);
  const predicate = { ...rest, sha256: digestOf(JSON.stringify(rest)) };
  return sealed(JSON.stringify({ ...statement, subject, predicate }), key);
}
