import type { StoredDocument } from './document.ts';

/** How far back a database can be read, as Firestore documents it. */
export const PAST_MICROS = 3_600_000_000n;

/** Overwritten and deleted documents that one database remembers at most, the newest ones. */
const REMEMBERED_MAX = 20_000;

/** Where they are weighed, they take at most about this many bytes together. */
const REMEMBERED_BYTES_MAX = 64 * 1024 * 1024;

interface Replaced {
  readonly path: string;
  /** What the path held until then; `undefined` for nothing. */
  readonly before: StoredDocument | undefined;
  readonly micros: bigint;
}

/** What the documents of one database were. */
export interface Past {
  /** Notes what a commit at `micros` replaced. */
  remember(path: string, before: StoredDocument | undefined, micros: bigint): void;
  /** What every path that changed after `micros` held at that time; `undefined` when that is forgotten. */
  since(micros: bigint): Map<string, StoredDocument | undefined> | undefined;
}

/** Creates an empty past that begins at a time; with `weigh` its bytes are bounded, as its documents always are. */
export function createPast(begun_micros = 0n, weigh?: (document: StoredDocument) => number): Past {
  let log: Replaced[] = [];
  let begin = 0;
  let bytes = 0;
  const bytesOf = (document: StoredDocument | undefined) =>
    weigh === undefined || document === undefined ? 0 : weigh(document);
  let forgotten_micros = begun_micros;

  const forget = (until_micros: bigint) => {
    for (let oldest = log[begin]; oldest !== undefined; oldest = log[begin]) {
      const few = log.length - begin <= REMEMBERED_MAX && bytes <= REMEMBERED_BYTES_MAX;
      if (oldest.micros > until_micros && few) break;
      bytes -= bytesOf(oldest.before);
      forgotten_micros = oldest.micros;
      begin += 1;
    }
    if (begin < log.length / 2) return;
    log = log.slice(begin);
    begin = 0;
  };

  return {
    remember(path, before, micros) {
      log.push({ path, before, micros });
      bytes += bytesOf(before);
      forget(micros - PAST_MICROS);
    },
    since(micros) {
      if (micros < forgotten_micros) return undefined;
      const held = new Map<string, StoredDocument | undefined>();
      for (let index = log.length - 1; index >= begin; index -= 1) {
        const replaced = log[index];
        if (replaced === undefined || replaced.micros <= micros) break;
        held.set(replaced.path, replaced.before);
      }
      return held;
    },
  };
}
