import type { ActiveFault } from '../../../../harness/faults/faults.ts';

/** How long others may take to end once a call is held back. */
const GRACE_MS = 150;
/** How much longer than a claim stands its taking over may take. */
const TAKEOVER_SLACK_MS = 1_500;

/** How long a step may take that overtakes a held call: it may wait for that call itself. */
const OVERTAKING_MS = 1_000;

/** Awaits what has begun, as long as it can end. */
export interface Waiting {
  /** From now on what begins may wait for a call that this fault holds back: until the end, or while so many steps happen. */
  hold(fault: ActiveFault, steps?: number): void;
  /** Awaits a step of the history, and ends faults that held a call back for as many. */
  step(play: () => Promise<void>): Promise<void>;
  /**
   * Resolves with what was begun; with undefined, and goes on, when a held call keeps it waiting for too long.
   *
   * @param is_patient  it may wait until the claim of a held call has run out, also where that is not held back until the end
   */
  until<Result>(begun: Promise<Result>, is_patient?: boolean): Promise<Result | undefined>;
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
  let held: readonly Held[] = [];

  /** Resolves with what was begun, or with undefined when a call that is held back has kept it waiting for so long. */
  const awaitHeld = async <Result>(
    begun: Promise<Result>,
    is_patient: boolean,
  ): Promise<{ readonly result: Result } | undefined> => {
    const ended = begun.then((result) => ({ result }));
    if (held.length === 0) return ended;
    const patience = held.some(({ is_struck }) => is_struck)
      ? pause(is_patient ? claim_ms + TAKEOVER_SLACK_MS : OVERTAKING_MS)
      : Promise.race(held.map(({ fault }) => fault.struck)).then(() => pause(GRACE_MS));
    const first = await Promise.race([ended, patience]);
    if (first === undefined) ended.catch(() => {});
    return first;
  };

  return {
    hold(fault, steps) {
      const one: Held = { fault, is_struck: false, steps };
      void fault.struck.then(() => {
        one.is_struck = true;
      });
      held = [...held, one];
    },
    async step(play) {
      const overtaken = held.filter(({ is_struck }) => is_struck);
      await play();
      for (const one of overtaken) if (one.steps !== undefined) one.steps -= 1;
      const over = held.filter(({ steps }) => steps !== undefined && steps <= 0);
      if (over.length === 0) return;
      held = held.filter((one) => !over.includes(one));
      for (const { fault } of over) fault.lift();
      const waited = left.splice(0);
      // Another fault may hold back what goes on now.
      if ((await awaitHeld(Promise.all(waited), false)) === undefined) left.push(...waited);
    },
    async until(begun, is_patient = false) {
      const is_long = is_patient || held.some(({ steps }) => steps === undefined);
      const first = await awaitHeld(begun, is_long);
      if (first === undefined) left.push(begun);
      return first?.result;
    },
    async finish() {
      held = [];
      await Promise.all(left);
    },
  };
}

function pause(ms: number): Promise<undefined> {
  return new Promise((resolve) => {
    setTimeout(() => resolve(undefined), ms);
  });
}
