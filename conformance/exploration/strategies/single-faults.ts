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
 * runs are worth the most. For the same reason a publish is first struck by what leaves it undone, and a commit by what
 * does it.
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

/** Faults of a call that is done all the same. */
const DONE: ReadonlySet<FaultName> = new Set(['deadline_after', 'crash_after']);

function byTurns(strikes: Strike[], random: Random): void {
  shuffle(strikes, random);
  const faultTurns = turnsBy(strikes, ({ kind, fault }) => `${kind} ${fault}`);
  const fair = sortedBy(strikes, (strike) => [
    faultTurns.get(strike) ?? 0,
    (strike.kind === 'commit') === DONE.has(strike.fault) ? 0 : 1,
  ]);
  const kindTurns = turnsBy(fair, ({ kind }) => kind);
  const turns = sortedBy(fair, (strike) => {
    const place = FIRST.indexOf(strike.kind);
    return [kindTurns.get(strike) ?? 0, place < 0 ? FIRST.length : place];
  });
  strikes.splice(0, strikes.length, ...turns);
}

/** Count, for each strike, how many before it are of the same sort. */
function turnsBy(
  strikes: readonly Strike[],
  sortOf: (strike: Strike) => string,
): ReadonlyMap<Strike, number> {
  const counts = new Map<string, number>();
  return new Map(
    strikes.map((strike) => {
      const turn = counts.get(sortOf(strike)) ?? 0;
      counts.set(sortOf(strike), turn + 1);
      return [strike, turn];
    }),
  );
}

function sortedBy(
  strikes: readonly Strike[],
  ranksOf: (strike: Strike) => readonly number[],
): readonly Strike[] {
  return [...strikes].sort((a, b) => {
    const [of_a, of_b] = [ranksOf(a), ranksOf(b)];
    return of_a.map((rank, at) => rank - (of_b[at] ?? 0)).find((difference) => difference !== 0) ?? 0;
  });
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
