import type { Finding } from '../../../../scripts/contract/diff/inclusion/finding.ts';
import type { Search } from '../../../../scripts/contract/diff/model/change.ts';
import {
  findingsOf,
  isDisagreement,
  MEETINGS,
  type Side,
  searchOf,
  sideOf,
  touchedPairs,
} from '../../../../scripts/contract/diff/payloads/compare.ts';
import type { JsonObject } from '../../../../scripts/contract/json.ts';
import { schemasOf } from '../../../../scripts/schemas/flatten.ts';
import { EDIT_KINDS } from './kinds.ts';
import type { EditKind, Pick } from './making.ts';

/** What came of one random edit. */
export interface Trial {
  readonly kind: string;
  readonly where: string;
  readonly searches: readonly Search[];
  readonly findings: readonly Finding[];
  readonly disagreements: readonly Search[];
}

const USES_MAX = 2;
const CHOICES_MAX = 100;

/** Make random numbers from a seed; the same seed gives the same ones. */
export function pickFrom(seed: number): Pick {
  let state = (seed ^ 0x9e3779b9) >>> 0;
  return (limit) => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x6d2b79f5) >>> 0;
    const mixed = Math.imul(state ^ (state >>> 12), 0x297a2d39) >>> 0;
    return ((mixed ^ (mixed >>> 15)) >>> 0) % limit;
  };
}

/** Make one random edit of the contract, forwards or backwards, and hold rule and search against each other. */
export function tryEdit(
  document: JsonObject,
  kind: EditKind,
  pick: Pick,
  samples: number,
): Trial | undefined {
  const made = kind.make(schemasOf(document), pick);
  if (made === undefined) return undefined;
  const edited = { ...document, components: { ...Object(document['components']), schemas: made.schemas } };
  const [before, after] = pick(2) === 0 ? [document, edited] : [edited, document];
  const name = made.where.split(/[. ]/)[0] ?? '';
  const pairs = pairsOf(before, after, new Set([name, made.where.split(' to ')[1] ?? name]), pick);
  const findings: Finding[] = [];
  const searches = pairs.flatMap(({ old, fresh, pair }) =>
    MEETINGS.map((meeting) => {
      const found = findingsOf(old, fresh, pair, meeting);
      findings.push(...found);
      return searchOf(old, fresh, pair, meeting, found, { samples, seed: pick(2 ** 30) });
    }),
  );
  return {
    kind: kind.name,
    where: made.where,
    searches,
    findings,
    disagreements: searches.filter(isDisagreement),
  };
}

/** Some of the places that the edit touches. */
function pairsOf(before: JsonObject, after: JsonObject, touched: ReadonlySet<string>, pick: Pick) {
  const [old, fresh] = [sideOnce(before), sideOnce(after)];
  const all = touchedPairs(old, fresh, touched);
  const start = pick(Math.max(1, all.length));
  return [...all.slice(start), ...all.slice(0, start)]
    .slice(0, USES_MAX)
    .map((pair) => ({ pair, old, fresh }));
}

/** One side of every edit is the contract itself: it is read and compiled once. */
const SIDES = new WeakMap<JsonObject, Side>();

function sideOnce(document: JsonObject): Side {
  const known = SIDES.get(document) ?? sideOf(document);
  SIDES.set(document, known);
  return known;
}

/** Which edits of the sequence of a seed are made. */
export interface Stretch {
  readonly seed: number;
  /** The first; each edit is the same whatever came before it. */
  readonly from: number;
  /** The first that is not made any more. */
  readonly to: number;
  /** 1 for every edit, 2 for every second: processes beside each other share a stretch. */
  readonly step: number;
}

/**
 * Make the edits of a stretch, every kind in turn.
 *
 * @param samples  messages for each place and direction.
 * @param told     is given each trial with its number.
 */
export function tryEdits(
  document: JsonObject,
  { seed, from, to, step }: Stretch,
  samples: number,
  told: (trial: Trial, number: number) => void,
): void {
  for (let number = from; number < to; number += step) {
    told(tryNumbered(document, number, seed, samples), number);
  }
}

/** Where a kind finds nothing to change in the place that it chose, it chooses again. */
function tryNumbered(document: JsonObject, number: number, seed: number, samples: number): Trial {
  const kind = EDIT_KINDS[number % EDIT_KINDS.length];
  const pick = pickFrom((Math.imul(number + 1, 0x9e3779b1) ^ seed) >>> 0);
  for (let times = 0; kind !== undefined && times < CHOICES_MAX; times += 1) {
    const trial = tryEdit(document, kind, pick, samples);
    if (trial !== undefined) return trial;
  }
  throw new Error(
    `expected a place for ${kind?.name ?? 'a kind of edit'}, found none in ${CHOICES_MAX} choices; take the kind away`,
  );
}
