import type { Comparison, RequirementChange, Standing } from './comparison.ts';

/** How a standing is called. */
const STANDING_WORDS: Readonly<Record<Standing, string>> = {
  passed: 'passed',
  failed: 'failed',
  tolerated: 'failed (SHOULD or known)',
  untestable: 'claimed and not testable',
  not_applicable: 'not applicable',
  not_judged: 'not judged',
  absent: 'not asked',
};

/** The sections of a comparison, in their order. */
export const SECTIONS = [
  { direction: 'worse', title: 'Worse' },
  { direction: 'better', title: 'Better' },
  { direction: 'neither', title: 'Other, and neither worse nor better' },
] as const;

/** Say in one sentence what a change made of a service. */
export function comparisonSentence({ verdict, changes, unchanged, after }: Comparison): string {
  const count = (direction: RequirementChange['direction']): number =>
    changes.filter((change) => change.direction === direction).length;
  const said = {
    worse: 'is worse than before',
    better: 'is better than before',
    same: 'is as it was',
    unknown: 'cannot be compared, since no requirement was judged in both results',
  };
  const numbers = `${count('worse')} worse, ${count('better')} better, ${count('neither')} other, ${unchanged} unchanged`;
  return `${after.target.name} ${said[verdict]}: ${numbers}.`;
}

/** Say what became of a requirement: what it was, what it is, and its causes. */
export function changeWords({ kind, from, to, causes_before, causes_after }: RequirementChange): string {
  const moved =
    from === to ? STANDING_WORDS[to] : `${STANDING_WORDS[from]} before, ${STANDING_WORDS[to]} now`;
  if (kind === 'changed cause') {
    return `${kind}: ${moved}; before: ${causes_before.join('; ')}; now: ${causes_after.join('; ')}`;
  }
  const causes = causes_after.length > 0 ? causes_after : causes_before;
  return `${kind}: ${moved}${causes.length === 0 ? '' : `: ${causes.join('; ')}`}`;
}

/** Say which runs were compared. */
export function runsSentence({ before, after }: Comparison): string {
  const one = ({ extent, seed, totals }: Comparison['before']): string =>
    `${totals.passed} of ${totals.requirements} passed (${extent}, seed ${seed ?? 'none'})`;
  return `Before: ${one(before)}. After: ${one(after)}. Contract ${after.contract.version}.`;
}
