import fc from 'fast-check';

/** What a search found. */
export interface Found<Value> {
  /** How many were tried before the first that fails, that one included; all, when none does. */
  readonly tried: number;
  /** The smallest that fails; null when none does. */
  readonly smallest: Value | null;
}

/** However slow a target is, a search ends; what was smallest by then is told. */
const SEARCH_MS_MAX = 10_000;

/**
 * Draw values until one fails, and make that one small by trying smaller ones, with fast-check.
 *
 * @param holds  false when the value fails. What it throws ends the search and is thrown again.
 */
export async function findSmallest<Value>(
  values: fc.Arbitrary<Value>,
  holds: (value: Value) => Promise<boolean>,
  { seed, runs_max }: { readonly seed: number; readonly runs_max: number },
): Promise<Found<Value>> {
  let broken: unknown;
  const property = fc.asyncProperty(values, async (value) => {
    // Once something other than the target has failed, nothing smaller is asked for.
    if (broken !== undefined) return true;
    try {
      return await holds(value);
    } catch (error) {
      broken = error;
      return true;
    }
  });
  const details = await fc.check(property, {
    seed,
    numRuns: runs_max,
    interruptAfterTimeLimit: SEARCH_MS_MAX,
  });
  if (broken !== undefined) throw broken;
  return { tried: details.numRuns, smallest: details.counterexample?.[0] ?? null };
}
