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
  let spread = (seed ^ Math.imul(stream + 1, 0x9e3779b1)) | 0;
  let a = 0;
  let b = 0;
  let c = 0;
  let counter = 1;

  const splitmix = (): number => {
    spread = (spread + 0x9e3779b9) | 0;
    let mixed = Math.imul(spread ^ (spread >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return mixed ^ (mixed >>> 15);
  };
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  a = splitmix();
  b = splitmix() ^ (stream | 0);
  c = splitmix() ^ (seed | 0);
  for (let round = 0; round < 4; round++) next();

  // Multiply instead of taking a remainder: no bias worth measuring for the small bounds of a schedule, and fast.
  return { below: (bound) => Math.floor((next() / 0x1_0000_0000) * bound) };
}
