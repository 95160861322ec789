import type { Clock } from '../../clock.ts';

/** Hands out the times of reads and commits, in microseconds since the Unix epoch. */
export interface Timeline {
  /** A time at which every commit so far is visible, and no later one is. */
  readTime(): bigint;
  /**
   * Takes part in the timeline with a time that a client names, so that every later commit lies after it.
   *
   * @returns false when it lies in the future.
   */
  reach(micros: bigint): boolean;
  /** A time after every read and every commit so far, also while the clock stands still or goes back. */
  commitTime(): bigint;
}

/** Creates a timeline that follows the clock, after what an earlier process committed. */
export function createTimeline(clock: Clock, begun_micros = 0n): Timeline {
  let last = begun_micros;
  const now = () => BigInt(Math.floor(clock.nowMs())) * 1000n;
  const latest = (a: bigint, b: bigint) => (a > b ? a : b);
  return {
    readTime() {
      last = latest(now(), last);
      return last;
    },
    reach(micros) {
      if (micros > latest(now(), last)) return false;
      last = latest(micros, last);
      return true;
    },
    commitTime() {
      last = latest(now(), last + 1n);
      return last;
    },
  };
}
