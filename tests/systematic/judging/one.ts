import { CHECKS } from '../../../conformance/checks/all.ts';
import { CATALOGUE } from '../../../conformance/requirements/catalogue.ts';
import type { Selected } from '../../../conformance/requirements/selection.ts';
import type { Target } from '../../../conformance/targets/description.ts';
import { TargetUnavailableError } from '../../../conformance/targets/starting/running.ts';
import { judgeCase } from '../../../conformance/verdict/anomalies.ts';
import { type Case, JudgeFaultError, planCases } from '../../../conformance/verdict/running/cases.ts';
import { runJudge } from '../../../conformance/verdict/running/run.ts';
import type { Stage } from './order.ts';

/** What caught a mutant: the first broken requirement that the judge told. */
export interface Catch {
  readonly check: string;
  readonly case: string;
  readonly requirement: string;
  readonly anomaly: string;
  /** How long that case took. */
  readonly duration_ms: number;
}

/** Cases that may end unharmed before a catch; after more of them the case is run again, alone, since it may be an accident. */
const PASSED_MAX = 2;

/**
 * What the judge said of one mutant. `unavailable` is caught too: the judge says that there is nothing to judge. `broken`
 * is a fault of the judge itself, and no catch; `survived` tells in words what was seen once and never again.
 */
export type Outcome =
  | { readonly result: 'caught'; readonly by: Catch }
  | { readonly result: 'unavailable' | 'broken' | 'undecided' | 'survived'; readonly words: string };

/** All cases that the judge has. */
const CASES: readonly Case[] = planCases(CHECKS, CHECKS);

/** How a target is judged. */
interface JudgeOptions {
  readonly seed: number;
  /** Requirements that it does not keep without any fault either, so that they say nothing. */
  readonly told: readonly string[];
}

/** Judges a target by stages of cases, and ends at the first failure, or without a verdict after `limit_ms`. */
export async function judgeStages(
  target: Target,
  stages: readonly Stage[],
  options: JudgeOptions & { readonly limit_ms: number },
): Promise<Outcome> {
  const { limit_ms } = options;
  const timeout = AbortSignal.timeout(limit_ms);
  const waiting = [...stages];
  const accidents: string[] = [];
  try {
    for (let stage = waiting.shift(); stage !== undefined; stage = waiting.shift()) {
      const { by, passed, unanswered } = await judgeStage(target, stage, options, timeout);
      if (timeout.aborted) return { result: 'undecided', words: `no verdict within ${limit_ms / 1000} s` };
      if (unanswered !== undefined) return { result: 'unavailable', words: unanswered };
      if (by === undefined) continue;
      if (passed.length <= PASSED_MAX || by.case === '-') return { result: 'caught', by };
      const again = await judgeStage(target, [by.case], options, timeout);
      if (again.by !== undefined) return { result: 'caught', by };
      accidents.push(`${by.requirement} ${by.anomaly} in ${by.case}, but not when it was tried again`);
      const rest = stage.filter((name) => name !== by.case && !passed.includes(name));
      if (rest.length > 0) waiting.unshift(rest);
    }
    return { result: 'survived', words: accidents.join('; ') };
  } catch (error) {
    if (error instanceof TargetUnavailableError) return { result: 'unavailable', words: firstLine(error) };
    if (error instanceof JudgeFaultError) return { result: 'broken', words: firstLine(error) };
    throw error;
  }
}

async function judgeStage(
  target: Target,
  stage: Stage,
  { seed, told }: JudgeOptions,
  timeout: AbortSignal,
): Promise<{
  readonly by: Catch | undefined;
  readonly passed: readonly string[];
  /** Why no case could be judged: a component answers nothing. */
  readonly unanswered?: string;
}> {
  const found = new AbortController();
  let first: Catch | undefined;
  const passed: string[] = [];
  const { verdicts, cases: tried } = await runJudge({
    target,
    cloud: 'embedded',
    seed,
    selected: selectCases(stage, told),
    order: (cases) => [...cases].sort((a, b) => stage.indexOf(a.name) - stage.indexOf(b.name)),
    interrupted: AbortSignal.any([found.signal, timeout]),
    onCleanup: () => {},
    onReady: () => {},
    onDone: (run) => {
      const anomaly = judgeCase(run).find(({ requirement }) => !told.includes(requirement));
      if (anomaly === undefined) passed.push(run.case.name);
      if (anomaly === undefined || first !== undefined) return;
      const { requirement, anomaly: name } = anomaly;
      const { case: one, duration_ms } = run;
      first = { check: one.check.name, case: one.name, requirement, anomaly: name, duration_ms };
      found.abort();
    },
  });
  if (first !== undefined) return { by: first, passed };
  if (tried.length === 0) {
    const unjudged = verdicts.find(
      ({ result, requirement }) => result === 'not_judged' && requirement.checks.length > 0,
    );
    return { by: undefined, passed, unanswered: unjudged?.reason ?? 'no case was judged' };
  }
  // A promise that has no check yet fails for everybody.
  const failed = verdicts.find(
    ({ result, requirement }) => result === 'failed' && requirement.checks.length > 0,
  );
  if (failed === undefined) return { by: undefined, passed };
  const [anomaly] = failed.anomalies;
  const by = {
    check: anomaly?.check ?? '-',
    case: anomaly?.case ?? '-',
    requirement: failed.requirement.id,
    anomaly: anomaly?.anomaly ?? failed.reason ?? 'failed',
    duration_ms: 0,
  };
  return { by, passed };
}

function selectCases(stage: Stage, told: readonly string[]): Selected {
  const cases = CASES.filter(({ name }) => stage.includes(name));
  const checks = CHECKS.filter((check) => cases.some((one) => one.check === check));
  const roundsOf = (check: Case['check']): ReadonlySet<number> =>
    new Set(cases.filter((one) => one.check === check).map(({ round }) => round));
  return {
    requirements: CATALOGUE.filter(({ id }) => !told.includes(id)),
    checks,
    rounds: new Map(checks.map((check) => [check, roundsOf(check)])),
  };
}

function firstLine({ message }: Error): string {
  return message.split('\n')[0] ?? message;
}
