import fc from 'fast-check';
import { shuffled } from '../../../harness/messages/random.ts';

/** Draws one value after the other; each is fast-check's, so that a seed repeats them. */
export interface Draw {
  /** A whole number from 0 to `bound - 1`. */
  below(bound: number): number;
  /** One of `choices`. */
  pick<Choice>(choices: readonly Choice[]): Choice;
  /** True once in so many. */
  oneIn(bound: number): boolean;
  /** One of `choices`, each as often as its weight says. */
  weigh<Choice>(choices: readonly (readonly [weight: number, choice: Choice])[]): Choice;
  /** The same elements in another order. */
  shuffle<Element>(elements: readonly Element[]): readonly Element[];
}

/** Draw `count` values that `make` puts together; the same seed gives the same ones. */
export function drawMany<Value>(
  make: (draw: Draw, nth: number) => Value,
  { seed, count }: { readonly seed: number; readonly count: number },
): readonly Value[] {
  const choices = fc.gen().map((generate) => drawWith((bound) => generate(anyBelow, bound)));
  return fc.sample(choices, { seed, numRuns: count }).map((draw, nth) => make(draw, nth));
}

function anyBelow(bound: number): fc.Arbitrary<number> {
  return fc.noBias(fc.nat({ max: bound - 1 }));
}

function drawWith(below: (bound: number) => number): Draw {
  const pick = <Choice>(choices: readonly Choice[]): Choice => {
    if (choices.length === 0) throw new Error('expected something to pick from, got nothing');
    return choices[below(choices.length)] as Choice;
  };
  return {
    below,
    pick,
    oneIn: (bound) => below(bound) === bound - 1,
    weigh: (choices) =>
      pick(choices.flatMap(([weight, choice]) => Array<typeof choice>(weight).fill(choice))),
    shuffle: (elements) => shuffled(elements, below),
  };
}
