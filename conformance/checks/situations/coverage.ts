import type { History } from '../../history/events.ts';
import type { SituationName } from './all.ts';
import { SITUATIONS, situationCalled } from './all.ts';

/** A check, as far as its situations go. */
export interface AboutSituations {
  readonly name: string;
  readonly situations?: readonly SituationName[];
  readonly rounds?: number;
}

/** One case that was run. */
export interface CoveredCase {
  readonly check: AboutSituations;
  readonly history: History;
}

/** How often a situation happened in the cases of the checks that are about it. */
export interface SituationCoverage {
  readonly name: SituationName;
  readonly sentence: string;
  /** How often in all. */
  readonly times: number;
  /** Cases of checks that are about it. */
  readonly cases: number;
  /** In how many of them it happened. */
  readonly occurred_in: number;
  /** Checks whose cases were all run, and in none of which it happened. */
  readonly never_in: readonly string[];
}

/** Count the situations of all cases; those that no case is about are left out. */
export function coverSituations(cases: readonly CoveredCase[]): readonly SituationCoverage[] {
  return SITUATIONS.flatMap(({ name, sentence }): readonly SituationCoverage[] => {
    const about = cases.filter(({ check }) => check.situations?.includes(name));
    if (about.length === 0) return [];
    const counted = about.map(({ check, history }) => ({
      check,
      times: situationCalled(name).count(history),
    }));
    const checks = [...new Set(counted.map(({ check }) => check))];
    const never_in = checks.filter((check) => {
      const own = counted.filter((one) => one.check === check);
      return own.length === (check.rounds ?? 1) && own.every(({ times }) => times === 0);
    });
    return [
      {
        name,
        sentence,
        times: counted.reduce((sum, { times }) => sum + times, 0),
        cases: about.length,
        occurred_in: counted.filter(({ times }) => times > 0).length,
        never_in: never_in.map((check) => check.name),
      },
    ];
  });
}
