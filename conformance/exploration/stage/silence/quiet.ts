/**
 * Knows, from what was sent and what came back, whether more is coming before the next choice.
 *
 * Each delivery that is not answered is expected to have a call parked. It is quiet when as many calls are parked as
 * deliveries are unanswered, and every call that was released has had its effect. A target that thinks, waits for another
 * delivery or pauses before a retry has none; when it stays silent for longer than the bound, that many are counted as
 * silent and no longer expected, until an answer or the end of a blocked call may have woken them.
 */
export interface Quiet {
  sent(): void;
  /** A delivery was answered, or nobody waits for its answer any more. */
  settled(): void;
  parked(): void;
  /** A parked call goes on; one that is never answered has no effect to wait for. */
  released(sequence: number, is_served: boolean): void;
  finished(sequence: number): void;
  /** The bound has passed: what is missing now is silent. */
  giveUp(): void;
  isQuiet(): boolean;
  /** Deliveries without an answer. */
  unanswered(): number;
}

/** Create the account of a case in which nothing was sent yet. */
export function createQuiet(): Quiet {
  const serving = new Set<number>();
  /** Calls that were being served when the bound passed: a lock of the store keeps them. */
  const blocked = new Set<number>();
  let unanswered = 0;
  let parked = 0;
  let silent = 0;

  return {
    sent() {
      unanswered += 1;
    },
    settled() {
      unanswered -= 1;
      silent = 0;
    },
    parked() {
      parked += 1;
    },
    released(sequence, is_served) {
      parked -= 1;
      if (is_served) serving.add(sequence);
    },
    finished(sequence) {
      serving.delete(sequence);
      if (blocked.delete(sequence)) silent = Math.max(0, silent - 1);
    },
    giveUp() {
      silent = Math.max(0, unanswered - parked);
      for (const sequence of serving) blocked.add(sequence);
    },
    isQuiet: () => serving.size === blocked.size && parked + silent >= unanswered,
    unanswered: () => unanswered,
  };
}
