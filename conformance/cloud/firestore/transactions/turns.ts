import type { Clock } from '../../clock.ts';

/**
 * Queues those who want the same documents, so that rivals follow one another instead of aborting one another.
 *
 * Turns are a courtesy: correctness rests on validation at commit alone. Hence whoever holds a turn and stays
 * silent for `patience_ms` loses it, nobody who holds a turn waits for another (no deadlock), and a crashed
 * client costs its rivals one short wait.
 */
export interface Turns {
  /** Waits until nobody else holds, or waited earlier for, any of the keys; then holds them. */
  take(owner: string, keys: readonly string[]): Promise<void>;
  /** Tells whether this owner has a turn, or waits for one. */
  isKnown(owner: string): boolean;
  /** Starts the owner's patience anew. */
  touch(owner: string): void;
  /** Gives the turn up, or stops waiting for it. */
  release(owner: string): void;
}

interface Holder {
  readonly keys: readonly string[];
  readonly cancelTimer: () => void;
}

interface Waiter {
  readonly owner: string;
  readonly keys: readonly string[];
  readonly proceed: () => void;
}

/**
 * Creates an empty queue.
 *
 * @param patience_ms how long a silent holder keeps others waiting; 0 lets nobody ever wait.
 */
export function createTurns(clock: Clock, patience_ms: number): Turns {
  const holders = new Map<string, Holder>();
  let waiting: readonly Waiter[] = [];

  const hold = (owner: string, keys: readonly string[]) => {
    const cancelTimer = clock.schedule(patience_ms, () => void releaseUnlessHeard(owner, holder));
    const holder: Holder = { keys, cancelTimer };
    holders.set(owner, holder);
  };
  // After a stall of this process a timer runs before the calls that arrived meanwhile; they are heard first.
  const releaseUnlessHeard = async (owner: string, holder: Holder) => {
    for (let turn = 0; turn < 2; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
    if (holders.get(owner) === holder) release(owner);
  };
  const release = (owner: string) => {
    const left = waiting.find((waiter) => waiter.owner === owner);
    waiting = waiting.filter((waiter) => waiter !== left);
    left?.proceed();
    holders.get(owner)?.cancelTimer();
    if (holders.delete(owner) || left !== undefined) admit();
  };
  const admit = () => {
    const { admitted, remaining } = nextTurns([...holders.values()], waiting);
    waiting = remaining;
    for (const { owner, keys, proceed } of admitted) {
      hold(owner, keys);
      proceed();
    }
  };

  return {
    async take(owner, keys) {
      if (patience_ms <= 0 || keys.length === 0) return;
      await new Promise<void>((proceed) => {
        waiting = [...waiting, { owner, keys, proceed }];
        admit();
      });
    },
    isKnown: (owner) => holders.has(owner) || waiting.some((waiter) => waiter.owner === owner),
    touch(owner) {
      const holder = holders.get(owner);
      holder?.cancelTimer();
      if (holder !== undefined) hold(owner, holder.keys);
    },
    release,
  };
}

/** Decides who of the waiting, first come first, meets nobody before them on any key. */
function nextTurns(
  holders: readonly { readonly keys: readonly string[] }[],
  waiting: readonly Waiter[],
): { admitted: readonly Waiter[]; remaining: readonly Waiter[] } {
  const taken = new Set(holders.flatMap(({ keys }) => keys));
  const admitted: Waiter[] = [];
  const remaining: Waiter[] = [];
  for (const waiter of waiting) {
    (waiter.keys.some((key) => taken.has(key)) ? remaining : admitted).push(waiter);
    for (const key of waiter.keys) taken.add(key);
  }
  return { admitted, remaining };
}
