import { exploreAsync } from '../../../conformance/exploration/engine/explore.ts';
import { parseSchedule, printSchedule } from '../../../conformance/exploration/schedule/text.ts';
import { attemptAsync } from '../../../conformance/exploration/shrinking/attempt.ts';
import { portfolio } from '../../../conformance/exploration/strategies/portfolio.ts';
import type { RunRecord } from '../../../conformance/harness/exploring/exploration.ts';
import { startWorld, type World } from '../../../conformance/harness/world/world.ts';
import { loadTarget } from '../../../conformance/targets/load.ts';
import { copyMutant } from '../../mutants/apply.ts';
import { MUTANTS } from '../../mutants/catalogue.ts';
import type { ReplayCount } from '../replays.ts';
import { comparable } from './comparable.ts';
import { COMPONENT, judgeEdge, openEdge } from './edge.ts';
import { REFERENCE } from './rates.ts';

/** Forgets one of two completions that overlap. */
const MUTANT = 'I01-check-then-act';
const SEED = 3;
const RUNS_MAX = 2_000;

interface RecordedFailure {
  readonly text: string;
  readonly history: string;
  readonly guesses: number;
}

/** Record failures of a broken orchestrator that is seen from outside, run each again and compare what happened. */
export async function countBlackBoxReplays(wanted: number): Promise<ReplayCount> {
  const mutant = MUTANTS.find(({ id }) => id === MUTANT);
  if (mutant === undefined) throw new Error(`expected the mutant ${MUTANT} in tests/mutants/catalogue.ts`);
  const copy = copyMutant(mutant);
  try {
    const target = { ...loadTarget(REFERENCE), directory: copy.directory };
    const world = await startWorld(target, 'embedded', [COMPONENT]);
    try {
      return await replayAll(world, await record(world, wanted));
    } finally {
      await world.stop();
    }
  } finally {
    copy.remove();
  }
}

async function record(world: World, wanted: number): Promise<readonly RecordedFailure[]> {
  const recorded: RecordedFailure[] = [];
  await exploreAsync<RunRecord>({
    simulate: () => openEdge(world),
    strategy: stopWhen(() => recorded.length >= wanted),
    runs_max: RUNS_MAX,
    failures_max: RUNS_MAX,
    judge({ events, guesses }, { schedule }) {
      const found = judgeEdge(events);
      if (found.length > 0)
        recorded.push({ text: printSchedule(schedule), history: comparable(events), guesses });
      return found.map(({ anomaly, proof }) => ({ anomaly, proof }));
    },
  });
  return recorded;
}

async function replayAll(world: World, recorded: readonly RecordedFailure[]): Promise<ReplayCount> {
  const trial = {
    simulate: () => openEdge(world),
    fails: ({ events }: RunRecord) => judgeEdge(events).length > 0,
  };
  let failing = 0;
  let identical = 0;
  let guessed = 0;
  for (const { text, history, guesses } of recorded) {
    const { fails, run } = await attemptAsync(trial, parseSchedule(text));
    if (fails) failing += 1;
    if (comparable(run.history.events) === history) identical += 1;
    if (guesses + run.history.guesses > 0) guessed += 1;
  }
  return {
    name: 'black box, reference with a fault',
    recorded: recorded.length,
    failing,
    identical,
    guessed,
  };
}

function stopWhen(isEnough: () => boolean) {
  const strategy = portfolio(SEED, { faults_max: 0 });
  return { ...strategy, chooser: (run: number) => (isEnough() ? undefined : strategy.chooser(run)) };
}
