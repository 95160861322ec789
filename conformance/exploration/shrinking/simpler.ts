import { FAULT_NAMES } from '../schedule/faults.ts';
import type { Deviation } from '../schedule/schedule.ts';

/** How many steps are tried when a deviation is moved to an earlier one. */
const EARLIER_MAX = 24;

/**
 * List simpler forms of a deviation, simplest first: smaller takes and holds, milder faults, earlier steps.
 *
 * Every form is smaller in one of these and larger in none, so simplifying ends.
 */
export function simplerForms(deviation: Deviation): readonly Deviation[] {
  const { step } = deviation;
  const earlier = earlierSteps(step);
  if ('fault' in deviation) {
    const milder = FAULT_NAMES.slice(0, FAULT_NAMES.indexOf(deviation.fault));
    return [
      ...milder.map((fault) => ({ step, fault })),
      ...earlier.map((sooner) => ({ step: sooner, fault: deviation.fault })),
    ];
  }
  if ('take' in deviation) {
    const { take } = deviation;
    return [
      ...smallerSizes(take).map((size) => ({ step, take: size })),
      ...earlier.map((sooner) => ({ step: sooner, take })),
    ];
  }
  const { hold } = deviation;
  return [
    // To wait for one other is to let it go before, which reads more easily.
    { step, take: 1 },
    ...smallerSizes(hold).map((size) => ({ step, hold: size })),
    ...earlier.map((sooner) => ({ step: sooner, hold })),
  ];
}

/** 1, 2, 4, … below `size`, then what lies closely under it. */
function smallerSizes(size: number): readonly number[] {
  const sizes = new Set<number>();
  for (let smaller = 1; smaller < size; smaller *= 2) sizes.add(smaller);
  for (const less of [size >> 1, size - (size >> 2), size - 2, size - 1]) {
    if (less >= 1 && less < size) sizes.add(less);
  }
  return [...sizes].sort((a, b) => a - b);
}

function earlierSteps(step: number): readonly number[] {
  const from = Math.max(1, step - EARLIER_MAX);
  return Array.from({ length: step - from }, (_, index) => from + index);
}
