/** State how many players are stored or asked at once. */
const AT_ONCE_MAX = 50;

/**
 * Act on every one of `things`, at most fifty at once; one that fails does not stop the others.
 *
 * @returns what the failed ones threw, in order of failing; empty when all went well.
 */
export async function forEachBounded<Thing>(
  things: readonly Thing[],
  act: (thing: Thing) => Promise<unknown>,
): Promise<readonly unknown[]> {
  const failures: unknown[] = [];
  // One iterator for all lanes: each takes the next thing as soon as it is done with its last.
  const queue = things[Symbol.iterator]();
  const lane = async () => {
    for (const thing of queue) {
      try {
        await act(thing);
      } catch (failure) {
        failures.push(failure);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE_MAX, things.length) }, lane));
  return failures;
}
