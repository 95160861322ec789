import { parseSchedule, printSchedule } from '../../conformance/exploration/schedule/text.ts';
import { portfolio } from '../../conformance/exploration/strategies/portfolio.ts';
import { BROKEN_FAN_INS } from '../exploration/broken/fan-ins.ts';
import { HAPPY, ODD, putInto } from '../exploration/cases/fan-in.ts';
import { explore } from '../exploration/in-process/explore.ts';
import { attempt } from '../exploration/in-process/smallest.ts';

/** How many recorded failures came again. */
export interface ReplayCount {
  readonly name: string;
  readonly recorded: number;
  /** Failed again when their schedule was read back and followed. */
  readonly failing: number;
  /** Gave the same history, event by event. */
  readonly identical: number;
  /** Where the judge had to guess, in either run, whether a silent program has more to say; only then may histories differ. */
  readonly guessed: number;
}

const SEED = 3;
const RUNS_MAX = 2_000;

/** Record failures of every broken fan-in of tests/exploration, by turns, and replay each from its one line. */
export function countReplays(wanted: number): ReplayCount {
  const broken = Object.values(BROKEN_FAN_INS);
  const each = Math.ceil(wanted / broken.length);
  let recorded = 0;
  let failing = 0;
  let identical = 0;
  for (const component of broken) {
    // Some faults show only where strange messages come.
    for (const scenario of [HAPPY, ODD]) {
      const world = putInto(scenario, component);
      const histories = new Map<string, string>();
      explore({
        simulate: world.simulate,
        strategy: portfolio(SEED),
        runs_max: RUNS_MAX,
        failures_max: each * 4,
        judge(history, { schedule }) {
          const findings = world.judge(history);
          if (findings.length > 0) histories.set(printSchedule(schedule), JSON.stringify(history));
          return findings;
        },
      });
      for (const [text, history] of [...histories].slice(0, Math.min(each, wanted - recorded))) {
        const { fails, run } = attempt(
          { simulate: world.simulate, fails: (again) => world.judge(again).length > 0 },
          parseSchedule(text),
        );
        recorded += 1;
        if (fails) failing += 1;
        if (JSON.stringify(run.history) === history) identical += 1;
      }
    }
  }
  return { name: `in process, ${broken.length} broken fan-ins`, recorded, failing, identical, guessed: 0 };
}
