import type { CauseResult, RequirementResult, RunResult } from '../result/result.ts';
import type { ChangeKind, ComparedRun, Comparison, RequirementChange, Standing } from './comparison.ts';

/** Two results that say nothing of each other; the message says what differs. */
export class ComparisonError extends Error {}

/**
 * Compare two results of one target.
 *
 * @throws {ComparisonError} when they are of two contracts or of two targets.
 */
export function compareResults(before: RunResult, after: RunResult): Comparison {
  requireSame(before, after);
  const changes = idsOf(before, after).flatMap((id) => changeOf(id, before, after) ?? []);
  const directed = (direction: RequirementChange['direction']): readonly RequirementChange[] =>
    changes.filter((change) => change.direction === direction);
  const worse = directed('worse');
  const better = directed('better');
  return {
    comparison_version: 1,
    verdict: verdictOf(worse.length, better.length, judgedInBoth(before, after)),
    before: factsOf(before),
    after: factsOf(after),
    notes: notesOn(before, after),
    changes: [...worse, ...better, ...directed('neither')],
    unchanged: idsOf(before, after).length - changes.length,
  };
}

function verdictOf(worse: number, better: number, judged: number): Comparison['verdict'] {
  if (worse > 0) return 'worse';
  if (better > 0) return 'better';
  return judged > 0 ? 'same' : 'unknown';
}

/** How many requirements cases said something of in both results. */
function judgedInBoth(before: RunResult, after: RunResult): number {
  const judged = judgedIds(before);
  return [...judgedIds(after)].filter((id) => judged.has(id)).length;
}

function judgedIds({ requirements }: RunResult): ReadonlySet<string> {
  return new Set(requirements.filter((entry) => isJudged(standingOf(entry))).map(({ id }) => id));
}

function requireSame(before: RunResult, after: RunResult): void {
  const contract = ({ contract: { version, hash } }: RunResult): string =>
    `${version} (${hash.slice(0, 12)})`;
  if (before.contract.version !== after.contract.version || before.contract.hash !== after.contract.hash) {
    throw new ComparisonError(
      `expected two results under one contract, got ${contract(before)} and ${contract(after)}; run both with the same judge`,
    );
  }
  if (before.target.name !== after.target.name) {
    throw new ComparisonError(
      `expected two results of one target, got ${JSON.stringify(before.target.name)} and ${JSON.stringify(after.target.name)}; to see two implementations side by side use "conformance report"`,
    );
  }
}

function factsOf(result: RunResult): ComparedRun {
  const { target, contract, cloud, seed, extent, interrupted, conforms, totals } = result;
  return { target, contract, cloud, seed, extent, interrupted, conforms, totals };
}

/** In the order of the later result, then those that it does not have. */
function idsOf(before: RunResult, after: RunResult): readonly string[] {
  return [...new Set([...after.requirements, ...before.requirements].map(({ id }) => id))];
}

function changeOf(id: string, before: RunResult, after: RunResult): RequirementChange | undefined {
  const [was, is] = [before, after].map(({ requirements }) => requirements.find((one) => one.id === id));
  const [from, to] = [standingOf(was), standingOf(is)];
  const causes_before = causesOfFailure(was, before);
  const causes_after = causesOfFailure(is, after);
  const is_same_cause = causes_before.join('\n') === causes_after.join('\n');
  const entry = is ?? was;
  if (entry === undefined || (from === to && (is_same_cause || !isBroken(to)))) return undefined;
  return {
    id,
    level: entry.level,
    sentence: entry.sentence,
    kind: kindOf(from, to, is_same_cause),
    direction: directionOf(from, to),
    from,
    to,
    causes_before,
    causes_after,
    entry: chosen(entry, was, to),
  };
}

/** A requirement that is not judged any more is told with what it was. */
function chosen(is: RequirementResult, was: RequirementResult | undefined, to: Standing): RequirementResult {
  return to === 'absent' && was !== undefined ? was : is;
}

function kindOf(from: Standing, to: Standing, is_same_cause: boolean): ChangeKind {
  if (isBroken(from) && isBroken(to)) return is_same_cause ? 'other standing' : 'changed cause';
  if (isBroken(to)) return 'new failure';
  if (isBroken(from) && to === 'passed') return 'gone failure';
  if (isJudged(to)) return 'now testable';
  return isJudged(from) ? 'no longer testable' : 'other standing';
}

/** What is broken, or claimed and not shown, is worse the more it fails the run. What was not judged says nothing. */
const RANKS: Readonly<Partial<Record<Standing, number>>> = {
  passed: 3,
  not_applicable: 2,
  tolerated: 1,
  untestable: 0,
  failed: 0,
};

function directionOf(from: Standing, to: Standing): RequirementChange['direction'] {
  // A failure is news, whatever was known before.
  if (isBroken(to) && !isBroken(from)) return 'worse';
  // Who lists a failure as known, or leaves a claim out, has mended nothing.
  if (isBroken(from) && (to === 'tolerated' || to === 'not_applicable')) return 'neither';
  const [was, is] = [RANKS[from], RANKS[to]];
  if (was === undefined || is === undefined) return to === 'untestable' ? 'worse' : 'neither';
  if (is === was) return 'neither';
  return is < was ? 'worse' : 'better';
}

function notesOn(before: RunResult, after: RunResult): readonly string[] {
  const differs = (what: string, was: unknown, is: unknown, why: string): readonly string[] =>
    was === is ? [] : [`${what}: ${String(was)} before, ${String(is)} after; ${why}`];
  return [
    ...differs(
      'extent',
      before.extent,
      after.extent,
      'what fails in the later one is new, whether or not the earlier one asked; else what only one of them judged is neither better nor worse',
    ),
    ...differs('cloud', before.cloud, after.cloud, 'clouds of different kinds can show different things'),
    ...differs(
      'seed',
      before.seed,
      after.seed,
      'a failure that depends on chance can come and go; repeat a run with --seed',
    ),
    ...differs('strict', before.strict, after.strict, 'a broken SHOULD fails the strict run only'),
    ...onlyIn('before', before, after),
    ...onlyIn('after', after, before),
    ...nothingJudged('before', before),
    ...nothingJudged('after', after),
    ...[before, after].flatMap(({ interrupted, cut_short = 'interrupted' }, place) =>
      interrupted
        ? [
            `the run ${place === 0 ? 'before' : 'after'} was ${cut_short}; what it did not reach is not judged`,
          ]
        : [],
    ),
  ];
}

/** How many ids a note names. */
const NAMED_MAX = 8;

function onlyIn(place: 'before' | 'after', one: RunResult, other: RunResult): readonly string[] {
  const others = new Set(other.requirements.map(({ id }) => id));
  const ids = one.requirements.map(({ id }) => id).filter((id) => !others.has(id));
  if (ids.length === 0) return [];
  const named = ids.slice(0, NAMED_MAX).join(', ');
  const rest = ids.length > NAMED_MAX ? ` and ${ids.length - NAMED_MAX} more` : '';
  const what = ids.length === 1 ? 'requirement is' : 'requirements are';
  return [
    `${ids.length} ${what} in the result ${place} only: ${named}${rest}; run both with the same --only and --profile to compare them`,
  ];
}

function nothingJudged(place: 'before' | 'after', one: RunResult): readonly string[] {
  if (judgedIds(one).size > 0) return [];
  return [`the run ${place} judged no requirement, so that it says nothing of the target; run it again`];
}

/** Say how a requirement stands in a result. */
function standingOf(entry: RequirementResult | undefined): Standing {
  if (entry === undefined) return 'absent';
  if (entry.result !== 'failed') return entry.result;
  // A stale known difference has no anomaly either, and was tested.
  if (entry.anomalies.length === 0 && entry.reason?.includes('not testable') === true) return 'untestable';
  return entry.fails_run ? 'failed' : 'tolerated';
}

/** Whether cases said something of it. */
function isJudged(standing: Standing): boolean {
  return standing === 'passed' || isBroken(standing);
}

/** Whether a case showed that it is broken. */
function isBroken(standing: Standing): boolean {
  return standing === 'failed' || standing === 'tolerated';
}

/**
 * Name what causes the failure of a requirement. Two results agree in it when anomalies, components and circumstances do; proofs
 * and events differ from run to run.
 */
function causesOfFailure(entry: RequirementResult | undefined, result: RunResult): readonly string[] {
  if (entry === undefined || entry.result !== 'failed') return [];
  const own = [...new Set(entry.anomalies.map(({ anomaly }) => anomaly))].sort();
  const causes = result.causes.filter(({ requirements }) => requirements.includes(entry.id));
  const places = [...new Set(causes.map(placeOf))].sort();
  if (own.length === 0) return [entry.reason ?? 'no reason is known'];
  return places.length === 0 ? own : places.map((place) => `${own.join(', ')}${place}`);
}

/** Where and when, as the cause's own sentence says it. */
function placeOf({ sentence, anomaly }: CauseResult): string {
  return sentence.slice(0, Math.max(0, sentence.indexOf('. '))).slice(anomaly.length);
}
