import type { ComponentName, Profile } from '../../contract/names.ts';
import type { FaultName } from '../../exploration/schedule/faults.ts';
import type { ExploredRun, SceneExploration } from '../../harness/exploring/exploration.ts';
import type { StagedMessage } from '../../harness/exploring/staged.ts';
import { type Scene, SceneStuckError } from '../../harness/scene/scene.ts';
import type { History } from '../../history/events.ts';
import { publishes } from '../../history/select.ts';
import type { Anomaly, Check, Control } from '../check.ts';
import { outputKey, outputTopics } from '../identifying/keys.ts';
import { judgeShape } from '../judging/shape.ts';
import type { SituationName } from '../situations/all.ts';
import { missingCalls } from '../subjects/calls.ts';
import { versionsSentBy } from '../versions/sent.ts';
import { judgeExplored, judgeExploredRun, type RunPromises, requirementsOf } from './judge.ts';

/** A situation whose schedules are explored. */
export interface Situation {
  readonly name: string;
  readonly profile: Profile;
  /** Whose calls are parked. */
  readonly component: ComponentName;
  /** The component itself and whatever must work before it. */
  readonly components: readonly ComponentName[];
  readonly needs?: readonly Control[];
  readonly promises: RunPromises;
  /** Moments that must come about in at least one of its runs; reports count them. */
  readonly situations?: readonly SituationName[];
  readonly faults: readonly FaultName[];
  readonly rounds: number;
  readonly runs_max: number;
  readonly search?: SceneExploration['search'];
  readonly runs_at_once?: number;
  /** How many instances take the deliveries by turns. Default 1. */
  readonly replicas?: number;
  /** Nobody else may use the component, since it is killed. */
  readonly is_alone?: boolean;
  /** How many different messages a whole run publishes. */
  readonly owes: number;
  readonly schedule?: SceneExploration['schedule'];
  /** What all runs of a case have in common, such as an order; then the preparation of each. */
  begin(scene: Scene): Preparation;
  /** More that can be wrong with a run. */
  judgeMore?(run: History): readonly Anomaly[];
  /** What looks wrong and is not. */
  excuses?(run: History, anomaly: Anomaly): boolean;
}

/** How the runs of one case are prepared. */
export interface Preparation {
  /** Brings a new date to the point that matters, and gives what then goes step by step. */
  prepare(run: ExploredRun): Promise<readonly StagedMessage[]>;
  /** Does the same with a date that nobody disturbs, to its end. */
  sentinel(game_date: string): Promise<void>;
}

/** After these a run waits until the lease of a delivery is over. */
const LONG: readonly FaultName[] = ['no_answer', 'zombie'];

/** Make the check that explores a situation. */
export function exploringCheck(situation: Situation): Check {
  const { promises, component, replicas = 1, is_alone = false, needs = [] } = situation;
  const judge: Check['judge'] = (history) => [
    ...judgeExploredRun(history, component, promises).filter(
      (anomaly) => situation.excuses?.(history, anomaly) !== true,
    ),
    ...(situation.judgeMore?.(history) ?? []),
  ];
  return {
    name: situation.name,
    requirements: requirementsOf(promises),
    profile: situation.profile,
    ...(promises.topics === undefined ? {} : { outputs: promises.topics }),
    components: situation.components,
    situations: situation.situations ?? [],
    ...(replicas === 1 ? {} : { replicas: [component] }),
    needs: ['interleavings', ...needs, ...(is_alone ? (['restart'] as const) : [])],
    rounds: situation.rounds,
    ...(is_alone ? { exclusive: true } : {}),
    is_long: situation.faults.some((fault) => LONG.includes(fault)),
    async run(scene) {
      const { prepare, sentinel } = situation.begin(scene);
      let is_hopeless = false;
      await scene.explore({
        component,
        faults: situation.faults,
        runs_max: situation.runs_max,
        search: situation.search ?? 'portfolio',
        replicas,
        is_alone,
        runs_at_once: situation.runs_at_once ?? 1,
        prepare,
        isWhole: (history) => countOutputs(history, situation) >= situation.owes,
        ...(situation.schedule === undefined ? {} : { schedule: situation.schedule }),
        async sentinel(game_date) {
          // Where one set got nothing, another would show nothing more.
          if (is_hopeless) return;
          scene.claimDate(game_date);
          await sentinel(game_date);
          is_hopeless = !(await comes(scene, situation, game_date));
        },
        judge,
        isRemarkable: (history) => judgeShape(history, versionsSentBy(scene.target)).length > 0,
      });
    },
    judge: (history) => judgeExplored(history, judge),
    missing: (history, id) =>
      id === promises.swept ? missingCalls(history, component, '/sweep') : undefined,
  };
}

async function comes(scene: Scene, situation: Situation, game_date: string): Promise<boolean> {
  const isThere = (history: History): boolean => {
    const own = history.filter(({ marks }) => marks.includes(game_date));
    return countOutputs(own, situation) >= situation.owes;
  };
  try {
    await scene.await('what the sentinel date owes', isThere);
    return true;
  } catch (error) {
    if (error instanceof SceneStuckError) return false;
    throw error;
  }
}

function countOutputs(history: History, { component, promises }: Situation): number {
  const topics = promises.topics ?? outputTopics(component);
  const own = publishes(history).filter(({ topic }) => topics.includes(topic));
  return new Set(own.map((message) => `${message.topic} ${outputKey(history, message)}`)).size;
}
