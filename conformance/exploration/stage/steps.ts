import type { Step } from '../engine/simulation.ts';
import type { FaultName } from '../schedule/faults.ts';

/** What goes first "in order": who has begun goes on, then the next delivery, then redeliveries after nacks, then late calls. */
export const RANK = { call: 0, delivery: 1, redelivery: 2, zombie: 3 } as const;

/** One of the ranks. */
export type Rank = (typeof RANK)[keyof typeof RANK];

/** A step of a black-box run. */
export interface StageStep extends Step {
  readonly perform: (fault: FaultName | undefined) => Promise<void> | void;
}

interface Placed {
  readonly step: StageStep;
  readonly rank: Rank;
  /** How many steps had been performed when this one appeared. */
  readonly round: number;
  readonly arrival: number;
}

/** What a new step says about itself. `name` begins a new actor; without one it belongs to whoever went last. */
export type NewStep = Omit<StageStep, 'actor'> & { readonly name?: string };

/** The enabled steps of a black-box run, in an order that repeats as long as the target does. */
export interface StageSteps {
  add(rank: Rank, step: NewStep): StageStep;
  remove(step: Step): void;
  has(rank: Rank): boolean;
  isEmpty(): boolean;
  /** Redeliveries and late calls stand behind everything else, and redeliveries only when nothing else is there. */
  enabled(): readonly StageStep[];
  perform(step: Step, fault: FaultName | undefined): Promise<void>;
  /** The actor of the last step that was performed: whatever the target does now, it most likely does for it. */
  currentActor(): number;
  /** ` for NAME` of that actor, or nothing. */
  currentName(): string;
}

/** Create the steps of a run in which nothing was performed yet. */
export function createStageSteps(): StageSteps {
  const placed = new Map<Step, Placed>();
  const names: string[] = [];
  let round = 0;
  let arrivals = 0;
  let actor = 0;

  return {
    add(rank, { name, label, kind, faults, perform }) {
      if (name !== undefined) names.push(name);
      const owner = name === undefined ? actor : names.length - 1;
      const step: StageStep = { label, kind, faults, perform, actor: owner };
      arrivals += 1;
      placed.set(step, { step, rank, round, arrival: arrivals });
      return step;
    },
    remove: (step) => void placed.delete(step),
    has: (rank) => [...placed.values()].some((each) => each.rank === rank),
    isEmpty: () => placed.size === 0,
    enabled() {
      const all = [...placed.values()].sort(compare);
      const urgent = all.filter(({ rank }) => rank !== RANK.redelivery);
      const first = urgent[0]?.rank ?? RANK.zombie;
      return (first < RANK.redelivery ? urgent : all).map(({ step }) => step);
    },
    async perform(step, fault) {
      const found = placed.get(step);
      if (found === undefined) throw new Error(`expected an enabled step, got "${step.label}"`);
      placed.delete(step);
      round += 1;
      actor = step.actor;
      await found.step.perform(fault);
    },
    currentActor: () => actor,
    currentName: () => (names[actor] === undefined ? '' : ` for ${names[actor]}`),
  };
}

/** Within a rank the older goes first; among calls of one round the label decides, since their arrival is a race. */
function compare(a: Placed, b: Placed): number {
  if (a.rank !== b.rank) return a.rank - b.rank;
  if (a.round !== b.round) return a.round - b.round;
  if (a.rank === RANK.call && a.step.label !== b.step.label) return a.step.label < b.step.label ? -1 : 1;
  return a.arrival - b.arrival;
}
