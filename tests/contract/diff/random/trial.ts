import type { Finding } from '../../../../scripts/contract/diff/inclusion/finding.ts';
import { schemasReached } from '../../../../scripts/contract/diff/inclusion/world.ts';
import type { Search } from '../../../../scripts/contract/diff/model/change.ts';
import {
  findingsOf,
  isDisagreement,
  MEETINGS,
  type Side,
  searchOf,
  touchedPairs,
} from '../../../../scripts/contract/diff/payloads/compare.ts';
import { usesOf } from '../../../../scripts/contract/diff/payloads/uses.ts';
import { judgedSchemas } from '../../../../scripts/contract/diff/proof/search.ts';
import type { JsonObject } from '../../../../scripts/contract/json.ts';
import { schemasOf } from '../../../../scripts/schemas/flatten.ts';
import { EDIT_KINDS } from './kinds.ts';
import type { EditKind, Named, Pick } from './making.ts';

/** What came of one random edit. */
export interface Trial {
  readonly kind: string;
  readonly where: string;
  readonly searches: readonly Search[];
  readonly findings: readonly Finding[];
  readonly disagreements: readonly Search[];
}

/** How often a kind of edit had each outcome. */
export interface Count {
  refused: number;
  accepted: number;
  unknown: number;
}

const USES_MAX = 2;

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

/** Some of the places that the edit touches; each is compiled without the schemas that it does not need. */
function pairsOf(before: JsonObject, after: JsonObject, touched: ReadonlySet<string>, pick: Pick) {
  const [old, fresh] = [before, after].map((document) => bare(document, schemasOf(document)));
  if (old === undefined || fresh === undefined) return [];
  const all = touchedPairs(old, fresh, touched);
  const start = pick(Math.max(1, all.length));
  return [...all.slice(start), ...all.slice(0, start)].slice(0, USES_MAX).map((pair) => ({
    pair,
    old: bare(before, reached(schemasOf(before), pair.old.schema)),
    fresh: bare(after, reached(schemasOf(after), pair.fresh.schema)),
  }));
}

function reached(schemas: Named, name: string): Named {
  const names = schemasReached(schemas, name);
  return Object.fromEntries(Object.entries(schemas).filter(([one]) => names.has(one)));
}

function bare(document: JsonObject, schemas: Named): Side {
  return {
    document,
    uses: new Map(usesOf(document).map((use) => [use.key, use])),
    judged: judgedSchemas(schemas),
  };
}

/** Try every kind of edit in turn, until as many were made as are asked for. */
export function tryEdits(
  document: JsonObject,
  edits: number,
  seed: number,
  samples: number,
  told: (trial: Trial, index: number) => void,
): ReadonlyMap<string, Count> {
  const pick = pickFrom(seed);
  const counts = new Map<string, Count>();
  for (let made = 0, turn = 0; made < edits; turn += 1) {
    const kind = EDIT_KINDS[turn % EDIT_KINDS.length];
    const trial = kind === undefined ? undefined : tryEdit(document, kind, pick, samples);
    if (trial === undefined) continue;
    made += 1;
    const count = counts.get(trial.kind) ?? { refused: 0, accepted: 0, unknown: 0 };
    for (const search of trial.searches) count[search.expected] += 1;
    counts.set(trial.kind, count);
    told(trial, made);
  }
  return counts;
}
