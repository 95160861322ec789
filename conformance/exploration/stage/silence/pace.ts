/** How fast a target is: from that follows how long its silence has to be to mean that it thinks. */
export interface Pace {
  /** The target spoke after having been waited for so long. */
  heard(waited_ms: number): void;
  /** Silence of this length is taken for thinking. */
  boundMs(): number;
}

const REMEMBERED = 24;
const SLOWER = 5;
const SHORTEST_MS = 25;

/**
 * Create the pace of a target that nothing is known of: it is given the longest time first.
 *
 * Later it is five times the longest of its last pauses, so a busy machine or a slow target gets more time and a fast one
 * loses little. A pause of its own, such as a client's back-off, is longer than that on purpose.
 */
export function createPace(longest_ms: number): Pace {
  const pauses: number[] = [];
  return {
    heard(waited_ms) {
      pauses.push(waited_ms);
      if (pauses.length > REMEMBERED) pauses.shift();
    },
    boundMs() {
      if (pauses.length < REMEMBERED / 4) return longest_ms;
      return Math.min(longest_ms, Math.max(SHORTEST_MS, SLOWER * Math.max(...pauses)));
    },
  };
}
