/** Draw numbers that follow from their seed alone. */
export type Random = Readonly<{
  /** 0 up to, but not including, 1. */
  next: () => number;
  /** A whole number from 0 up to, but not including, `bound`. */
  below: (bound: number) => number;
  /** Mean 0, deviation 1: twelve draws added up, so that no function is needed whose last digit depends on the machine. */
  normal: () => number;
}>;

/** Make a source of numbers from the parts of a seed; different parts give independent numbers. */
export function seeded(...parts: readonly (string | number)[]): Random {
  let state = hash(parts.join('|'));
  const next = (): number => {
    // Mulberry32: small, fast, and the same on every machine.
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  return {
    next,
    below: (bound) => Math.floor(next() * bound),
    normal: () => {
      let sum = -6;
      for (let draw = 0; draw < 12; draw += 1) sum += next();
      return sum;
    },
  };
}

/** Hold weights and their sum, to choose by them often. */
export type Weights = Readonly<{ of: readonly number[]; sum: number }>;

/** Add weights up once; they need not add up to anything in particular. */
export function weighed(of: readonly number[]): Weights {
  return { of, sum: of.reduce((sum, weight) => sum + weight, 0) };
}

/** Choose an index by weight. */
export function chooseByWeight(random: Random, { of, sum }: Weights): number {
  let left = random.next() * sum;
  for (let index = 0; index < of.length; index += 1) {
    left -= of[index] ?? 0;
    if (left < 0) return index;
  }
  return Math.max(
    0,
    of.findLastIndex((weight) => weight > 0),
  );
}

/** FNV-1a, with a last stir for seeds that differ in their last letter alone. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  return (value ^ (value >>> 13)) | 0;
}
