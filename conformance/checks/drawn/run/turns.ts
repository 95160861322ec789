/** Days that several histories share: those that trouble nobody have them together, one that sets faults has them alone. */
export interface Turns {
  /** Resolves as soon as its turn has come, in the order of asking. The function that it gives ends the turn. */
  take(is_alone: boolean): Promise<() => void>;
}

interface Waiting {
  readonly is_alone: boolean;
  readonly begin: () => void;
}

/** Creates turns of which none is taken. */
export function createTurns(): Turns {
  const queue: Waiting[] = [];
  let together = 0;
  let alone = false;
  const next = (): void => {
    for (let [first] = queue; first !== undefined; [first] = queue) {
      if (alone || (first.is_alone && together > 0)) return;
      queue.shift();
      if (first.is_alone) alone = true;
      else together += 1;
      first.begin();
    }
  };
  return {
    take: (is_alone) =>
      new Promise((resolve) => {
        const end = (): void => {
          if (is_alone) alone = false;
          else together -= 1;
          next();
        };
        queue.push({ is_alone, begin: () => resolve(end) });
        next();
      }),
  };
}
