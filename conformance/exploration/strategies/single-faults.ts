import type { Chooser } from '../engine/decide.ts';
import type { StepKind } from '../engine/simulation.ts';
import type { FaultName } from '../schedule/faults.ts';
import type { ExhaustiveStrategy } from './exhaustive.ts';
import { chooseInOrder } from './in-order.ts';
import { createRandom, type Random } from './random.ts';

interface Strike {
  readonly step: number;
  readonly kind: StepKind;
  readonly fault: FaultName;
}

/**
 * Create the strategy that goes in order and lets one fault strike, a different one at each run, until every fault has
 * struck every step that can suffer it; for faults that cost so much time that none may be wasted.
 *
 * The first run has no fault and shows what can be struck where. The others strike a publish, a commit and whatever else
 * there is by turns, in an order that the seed decides: between a commit and a publish most is lost, so that a few
 * runs are worth the most.
 *
 * @param faults  which are used; default all that a step lists.
 */
export function singleFaults(seed: number, faults?: readonly FaultName[]): ExhaustiveStrategy {
  const strikes: Strike[] = [];
  let struck = 0;
  let is_known = false;
  return {
    name: `one fault at any step, seed ${seed}`,
    chooser(run) {
      if (run === 1) return lookAround(strikes, faults);
      const strike = strikes[run - 2];
      if (strike === undefined) return undefined;
      return chooseInOrder((number, chosen) => {
        if (number !== strike.step || !chosen.faults.includes(strike.fault)) return undefined;
        struck += 1;
        return strike.fault;
      });
    },
    learn() {
      if (!is_known) byTurns(strikes, createRandom(seed));
      is_known = true;
    },
    triedAll: () => is_known && struck === strikes.length,
  };
}

function lookAround(strikes: Strike[], faults: readonly FaultName[] | undefined): Chooser {
  return chooseInOrder((step, chosen) => {
    for (const fault of chosen.faults) {
      if (faults === undefined || faults.includes(fault)) strikes.push({ step, fault, kind: chosen.kind });
    }
    return undefined;
  });
}

const FIRST: readonly StepKind[] = ['publish', 'commit'];

function byTurns(strikes: Strike[], random: Random): void {
  shuffle(strikes, random);
  const counts = new Map<StepKind, number>();
  const turns = strikes.map((strike) => {
    const turn = counts.get(strike.kind) ?? 0;
    counts.set(strike.kind, turn + 1);
    const place = FIRST.indexOf(strike.kind);
    return { strike, turn, place: place < 0 ? FIRST.length : place };
  });
  turns.sort((a, b) => a.turn - b.turn || a.place - b.place);
  strikes.splice(0, strikes.length, ...turns.map(({ strike }) => strike));
}

function shuffle(strikes: Strike[], random: Random): void {
  for (let last = strikes.length - 1; last > 0; last--) {
    const other = random.below(last + 1);
    const [a, b] = [strikes[last], strikes[other]];
    if (a === undefined || b === undefined) continue;
    strikes[last] = b;
    strikes[other] = a;
  }
}
