/** Lets one reader wait for the next thing to happen, without missing one that happened before it asked. */
export interface Mailbox {
  /** Something happened. */
  notify(): void;
  /** True as soon as something has happened since the last time, false when nothing does within `bound_ms`. */
  next(bound_ms: number): Promise<boolean>;
}

/** Create an empty mailbox. */
export function createMailbox(): Mailbox {
  let unseen = false;
  let wake: (() => void) | undefined;
  return {
    notify() {
      unseen = true;
      wake?.();
    },
    next(bound_ms) {
      return new Promise((resolve) => {
        const finish = (): void => {
          clearTimeout(timer);
          wake = undefined;
          resolve(unseen);
          unseen = false;
        };
        const timer = setTimeout(finish, bound_ms);
        wake = finish;
        if (unseen) finish();
      });
    },
  };
}
