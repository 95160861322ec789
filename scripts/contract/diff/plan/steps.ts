import type { JsonObject } from '../../json.ts';
import { findingText } from '../inclusion/finding.ts';
import type { Search } from '../model/change.ts';
import {
  findingsOf,
  isDisagreement,
  MEETINGS,
  type Side,
  searchOf,
  sideOf,
  touchedPairs,
  type UsePair,
} from '../payloads/compare.ts';
import type { Effort } from '../proof/search.ts';
import { bridgeBetween } from './bridge.ts';

/** One of the contracts that a rollout passes through. */
export type Stage = 'old' | 'bridge' | 'new';

/** One step of a rollout. */
export interface Step {
  readonly contract: Stage;
  readonly who: 'everybody' | 'receivers' | 'senders';
  readonly components: readonly string[];
  /** What must have passed before the step begins; null for nothing. */
  readonly wait: string | null;
  /** What was compared so that nothing is refused while the step is under way. */
  readonly proof: readonly Search[];
}

/** A rollout, or why there is none. */
export interface Plan {
  readonly steps: readonly Step[];
  readonly bridge: JsonObject | null;
  /** Why there is no rollout; null when there is one. */
  readonly impossible: string | null;
  readonly disagreements: readonly Search[];
}

/** What one meeting of two contracts gives. */
interface Meeting {
  readonly searches: readonly Search[];
  readonly pairs: readonly UsePair[];
  readonly refused: readonly string[];
}

const DRAINED =
  'until nothing in the old form is under way: the subscriptions are empty, and what a replay or a dead letter may bring back is past';
const GONE = 'until no instance of the old one is left';

/** Find the steps from one contract to another: at once, or by way of a contract between them. */
export function planBetween(old: JsonObject, fresh: JsonObject, effort: Effort): Plan {
  const [before, after] = [sideOf(old), sideOf(fresh)];
  const direct = hopBetween(before, after, effort, 'new', null);
  if (direct.steps !== undefined && direct.loses_nothing) return planOf(direct.steps, null, direct.searches);
  const document = bridgeBetween(old, fresh);
  const bridge = sideOf(document);
  const first = hopBetween(before, bridge, effort, 'bridge', null);
  const second = hopBetween(bridge, after, effort, 'new', DRAINED);
  const searches = [...direct.searches, ...first.searches, ...second.searches];
  // Where the contract between would be the old one, it is no help.
  const is_idle = first.steps?.every((step) => step.components.length === 0) ?? false;
  if (is_idle && direct.steps !== undefined) return planOf(direct.steps, null, searches);
  if (first.steps !== undefined && second.steps !== undefined && first.loses_nothing) {
    return planOf([...first.steps, ...second.steps], document, searches);
  }
  if (direct.steps !== undefined) return planOf(direct.steps, null, searches);
  const why = [...first.refused, ...second.refused, ...direct.refused].slice(0, 3).join('; ');
  return {
    ...planOf([], null, searches),
    impossible: `No contract between the two was found that both sides take: ${why}.`,
  };
}

function planOf(steps: readonly Step[], bridge: JsonObject | null, searches: readonly Search[]): Plan {
  return { steps, bridge, impossible: null, disagreements: searches.filter(isDisagreement) };
}

interface Hop {
  /** Undefined when old and new refuse each other. */
  readonly steps: readonly Step[] | undefined;
  /** True when what is under way passes too. */
  readonly loses_nothing: boolean;
  readonly searches: readonly Search[];
  readonly refused: readonly string[];
}

function hopBetween(from: Side, to: Side, effort: Effort, contract: Stage, wait: string | null): Hop {
  const [old_sender, new_sender] = MEETINGS.map((meeting) => meetingOf(from, to, meeting, effort));
  if (old_sender === undefined || new_sender === undefined) throw new Error('expected two meetings');
  const searches = [...old_sender.searches, ...new_sender.searches];
  const refused = [...old_sender.refused, ...new_sender.refused];
  const hop = (steps: readonly Step[] | undefined, loses_nothing: boolean): Hop => ({
    steps,
    loses_nothing,
    searches,
    refused,
  });
  const [readers, writers] = [partsOf(old_sender, 'readers'), partsOf(old_sender, 'writers')];
  const step = (
    who: Step['who'],
    components: readonly string[],
    before: string | null,
    proof: readonly Search[],
  ): Step => ({ contract, who, components, wait: before, proof });
  if (refused.length === 0)
    return hop([step('everybody', [...new Set([...readers, ...writers])], wait, searches)], true);
  if (old_sender.refused.length === 0) {
    return hop(
      [
        step('receivers', readers, wait, old_sender.searches),
        step('senders', writers, GONE, old_sender.searches),
      ],
      true,
    );
  }
  if (new_sender.refused.length > 0) return hop(undefined, false);
  return hop(
    [
      step('senders', writers, wait, new_sender.searches),
      step('receivers', readers, DRAINED, new_sender.searches),
    ],
    false,
  );
}

function meetingOf(from: Side, to: Side, meeting: Search['direction'], effort: Effort): Meeting {
  const pairs = touchedPairs(from, to, differing(from, to));
  const judged = pairs.map((pair) => {
    const findings = findingsOf(from, to, pair, meeting);
    const search = searchOf(from, to, pair, meeting, findings, effort);
    const texts = findings.length > 0 ? findings.map(findingText) : (search.found?.problems ?? []);
    return { search, texts };
  });
  return {
    pairs,
    searches: judged.map(({ search }) => search),
    refused: [...new Set(judged.flatMap(({ texts }) => texts))],
  };
}

function differing(from: Side, to: Side): ReadonlySet<string> {
  const [one, other] = [from.judged.schemas, to.judged.schemas];
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  return new Set(names.filter((name) => JSON.stringify(one[name]) !== JSON.stringify(other[name])));
}

function partsOf({ pairs }: Meeting, side: 'readers' | 'writers'): readonly string[] {
  return [...new Set(pairs.flatMap((pair) => pair.fresh[side].map((party) => party.component)))];
}
