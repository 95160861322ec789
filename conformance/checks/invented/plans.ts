import fc from 'fast-check';
import type { FaultRule } from '../../harness/faults/faults.ts';

/** What goes wrong while one set of messages is delivered, in the order in which it is asked. */
export type FaultPlan = readonly Omit<FaultRule, 'game_date'>[];

/** How many things go wrong at once; what shows with more mostly shows with less. */
const RULES_MAX = 3;

/** Draw plans of refused calls and lost answers; they shrink to fewer, to the first call, and to one call each. */
export function anyFaultPlan(): fc.Arbitrary<FaultPlan> {
  const rule = fc.record({
    on: fc.constantFrom('publish' as const, 'commit' as const),
    effect: fc.constantFrom('refuse' as const, 'lose_answer' as const),
    // Mostly from the first call on: a component makes few of a kind.
    after: fc.constantFrom(0, 0, 0, 1, 2),
    times: fc.integer({ min: 1, max: 3 }),
  });
  return fc.array(rule, { minLength: 1, maxLength: RULES_MAX });
}

/** Say a plan in one line. */
export function describePlan(plan: FaultPlan): string {
  return plan
    .map(({ on, effect, after = 0, times = 1 }) => {
      const what = effect === 'refuse' ? 'refused' : 'done, but the answer is lost';
      const which = times === 1 ? `${on} ${after + 1} is` : `${on} ${after + 1} to ${after + times} are`;
      return `${which} ${what}`;
    })
    .join('; ');
}
