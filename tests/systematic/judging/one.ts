import { CHECKS } from '../../../conformance/checks/all.ts';
import { CATALOGUE } from '../../../conformance/requirements/catalogue.ts';
import type { Selected } from '../../../conformance/requirements/selection.ts';
import type { Target } from '../../../conformance/targets/description.ts';
import { TargetUnavailableError } from '../../../conformance/targets/starting/running.ts';
import { judge } from '../../../conformance/verdict/judge.ts';
import { type Case, JudgeFaultError, planCases } from '../../../conformance/verdict/run-cases.ts';
import { judgeRun } from '../../../conformance/verdict/verdict.ts';
import type { Stage } from './order.ts';

/** What caught a mutant: the first broken requirement that the judge told. */
export interface Catch {
  readonly check: string;
  readonly case: string;
  readonly requirement: string;
  readonly anomaly: string;
}

/**
 * What the judge said of one mutant. `unavailable` is caught too: the judge says that there is nothing to judge. `broken`
 * is a fault of the judge itself, and no catch.
 */
export type Outcome =
  | { readonly result: 'caught'; readonly by: Catch }
  | { readonly result: 'unavailable' | 'broken'; readonly words: string }
  | { readonly result: 'survived' | 'undecided' };

/** All cases that the judge has. */
export const CASES: readonly Case[] = planCases(CHECKS, CHECKS);

/** Judges a target by stages of cases, and ends at the first failure, or without a verdict after `limit_ms`. */
export async function judgeStages(
  target: Target,
  stages: readonly Stage[],
  { seed, limit_ms }: { readonly seed: number; readonly limit_ms: number },
): Promise<Outcome> {
  const timeout = AbortSignal.timeout(limit_ms);
  try {
    for (const stage of stages) {
      const by = await judgeStage(target, stage, seed, timeout);
      if (by !== undefined) return { result: 'caught', by };
      if (timeout.aborted) return { result: 'undecided' };
    }
    return { result: 'survived' };
  } catch (error) {
    if (error instanceof TargetUnavailableError) return { result: 'unavailable', words: firstLine(error) };
    if (error instanceof JudgeFaultError) return { result: 'broken', words: firstLine(error) };
    throw error;
  }
}

async function judgeStage(
  target: Target,
  stage: Stage,
  seed: number,
  timeout: AbortSignal,
): Promise<Catch | undefined> {
  const found = new AbortController();
  let first: Catch | undefined;
  const { verdicts } = await judge({
    target,
    cloud: 'embedded',
    seed,
    selected: selectCases(stage),
    order: (cases) => [...cases].sort((a, b) => stage.indexOf(a.name) - stage.indexOf(b.name)),
    interrupted: AbortSignal.any([found.signal, timeout]),
    onCleanup: () => {},
    onReady: () => {},
    onDone: (run) => {
      const [anomaly] = judgeRun(run);
      if (anomaly === undefined || first !== undefined) return;
      first = { check: run.case.check.name, case: run.case.name, ...named(anomaly) };
      found.abort();
    },
  });
  if (first !== undefined) return first;
  const failed = verdicts.find(({ result }) => result === 'failed');
  if (failed === undefined) return undefined;
  const [anomaly] = failed.anomalies;
  return {
    check: anomaly?.check ?? '-',
    case: anomaly?.case ?? '-',
    requirement: failed.requirement.id,
    anomaly: anomaly?.anomaly ?? failed.reason ?? 'failed',
  };
}

function named({
  requirement,
  anomaly,
}: {
  readonly requirement: string;
  readonly anomaly: string;
}): Pick<Catch, 'requirement' | 'anomaly'> {
  return { requirement, anomaly };
}

function selectCases(stage: Stage): Selected {
  const cases = CASES.filter(({ name }) => stage.includes(name));
  const checks = CHECKS.filter((check) => cases.some((one) => one.check === check));
  const roundsOf = (check: Case['check']): ReadonlySet<number> =>
    new Set(cases.filter((one) => one.check === check).map(({ round }) => round));
  return {
    requirements: CATALOGUE,
    checks,
    rounds: new Map(checks.map((check) => [check, roundsOf(check)])),
  };
}

function firstLine({ message }: Error): string {
  return message.split('\n')[0] ?? message;
}
