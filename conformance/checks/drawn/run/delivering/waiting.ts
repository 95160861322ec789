import type { ActiveFault } from '../../../../harness/faults/faults.ts';

/** How long others may take to end once a call is held back. */
const GRACE_MS = 150;
/** How much longer than a claim stands its taking over may take. */
const TAKEOVER_SLACK_MS = 1_500;

/** Awaits what has begun, as long as it can end. */
export interface Waiting {
  /** From now on what begins may wait for a call that this fault holds back. */
  hold(fault: ActiveFault): void;
  /** Resolves with what was begun; with undefined, and goes on, when a held call keeps it waiting for longer than a claim stands. */
  until<Result>(begun: Promise<Result>): Promise<Result | undefined>;
  /** Resolves when all that was left waiting has ended; nothing is held back any more. */
  finish(): Promise<void>;
}

/** Create what awaits. @param claim_ms how long a claim of the target stands at most */
export function createWaiting(claim_ms: number): Waiting {
  const left: Promise<unknown>[] = [];
  let held: { readonly struck: Promise<void>; is_struck: boolean } | undefined;
  return {
    hold(fault) {
      const one = { struck: fault.struck, is_struck: false };
      void fault.struck.then(() => {
        one.is_struck = true;
      });
      held = one;
    },
    async until(begun) {
      if (held === undefined) return begun;
      const ended = begun.then((result) => ({ result }));
      const patience = held.is_struck
        ? pause(claim_ms + TAKEOVER_SLACK_MS)
        : held.struck.then(() => pause(GRACE_MS));
      const first = await Promise.race([ended, patience]);
      if (first !== undefined) return first.result;
      ended.catch(() => {});
      left.push(begun);
      return undefined;
    },
    async finish() {
      held = undefined;
      await Promise.all(left);
    },
  };
}

function pause(ms: number): Promise<undefined> {
  return new Promise((resolve) => {
    setTimeout(() => resolve(undefined), ms);
  });
}
