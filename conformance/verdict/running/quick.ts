import type { Check } from '../../checks/check.ts';
import { type Case, planCases } from './cases.ts';
import { explores } from './limits.ts';

/** How many cases a quick run has at most. */
const CASES_MAX = 14;

/**
 * Choose the cases of a quick run: first a check of every profile, then whatever tests most that is not tested yet, all
 * with as few components as possible, since starting one takes longer than several cases.
 *
 * Left out are cases that explore schedules, restart components, hold calls back until a claim expires, or are long.
 */
export function planQuick(all: readonly Check[], runnable: readonly Check[]): readonly Case[] {
  const fast = runnable.filter(isFast);
  const started = new Set<string>();
  const tested = new Set<string>();
  const chosen = new Set<Check>();
  const take = (check: Check): void => {
    chosen.add(check);
    for (const name of check.components) started.add(name);
    for (const id of check.requirements) tested.add(id);
  };
  for (const profile of new Set(fast.map((check) => check.profile))) {
    const own = fast.filter((check) => check.profile === profile && !chosen.has(check));
    const best = bestOf(own, started, tested);
    if (best !== undefined) take(best);
  }
  while (chosen.size < CASES_MAX) {
    const rest = fast.filter(
      (check) => !chosen.has(check) && check.components.every((name) => started.has(name)),
    );
    const best = bestOf(rest, started, tested);
    if (best === undefined || fresh(best, tested) === 0) break;
    take(best);
  }
  return planCases(all, [...chosen], new Map([...chosen].map((check) => [check, new Set([1])])));
}

function isFast(check: Check): boolean {
  return (
    !explores({ check }) && check.exclusive !== true && check.is_long !== true && !check.needs.some(isSlow)
  );
}

/** A refused or held call is repeated by Google's clients with pauses that grow. */
function isSlow(need: Check['needs'][number]): boolean {
  return need === 'restart' || need.endsWith('-faults');
}

/** The check that starts the fewest new components, and among those tests the most that is not tested yet. */
function bestOf(
  checks: readonly Check[],
  started: ReadonlySet<string>,
  tested: ReadonlySet<string>,
): Check | undefined {
  const cost = (check: Check): number => check.components.filter((name) => !started.has(name)).length;
  return [...checks].sort((a, b) => cost(a) - cost(b) || fresh(b, tested) - fresh(a, tested))[0];
}

function fresh(check: Check, tested: ReadonlySet<string>): number {
  return check.requirements.filter((id) => !tested.has(id)).length;
}
