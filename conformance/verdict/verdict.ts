import type { Check, Missing } from '../checks/check.ts';
import type { CloudKind } from '../harness/world/cloud.ts';
import { CATALOGUE, type Requirement, UNIVERSAL } from '../requirements/catalogue.ts';
import { notOffered } from '../requirements/features.ts';
import type { Target } from '../targets/description.ts';
import { group, judgeCase, type ReportedAnomaly } from './anomalies.ts';
import { asks, laterThanClaim, type Obstacle, obstacleOf, untested } from './applicability.ts';
import {
  contradictedStore,
  missingEvidence,
  tellExplorations,
  unfittingSchedule,
  unnamedCalls,
} from './evidence.ts';
import type { Case, JudgedCase } from './running/cases.ts';

/** What became of one requirement. */
export interface RequirementVerdict {
  readonly requirement: Requirement;
  readonly result: 'passed' | 'failed' | 'not_applicable' | 'not_judged';
  /** Why it is not applicable, not testable, not judged, or a known difference. */
  readonly reason: string | null;
  /** True when the target's file knows the failure. */
  readonly known: boolean;
  readonly cases: number;
  readonly anomalies: readonly ReportedAnomaly[];
}

/** What was to be run of what could be, and whether it came to that. */
export interface Extent {
  /** Cases that the run was to try. */
  readonly planned: readonly Case[];
  /** Cases that a run without any choice would try. */
  readonly possible: readonly Case[];
  /** Why planned cases are missing from the runs; null when none is. */
  readonly cut_short: string | null;
  /** Why planned cases were not begun, or given up, by case name. Default none. */
  readonly given_up?: ReadonlyMap<string, string>;
  /** Why possible cases were not planned. */
  readonly left_out: string;
  /** Checks that were asked for by name: also what they show of other requirements is told. Default none. */
  readonly named?: ReadonlySet<Check> | undefined;
}

/** Judge every case and say what became of each selected requirement. */
export function decideVerdicts(
  requirements: readonly Requirement[],
  tried: readonly JudgedCase[],
  target: Target,
  cloud: CloudKind,
  extent: Extent,
): readonly RequirementVerdict[] {
  const anomalies = tried.flatMap((one) =>
    judgeCase(one, target).filter(({ requirement }) => asks(target, one.case.check, requirement)),
  );
  const contradiction = target.store === 'own' ? contradictedStore(tried) : undefined;
  return withNamed(requirements, anomalies, extent).map((requirement) => {
    const { id } = requirement;
    const later = laterThanClaim(requirement, target);
    if (later !== undefined) return unclaimed(requirement, later);
    if (!target.profiles.includes(requirement.profile)) return unrun(requirement, target, cloud);
    const lacking = notOffered(requirement, target);
    if (lacking !== undefined) return unclaimed(requirement, lacking);
    const own = group(anomalies.filter((anomaly) => anomaly.requirement === id));
    const about = tried.filter((one) => isAbout(one.case, id) && asks(target, one.case.check, id));
    const tested = about.length;
    const planned = casesOf(id, extent.planned, target);
    const possible = casesOf(id, extent.possible, target);
    if (own.length > 0) return broken(requirement, target, tested, own);
    if (tested < planned) {
      return unjudged(requirement, whyNotAll(id, extent, tested, planned), tested);
    }
    if (tested === 0 && possible > 0) return unjudged(requirement, extent.left_out, 0);
    if (tested === 0) return unrun(requirement, target, cloud);
    const unfitting = unfittingSchedule(about);
    if (unfitting !== undefined) return unjudged(requirement, unfitting, tested);
    const own_cases = UNIVERSAL.includes(id) ? [] : about;
    const missing =
      missingEvidence(about, id) ??
      told(asksOfStore(requirement) ? contradiction : undefined) ??
      unnamedCalls(own_cases, target.store, tried);
    if (missing !== undefined) {
      const { why, by } = missing;
      if (tested < possible || by === 'chance') return unjudged(requirement, why, tested);
      return untestable(requirement, target, `not testable: ${why}`, tested);
    }
    const verdict = kept(requirement, target, tested, tested === possible);
    if (verdict.result !== 'passed' || verdict.reason !== null) return verdict;
    const explored = tellExplorations(own_cases);
    const words = [explored, ...tellUntried(requirement, target, cloud)].filter((one) => one !== null);
    return { ...verdict, reason: words.length === 0 ? null : words.join('; ') };
  });
}

function told(why: string | undefined): Missing | undefined {
  return why === undefined ? undefined : { why, by: 'target' };
}

/** Tell whether some of it is shown by calls of the store alone. */
function asksOfStore({ checks }: Requirement): boolean {
  return checks.some(({ needs }) => needs.includes('store-faults') || needs.includes('interleavings'));
}

/** Say why some cases of a requirement are missing: those that were given up tell it, the others were not reached. */
function whyNotAll(
  id: string,
  { planned, given_up, cut_short }: Extent,
  tested: number,
  all: number,
): string {
  const reasons = planned.flatMap((one) => (isAbout(one, id) ? (given_up?.get(one.name) ?? []) : []));
  const [first] = reasons;
  if (first === undefined) return `${cut_short ?? 'ended early'} after ${tested} of its ${all} cases`;
  return `${reasons.length} of its ${all} cases left out: ${first}`;
}

/** A judge may find more than its check is there for, such as a doubled trigger. */
function withNamed(
  requirements: readonly Requirement[],
  anomalies: readonly ReportedAnomaly[],
  { named = new Set() }: Extent,
): readonly Requirement[] {
  const names = [...named].map(({ name }) => name);
  const shown = anomalies.filter(({ check }) => names.includes(check)).map(({ requirement }) => requirement);
  const chosen: readonly string[] = requirements.map(({ id }) => id);
  return [...requirements, ...CATALOGUE.filter(({ id }) => shown.includes(id) && !chosen.includes(id))];
}

/** Obstacles that a reader of a passed requirement has to know of. */
const TOLD: readonly Obstacle['kind'][] = ['target', 'cloud', 'feature'];

/** Say which checks of a requirement were not tried although it is claimed, for each reason. */
function tellUntried(requirement: Requirement, target: Target, cloud: CloudKind): readonly string[] {
  const names = new Map<string, string[]>();
  for (const check of requirement.checks) {
    const obstacle = obstacleOf(check, target, cloud);
    if (obstacle === undefined || !TOLD.includes(obstacle.kind)) continue;
    names.set(obstacle.reason, [...(names.get(obstacle.reason) ?? []), check.name]);
  }
  return [...names].map(([reason, checks]) => `not tried: ${checks.join(', ')} (${reason})`);
}

/** Whatever came of it, an older claim is not held to it. */
function unclaimed(requirement: Requirement, reason: string): RequirementVerdict {
  return { requirement, result: 'not_applicable', reason, known: false, cases: 0, anomalies: [] };
}

/** It was chosen and could be judged, but nothing of what ran says enough. */
function unjudged(requirement: Requirement, reason: string, cases: number): RequirementVerdict {
  return { requirement, result: 'not_judged', reason, known: false, cases, anomalies: [] };
}

function casesOf(id: string, cases: readonly Case[], target: Target): number {
  return cases.filter((one) => isAbout(one, id) && asks(target, one.check, id)).length;
}

function isAbout({ check }: Case, id: string): boolean {
  return UNIVERSAL.includes(id) || check.requirements.some((requirement) => requirement === id);
}

function knownReason(requirement: Requirement, target: Target): string | undefined {
  return target.known_differences.find((difference) => difference.requirement === requirement.id)?.reason;
}

function broken(
  requirement: Requirement,
  target: Target,
  cases: number,
  anomalies: readonly ReportedAnomaly[],
): RequirementVerdict {
  const known = knownReason(requirement, target);
  const reason = known === undefined ? null : `known: ${known}`;
  return { requirement, result: 'failed', reason, known: known !== undefined, cases, anomalies };
}

/** No check of it can be run: not applicable, or a failure since the claim cannot be tested. */
function unrun(requirement: Requirement, target: Target, cloud: CloudKind): RequirementVerdict {
  const { result, reason } = untested(requirement, target, cloud);
  if (result === 'failed') return untestable(requirement, target, reason, 0);
  return { requirement, result, reason, known: false, cases: 0, anomalies: [] };
}

/** It is claimed, and could not be shown. */
function untestable(
  requirement: Requirement,
  target: Target,
  reason: string,
  cases: number,
): RequirementVerdict {
  const known = knownReason(requirement, target);
  return {
    requirement,
    result: 'failed',
    reason: known === undefined ? reason : `known: ${known} (${reason})`,
    known: known !== undefined,
    cases,
    anomalies: [],
  };
}

/** A known difference is stale only when every case was run; a part of them proves nothing about it. */
function kept(
  requirement: Requirement,
  target: Target,
  cases: number,
  is_whole: boolean,
): RequirementVerdict {
  const known = knownReason(requirement, target);
  const common = { requirement, known: false, cases, anomalies: [] };
  if (known === undefined) return { ...common, result: 'passed', reason: null };
  if (!is_whole) {
    const reason = `listed as a known difference ("${known}"); not all of its cases were run, so the entry stands`;
    return { ...common, result: 'passed', reason };
  }
  const reason = `listed as a known difference ("${known}"), but it is kept now; remove the entry from ${target.file}`;
  return { ...common, result: 'failed', reason };
}

/** Tell whether a verdict fails the run; a broken SHOULD does only when the run is strict. */
export function failsTheRun(
  { requirement, result, known, anomalies }: RequirementVerdict,
  is_strict: boolean,
): boolean {
  if (result !== 'failed' || known) return false;
  return is_strict || requirement.level === 'MUST' || anomalies.length === 0;
}

/** Tell whether a target conforms: nothing failed that counts. What was not judged does not fail. */
export function conforms(verdicts: readonly RequirementVerdict[], is_strict = false): boolean {
  return !verdicts.some((verdict) => failsTheRun(verdict, is_strict));
}
