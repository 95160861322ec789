import { CHECKS } from '../checks/all.ts';
import type { CloudKind } from '../harness/world/cloud.ts';
import { startWorld, type World } from '../harness/world/world.ts';
import { COMPONENT_NAMES, type ComponentName } from '../requirements/names.ts';
import type { Selected } from '../requirements/selection.ts';
import type { Target } from '../targets/description.ts';
import { TargetUnavailableError } from '../targets/start.ts';
import { obstacleOf } from './applicability.ts';
import { type Case, type CaseRun, type Exploring, planCases, runCases } from './run-cases.ts';
import { judgeRuns, type RequirementVerdict } from './verdict.ts';

/** What a run is about. */
export interface JudgeOptions {
  readonly target: Target;
  readonly cloud: CloudKind;
  readonly seed: number;
  readonly selected: Selected;
  readonly exploring?: Exploring;
  /** Told when the world can be stopped, so that an interruption leaves nothing behind. */
  readonly onCleanup: (stop: () => Promise<void>) => void;
  readonly onReady: (cases: number, components: readonly string[]) => void;
  readonly onDone: (run: CaseRun) => void;
}

/** What came of a run. */
export interface Judgement {
  readonly verdicts: readonly RequirementVerdict[];
  readonly runs: readonly CaseRun[];
  readonly world: World | null;
  readonly duration_ms: number;
}

/**
 * Judge a target: start what is needed, run the cases, judge their histories.
 *
 * @throws {TargetUnavailableError} when a component does not start, or ends while it is judged.
 */
export async function judge(options: JudgeOptions): Promise<Judgement> {
  const started_ms = Date.now();
  const { target, cloud, selected } = options;
  const runnable = selected.checks.filter((check) => obstacleOf(check, target, cloud) === undefined);
  const cases = planCases(CHECKS, runnable);
  if (cases.length === 0) {
    const verdicts = judgeRuns(selected.requirements, [], target, cloud);
    return { verdicts, runs: [], world: null, duration_ms: Date.now() - started_ms };
  }
  const components = neededComponents(cases);
  const world = await startWorld(target, cloud, components, options.onCleanup);
  options.onReady(cases.length, components);
  try {
    const runs = await runCases(world, cases, options.seed, options.onDone, options.exploring);
    await world.observation.settle();
    const crashed = world.crashed();
    if (crashed.length > 0) {
      const [first = ''] = crashed;
      const words = world
        .component(first.split(' ')[0] ?? '')
        .output()
        .slice(-6)
        .join(' | ');
      throw new TargetUnavailableError(
        `${crashed.join('; ')} while it was judged; its last words: ${words || 'none'}`,
      );
    }
    const verdicts = judgeRuns(selected.requirements, runs, target, cloud);
    return { verdicts, runs, world, duration_ms: Date.now() - started_ms };
  } finally {
    await world.stop();
  }
}

function neededComponents(cases: readonly Case[]): readonly ComponentName[] {
  return COMPONENT_NAMES.filter((name) => cases.some(({ check }) => check.components.includes(name)));
}
