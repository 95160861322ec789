/** Looks on behalf of everybody who asks under one key; see shareLooks. */
export type SharedLook<Result> = (key: string, look: () => Promise<Result>) => Promise<Result>;

/**
 * Make looks that are shared: whoever asks while a look is under way waits for the next one, together with all others who
 * ask meanwhile.
 *
 * Each caller's look begins after he has asked, so it sees whatever he committed before that. A look that fails is told to all
 * who share it.
 */
export function shareLooks<Result>(): SharedLook<Result> {
  const under_way = new Map<string, Promise<Result>>();
  const waiting = new Map<string, Promise<Result>>();
  return (key, look) => {
    const shared = waiting.get(key);
    if (shared !== undefined) return shared;
    const begin = (): Promise<Result> => {
      waiting.delete(key);
      const begun = look().finally(() => {
        if (under_way.get(key) === begun) under_way.delete(key);
      });
      under_way.set(key, begun);
      return begun;
    };
    const before = under_way.get(key);
    if (before === undefined) return begin();
    const next = before.then(begin, begin);
    waiting.set(key, next);
    return next;
  };
}
