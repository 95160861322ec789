import {
  createTally,
  type Exploration,
  type ExploreOptions,
} from '../../../conformance/exploration/engine/explore.ts';
import { run } from './run.ts';
import type { Simulation } from './simulation.ts';

/** Explore schedules of a simulation in this process until enough have failed or none are left. */
export function explore<History>(options: ExploreOptions<History, Simulation<History>>): Exploration {
  const tally = createTally(options);
  for (let asked = tally.next(); asked !== undefined; asked = tally.next()) {
    tally.add(run(options.simulate(), asked.chooser, tally.limits), asked.run);
  }
  return tally.result();
}

/** Say how much was tried: "all 252 schedules" or "stopped at 1000 schedules". */
export function describeCoverage({ runs, complete, failures }: Exploration): string {
  if (complete) return `all ${runs} schedules`;
  return `stopped at ${runs} schedules${failures.length > 0 ? `, ${failures.length} of which failed` : ''}`;
}
