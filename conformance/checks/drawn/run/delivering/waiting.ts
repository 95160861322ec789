import type { ActiveFault } from '../../../../harness/faults/faults.ts';

/** How long others may take to end once a call is held back. */
const GRACE_MS = 150;
/** How much longer than a claim stands its taking over may take. */
const TAKEOVER_SLACK_MS = 1_500;

/** How long a step may take that overtakes a held call: it may wait for that call itself. */
const OVERTAKING_MS = 400;

/** Awaits what has begun, as long as it can end. */
export interface Waiting {
  /**
   * From now on what begins may wait for a call that this fault holds back: until the end, or while so many steps happen. Only one
   * fault holds for steps: what another one held goes on before.
   */
  hold(fault: ActiveFault, steps?: number): Promise<void>;
  /** Awaits a step of the history, and ends a fault that held a call back for as many. */
  step(play: () => Promise<void>): Promise<void>;
  /** Resolves with what was begun; with undefined, and goes on, when a held call keeps it waiting for longer than a claim stands. */
  until<Result>(begun: Promise<Result>): Promise<Result | undefined>;
  /** Resolves when all that was left waiting has ended; nothing is held back any more. */
  finish(): Promise<void>;
}

interface Held {
  readonly fault: ActiveFault;
  is_struck: boolean;
  /** How many steps it still waits for; undefined until the end. */
  steps: number | undefined;
}

/** Create what awaits. @param claim_ms how long a claim of the target stands at most */
export function createWaiting(claim_ms: number): Waiting {
  const left: Promise<unknown>[] = [];
  let held: Held | undefined;
  return {
    async hold(fault, steps) {
      if (held?.steps !== undefined) {
        held.fault.lift();
        await Promise.all(left.splice(0));
      }
      const one: Held = { fault, is_struck: false, steps };
      void fault.struck.then(() => {
        one.is_struck = true;
      });
      held = one;
    },
    async step(play) {
      const overtaken = held?.is_struck === true && held.steps !== undefined ? held : undefined;
      await play();
      if (overtaken?.steps === undefined || held !== overtaken) return;
      overtaken.steps -= 1;
      if (overtaken.steps > 0) return;
      held = undefined;
      overtaken.fault.lift();
      await Promise.all(left.splice(0));
    },
    async until(begun) {
      if (held === undefined) return begun;
      const ended = begun.then((result) => ({ result }));
      const overtaking_ms = held.steps === undefined ? claim_ms + TAKEOVER_SLACK_MS : OVERTAKING_MS;
      const patience = held.is_struck ? pause(overtaking_ms) : held.fault.struck.then(() => pause(GRACE_MS));
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
