import { TOPIC } from '../../../generated/topology.ts';
import { buildMessage } from '../../harness/messages/build.ts';
import type { Scene } from '../../harness/scene/scene.ts';
import type { Payload } from '../../history/events.ts';
import { publishes, text } from '../../history/select.ts';
import type { Anomaly, Check } from '../check.ts';
import { judgeRefused, marker } from '../judging/answers.ts';
import { every, judgeOutputs } from '../judging/outputs.ts';
import { counts, dateAndRun, requiredBy } from '../owed/names.ts';
import { deliverAll, deliverTogether, parcel } from '../recipes/drive.ts';
import { WORKER } from '../recipes/phase-5.ts';
import { PHASE_2, PHASE_3, PHASE_4, scrape } from '../recipes/phases.ts';
import type { Recipe } from '../recipes/recipe.ts';

/** One raw table after the other, in a random order: each analytics processor runs when its last table is ready. */
export const TABLE_BY_TABLE: Check = {
  name: 'analytics-table-by-table',
  requirements: ['IDEM-002'],
  profile: 'phase-3',
  components: PHASE_3.components,
  needs: [],
  rounds: 2,
  async run(scene) {
    const completions = scene.random.shuffle(await scrape(scene, scene.game_date, 1));
    for (const completion of completions) {
      await deliverAll(scene, PHASE_2, [completion]);
      const { held } = await scene.flow({
        hold: [TOPIC.phase2RawComplete, TOPIC.phase1ScrapersComplete],
      });
      for (const raw of held.filter(({ topic }) => topic === TOPIC.phase2RawComplete)) {
        await deliverAll(scene, PHASE_3, [raw.message ?? {}]);
      }
    }
    await scene.settle();
  },
  judge: (history) => judgeOutputs(history, 'phase3-analytics', every('IDEM-002')),
};

/** A trigger for a date without any table: the run finds nothing, and must say so. */
export const EMPTY_RUN: Check = {
  name: 'run-without-records',
  requirements: ['LIVE-002'],
  profile: 'phase-4',
  components: ['phase4-precompute'],
  needs: [],
  async run(scene) {
    await deliverAll(scene, PHASE_4, [triggerOfNothing(scene)]);
    await scene.settle();
  },
  judge: (history) => [
    ...judgeRefused(history, 'phase4-precompute', 'LIVE-002'),
    ...judgeOutputs(history, 'phase4-precompute', { lost: 'LIVE-002' }),
  ],
};

/** The same date empty first and filled later: the later run must not be taken for a duplicate. */
export const EMPTY_THEN_FULL: Check = {
  name: 'empty-first-full-later',
  requirements: ['IDEM-007'],
  profile: 'phase-4',
  components: PHASE_4.components,
  needs: [],
  async run(scene) {
    await deliverAll(scene, PHASE_4, [triggerOfNothing(scene)]);
    await scene.settle();
    scene.mark('empty', 'the date had no tables; now they are filled, and the level is triggered again');
    await deliverAll(scene, PHASE_4, await PHASE_4.inputs(scene, scene.game_date, 1));
    await scene.settle();
  },
  judge(history) {
    const moment = marker(history, 'empty');
    const before = publishes(history).filter(({ sequence }) => sequence < (moment?.sequence ?? 0));
    // A program that needs no table had a full run at the first trigger, and the later one is its duplicate.
    if (before.some(({ topic, message }) => topic === TOPIC.phase4ProcessorComplete && counts(message)))
      return [];
    const later = history.filter((event) => event.sequence > (moment?.sequence ?? 0));
    const counted = later.filter((event) => event.kind !== 'publish' || counts(event.message));
    return judgeOutputs(counted, 'phase4-precompute', { lost: 'IDEM-007' });
  },
};

/** The same date in a second run after the first: new work, whose key is not that of the first. */
export const SECOND_RUN: Check = {
  name: 'precompute-of-two-runs',
  situations: ['two runs of a date'],
  requirements: ['IDEM-004'],
  uses: ['runs'],
  profile: 'phase-4',
  components: PHASE_4.components,
  needs: [],
  async run(scene) {
    for (const run of [1, 2]) {
      await deliverAll(scene, PHASE_4, await PHASE_4.inputs(scene, scene.game_date, run));
      await scene.settle();
    }
  },
  judge: (history) =>
    [PHASE_3, PHASE_4].flatMap(({ component, outputs }) =>
      judgeOutputs(history, component, { lost: 'IDEM-004', double: 'IDEM-004', topics: outputs }),
    ),
};

function triggerOfNothing(scene: Scene): Payload {
  const execution_id = scene.id();
  return buildMessage('Phase4Trigger', {
    game_date: scene.game_date,
    execution_id,
    correlation_id: scene.id(),
    metadata: { run: 1, level: 1, processors: ['team_defense_zone_analysis'] },
  });
}

/** The instances of three phases die while their results are on the way; after the lease the work is taken over. */
export const CRASH: Check = crashOf('crash-in-the-middle-of-the-work', [PHASE_4, PHASE_3, PHASE_2]);

/** The worker dies while its result is on the way. */
export const PREDICTION_CRASH: Check = crashOf('crash-in-the-middle-of-a-prediction', [WORKER]);

/** @param recipes those that die; the components of the first one do the work of all */
function crashOf(name: string, recipes: readonly [Recipe, ...Recipe[]]): Check {
  const [{ components, needs }] = recipes;
  return {
    name,
    situations: ['killed with a delivery in flight', 'delivery after a restart'],
    requirements: ['IDEM-006'],
    profile: 'message',
    components,
    needs: [...new Set([...needs, 'broker-faults', 'restart'] as const)],
    exclusive: true,
    async run(scene) {
      const victims: Victim[] = [];
      for (const recipe of recipes) {
        const game_date = scene.anotherDate();
        victims.push({ recipe, game_date, inputs: await recipe.inputs(scene, game_date, 1) });
      }
      const redeliver = await Promise.all(victims.map((victim) => crash(scene, victim)));
      await Promise.all(redeliver.map((again) => again()));
      await scene.settle();
    },
    judge: (history) =>
      recipes.flatMap((recipe) =>
        judgeOutputs(history, recipe.component, {
          lost: 'IDEM-006',
          double: 'IDEM-006',
          topics: recipe.outputs,
        }),
      ),
  };
}

interface Victim {
  readonly recipe: Recipe;
  readonly game_date: string;
  readonly inputs: readonly Payload[];
}

/** Kills a component while its publishes hang; returns what delivers the unacked messages to the next instance. */
async function crash(scene: Scene, { recipe, game_date, inputs }: Victim): Promise<() => Promise<void>> {
  const fault = scene.fault({ on: 'publish', game_date, effect: 'hang' });
  const parcels = inputs.map((message, index) =>
    parcel(recipe, message, { message_id: `2${game_date.replaceAll('-', '')}${index}` }),
  );
  const delivering = parcels.map((one) => scene.deliver(one));
  await Promise.race([fault.struck, Promise.all(delivering)]);
  await scene.kill(recipe.component);
  fault.lift();
  const answers = await Promise.all(delivering);
  await scene.restart(recipe.component);
  const unacked = parcels.filter((_, index) => answers[index]?.acked !== true);
  return () =>
    deliverTogether(
      scene,
      unacked.map((one) => ({ ...one, attempt: 2 })),
    );
}

/** A raw completion for a date whose tables were never loaded: acked, and nothing runs. */
export const UNKNOWN_TABLES: Check = {
  name: 'analytics-of-a-date-without-tables',
  is_silent: true,
  requirements: ['IDEM-002'],
  profile: 'phase-3',
  components: ['phase3-analytics'],
  needs: [],
  async run(scene) {
    const message = buildMessage('RawCompletion', {
      game_date: scene.game_date,
      processor_name: 'nbac_schedule_games',
      output_table: 'nbac_schedule_games',
      execution_id: scene.id(),
      correlation_id: scene.id(),
      metadata: { run: 1, upstream: [] },
    });
    await deliverAll(scene, PHASE_3, [message, message]);
    await scene.settle();
  },
  judge: (history) => [
    ...judgeRefused(history, 'phase3-analytics', 'IDEM-002'),
    ...publishes(history, TOPIC.phase3AnalyticsComplete).map(
      (event): Anomaly => ({
        requirement: 'IDEM-002',
        anomaly: 'phantom completion',
        proof: `#${event.sequence} published ${text(event.message, 'processor_name')} of ${dateAndRun(event.message)}; it requires ${requiredBy('phase_3_analytics', text(event.message, 'processor_name')).join(', ')}, of which only nbac_schedule_games was ever reported.`,
        events: [event.sequence],
      }),
    ),
  ],
};
