import { schemasOf } from '../../../schemas/flatten.ts';
import type { JsonObject } from '../../json.ts';
import type { Finding } from '../inclusion/finding.ts';
import { inclusionFindings } from '../inclusion/includes.ts';
import { schemasReached } from '../inclusion/world.ts';
import type { Search } from '../model/change.ts';
import { type Effort, type End, type Judged, judgedSchemas, searchRefused } from '../proof/search.ts';
import { type Use, usesOf } from './uses.ts';

/** A contract with what its payloads are judged by. */
export interface Side {
  readonly document: JsonObject;
  readonly uses: ReadonlyMap<string, Use>;
  readonly judged: Judged;
}

/** The same place in two contracts. */
export interface UsePair {
  readonly old: Use;
  readonly fresh: Use;
}

/** The two ways in which programs of both contracts meet. */
export const MEETINGS: readonly Search['direction'][] = [
  'old sender, new receiver',
  'new sender, old receiver',
];

const HARDER = 20;
const HARDER_IN_DOUBT = 5;

/** Read the payloads of a contract. */
export function sideOf(document: JsonObject): Side {
  const uses = new Map(usesOf(document).map((use) => [use.key, use]));
  return { document, uses, judged: judgedSchemas(schemasOf(document)) };
}

/** List the places that both contracts have and whose schemas are touched, or are others. */
export function touchedPairs(old: Side, fresh: Side, touched: ReadonlySet<string>): readonly UsePair[] {
  return [...old.uses.values()].flatMap((use): readonly UsePair[] => {
    const other = freshUse(use, old, fresh);
    if (other === undefined) return [];
    const reached = [
      ...schemasReached(old.judged.schemas, use.schema),
      ...schemasReached(fresh.judged.schemas, other.schema),
    ];
    const is_touched = use.schema !== other.schema || reached.some((name) => touched.has(name));
    return is_touched ? [{ old: use, fresh: other }] : [];
  });
}

/** Find a place of the old contract in the new one; a message may have another name there, on the same topic. */
export function freshUse(use: Use, old: Side, fresh: Side): Use | undefined {
  const renamed = (one: Use): boolean =>
    one.place === use.place && one.schema === use.schema && !old.uses.has(one.key);
  return fresh.uses.get(use.key) ?? [...fresh.uses.values()].find(renamed);
}

/** List what one side may send in a place and the other refuses, by rule. */
export function findingsOf(
  old: Side,
  fresh: Side,
  pair: UsePair,
  meeting: Search['direction'],
): readonly Finding[] {
  const { from, to } = endsOf(old, fresh, pair, meeting);
  const one = from.judged.send;
  const other = to.judged.receive;
  const sent = one.named(from.schema);
  const taken = other.named(to.schema);
  if (sent === undefined || taken === undefined) return [];
  return inclusionFindings({ schema: sent, world: one }, { schema: taken, world: other });
}

/** Look for a message in a place that one side may send and the other refuses. */
export function searchOf(
  old: Side,
  fresh: Side,
  pair: UsePair,
  meeting: Search['direction'],
  findings: readonly Finding[],
  effort: Effort,
): Search {
  const { from, to } = endsOf(old, fresh, pair, meeting);
  const examples = [...pair.old.examples, ...pair.fresh.examples];
  const is_certain = findings.some((finding) => finding.certain);
  const first = searchRefused(from, to, examples, effort);
  // A rule that says there is such a message is no reason to believe it, but one to look for longer.
  const times = is_certain ? HARDER : HARDER_IN_DOUBT;
  const harder = { samples: effort.samples * times, seed: effort.seed + 1 };
  const is_missed = findings.length > 0 && first.counterexample === null && first.tried > 0;
  const { tried, counterexample } = is_missed ? searchRefused(from, to, examples, harder) : first;
  return {
    subject: pair.old.subject,
    direction: meeting,
    tried,
    expected: is_certain ? 'refused' : findings.length > 0 ? 'unknown' : 'accepted',
    found: counterexample,
  };
}

function endsOf(
  old: Side,
  fresh: Side,
  pair: UsePair,
  meeting: Search['direction'],
): { readonly from: End; readonly to: End } {
  const before = { judged: old.judged, schema: pair.old.schema };
  const after = { judged: fresh.judged, schema: pair.fresh.schema };
  const [from, to] = meeting === 'old sender, new receiver' ? [before, after] : [after, before];
  return { from: { ...from, direction: 'send' }, to: { ...to, direction: 'receive' } };
}

/** Tell whether a search contradicts the rule: then one of the two is wrong. */
export function isDisagreement({ expected, found, tried }: Search): boolean {
  if (tried === 0) return false;
  return (expected === 'refused' && found === null) || (expected === 'accepted' && found !== null);
}
