/** Numbers that repeat for the same seed. */
export interface Random {
  /** A whole number from 0 to `bound - 1`. */
  below(bound: number): number;
}

/**
 * Create a generator from up to two words, such as a seed and the number of a run; each is used as 32 bits.
 *
 * The generator is sfc32 ("small fast counter", 128 bits of state, by Chris Doty-Humphrey). splitmix32 spreads the words
 * over its state, so that neighbouring seeds have nothing in common.
 */
export function createRandom(seed: number, stream = 0): Random {
  const spread = seed ^ Math.imul(stream + 1, GOLDEN);
  let a = splitmix(spread + GOLDEN);
  let b = splitmix(spread + 2 * GOLDEN) ^ stream;
  let c = splitmix(spread + 3 * GOLDEN) ^ seed;
  let counter = 1;
  const random: Random = {
    below(bound) {
      const sum = (((a + b) | 0) + counter) | 0;
      counter = (counter + 1) | 0;
      a = b ^ (b >>> 9);
      b = (c + (c << 3)) | 0;
      c = (((c << 21) | (c >>> 11)) + sum) | 0;
      // Multiplied instead of a remainder taken: fast, and no bias worth measuring for bounds this small.
      return Math.floor(((sum >>> 0) / 0x1_0000_0000) * bound);
    },
  };
  for (let round = 0; round < 4; round++) random.below(1);
  return random;
}

const GOLDEN = 0x9e3779b9;

function splitmix(word: number): number {
  let mixed = word | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
  return mixed ^ (mixed >>> 15);
}
