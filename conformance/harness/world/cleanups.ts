import { errorWords } from '../../contract/errors.ts';
/** What has to be undone at the end of a world, the newest first. */
export interface Cleanups {
  /** `what` says in words what `undo` does: "could not WHAT" must be a sentence. */
  add(what: string, undo: () => Promise<unknown>): void;
  /**
   * Undoes each thing once, also what is added meanwhile. Resolves always, and for everybody who asks only when all is
   * undone: what fails is told, and keeps neither the rest nor a verdict from coming.
   */
  run(): Promise<void>;
}

/** Creates an empty list; `tell` takes a sentence about each thing that could not be undone. */
export function createCleanups(tell: (sentence: string) => void): Cleanups {
  const left: { readonly what: string; readonly undo: () => Promise<unknown> }[] = [];
  let running = Promise.resolve();
  const undoAll = async (): Promise<void> => {
    for (let next = left.pop(); next !== undefined; next = left.pop()) {
      try {
        await next.undo();
      } catch (error) {
        tell(`could not ${next.what}: ${errorWords(error)}`);
      }
    }
  };
  return {
    add(what, undo) {
      left.push({ what, undo });
    },
    run() {
      running = running.then(undoAll);
      return running;
    },
  };
}
