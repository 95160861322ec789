import fc from 'fast-check';

/** What a search found. */
export interface Found<Value> {
  /** How many were tried before the first that fails, that one included; all, when none does. */
  readonly tried: number;
  /** The smallest that fails; null when none does. */
  readonly smallest: Value | null;
}

/** However slow a target is, a search begins no other try after this; what was smallest by then is told. */
const SEARCH_MS_MAX = 10_000;

/**
 * Draw values until one fails, and make that one small by trying smaller ones, with fast-check.
 *
 * @param holds  false when the value fails. What it throws ends the search and is thrown again.
 */
export async function findSmallest<Value>(
  values: fc.Arbitrary<Value>,
  holds: (value: Value) => Promise<boolean>,
  {
    seed,
    runs_max,
    search_ms_max = SEARCH_MS_MAX,
  }: { readonly seed: number; readonly runs_max: number; readonly search_ms_max?: number },
): Promise<Found<Value>> {
  let broken: unknown;
  let tried = 0;
  let is_found = false;
  const until_ms = Date.now() + search_ms_max;
  const property = fc.asyncProperty(values, async (value) => {
    // Once something other than the target has failed, nothing smaller is asked for. A try that has begun is awaited to its end:
    // what it leaves in hand would be taken for refused.
    if (broken !== undefined || Date.now() >= until_ms) return true;
    if (!is_found) tried += 1;
    try {
      const is_kept = await holds(value);
      is_found ||= !is_kept;
      return is_kept;
    } catch (error) {
      broken = error;
      return true;
    }
  });
  const details = await fc.check(property, { seed, numRuns: runs_max });
  if (broken !== undefined) throw broken;
  return { tried, smallest: details.counterexample?.[0] ?? null };
}
