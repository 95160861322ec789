import type { ProcessorRunHistory } from '../../../generated/models.ts';
import type { Beside, Documents } from '../../ports/ports.ts';

/** One update that somebody waits for. */
export interface Wish extends Beside<unknown> {
  readonly decide: (current: object | undefined) => readonly [next: object | undefined, result: unknown];
}

/** What an update comes to: its result, or what its decision threw. */
export type Granted = { readonly result: unknown } | { readonly error: unknown };

/** Several updates as one change of a document. */
export interface Folded {
  /** The same object as before when nothing changes. */
  readonly next: object | undefined;
  readonly runs: readonly ProcessorRunHistory[];
  /** In order of the wishes. */
  readonly granted: readonly Granted[];
}

/** Decide several updates one after the other, each on what the one before has left; one that throws changes nothing. */
export function foldWishes(value: object | undefined, wishes: readonly Wish[]): Folded {
  let next = value;
  const runs: ProcessorRunHistory[] = [];
  const granted = wishes.map((wish): Granted => {
    try {
      const [decided, result] = wish.decide(next);
      if (decided !== next) runs.push(...(wish.runs?.(result) ?? []));
      next = decided;
      return { result };
    } catch (error) {
      return { error };
    }
  });
  return { next, runs, granted };
}

interface Waiting extends Wish {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Make the update of documents whose callers share commits: while one is under way, those of the same path wait, and go
 * together into the next.
 *
 * @param commit  commits the wishes of one path, and answers them in their order; a throw answers all of them.
 */
export function shareCommits(
  commit: (path: string, wishes: readonly Wish[]) => Promise<readonly Granted[]>,
): Documents['update'] {
  const queues = new Map<string, Waiting[]>();
  const serve = async (path: string, queue: Waiting[]): Promise<void> => {
    while (queue.length > 0) {
      const served = queue.splice(0);
      try {
        const granted = await commit(path, served);
        for (const [index, { resolve, reject }] of served.entries()) {
          const one = granted[index];
          if (one !== undefined && 'result' in one) resolve(one.result);
          else reject(one?.error);
        }
      } catch (error) {
        for (const { reject } of served) reject(error);
      }
    }
    queues.delete(path);
  };
  return <Value extends object, Result>(
    path: string,
    decide: (current: Value | undefined) => readonly [Value | undefined, Result],
    beside: Beside<Result> = {},
  ) =>
    new Promise<Result>((resolve, reject) => {
      const waiting = { ...beside, decide, resolve, reject } as unknown as Waiting;
      const queue = queues.get(path);
      if (queue !== undefined) return void queue.push(waiting);
      const first = [waiting];
      queues.set(path, first);
      void serve(path, first);
    });
}
