import { createHash } from 'node:crypto';

/** Choices that repeat for the same seed. */
export interface Random {
  /** A whole number from 0 to `bound - 1`. */
  below(bound: number): number;
  /** One of `choices`, which must not be empty. */
  pick<Choice>(choices: readonly [Choice, ...Choice[]]): Choice;
  /** The same elements in another order. */
  shuffle<Element>(elements: readonly Element[]): readonly Element[];
  /** A UUID of version 4. */
  uuid(): string;
}

/** Creates the choices of one case: the same words give the same choices, whatever else runs. */
export function createRandom(...words: readonly (string | number)[]): Random {
  const seed = createHash('sha256').update(words.join('\u0000')).digest();
  let state = seed.readUInt32LE(0);
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const below = (bound: number): number => next() % bound;

  return {
    below,
    pick: (choices) => choices[below(choices.length)] ?? choices[0],
    shuffle: (elements) => shuffled(elements, below),
    uuid() {
      const hex = [next(), next(), next(), next()].map((part) => part.toString(16).padStart(8, '0')).join('');
      const variant = '89ab'.charAt(below(4));
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
    },
  };
}

/** Put elements into an order that choices below a bound decide, from the last place to the first. */
export function shuffled<Element>(
  elements: readonly Element[],
  below: (bound: number) => number,
): readonly Element[] {
  const order = [...elements];
  for (let last = order.length - 1; last > 0; last--) {
    const other = below(last + 1);
    const [a, b] = [order[last], order[other]];
    if (a !== undefined && b !== undefined) [order[last], order[other]] = [b, a];
  }
  return order;
}
