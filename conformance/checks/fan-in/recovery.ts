import type { RequirementId } from '../../../generated/requirements.ts';
import { TOPIC } from '../../../generated/topology.ts';
import type { Profile } from '../../contract/names.ts';
import type { Scene } from '../../harness/scene/scene.ts';
import type { History } from '../../history/events.ts';
import { metadataOf, publishes, runOf } from '../../history/select.ts';
import type { Anomaly, Check } from '../check.ts';
import { judgeOutputs } from '../judging/outputs.ts';
import { deliverAll, parcel, splitLast } from '../recipes/drive.ts';
import { CASCADE, FAN_IN } from '../recipes/orchestrators.ts';
import { type Recipe, subjectOf } from '../recipes/recipe.ts';
import { callsOf, missingCalls, OF_THE_SCHEDULER } from '../subjects/calls.ts';
import { isUnstruck } from '../subjects/faults.ts';
import { judgeTriggers } from './identity.ts';

/** The trigger's publish is refused; redelivery of a completion that is not the last one must send it. */
function refusedTrigger(recipe: Recipe, name: string, requirement: RequirementId, profile: Profile): Check {
  return {
    name,
    situations: ['publish refused, then repeated', 'redelivery after a nack'],
    requirements: [requirement, 'FANIN-009'],
    profile,
    ...subjectOf(recipe),
    needs: ['broker-faults'],
    rounds: 2,
    async run(scene) {
      const inputs = await recipe.inputs(scene, scene.game_date, 1);
      const [earlier, last] = splitLast(inputs);
      await deliverAll(scene, recipe, earlier);
      const fault = scene.fault({ on: 'publish', game_date: scene.game_date, effect: 'refuse' });
      const message_id = `5${scene.game_date.replaceAll('-', '')}`;
      await scene.deliver(parcel(recipe, last, { message_id }));
      fault.lift();
      await deliverAll(scene, recipe, [scene.random.pick([last, ...earlier])]);
      await scene.deliverUntilAcked(parcel(recipe, last, { message_id, attempt: 2 }));
      await scene.settle();
    },
    judge: (history) => [
      ...(isUnstruck(history)
        ? []
        : judgeOutputs(history, recipe.component, { lost: requirement, double: requirement })),
      ...judgeTriggers(history, recipe.component).filter((anomaly) => anomaly.requirement === 'FANIN-009'),
    ],
  };
}

/** Triggers of a first and a second run whose publish failed and whose completions never come again: the sweep sends them. */
function sweep(recipe: Recipe, requirement: RequirementId, profile: Profile): Check {
  return {
    name: `sweep-of-${recipe.receiver}`,
    situations: ['publish refused, then repeated'],
    requirements: [requirement],
    profile,
    ...subjectOf(recipe),
    needs: ['broker-faults'],
    uses: ['sweep'],
    exclusive: true,
    async run(scene) {
      await failPublishes(scene, recipe);
      await scene.requestUntil(
        recipe.component,
        '/sweep',
        { headers: SCHEDULER },
        (status) => status === 200,
      );
      await scene.settle();
    },
    judge: (history) => (isUnstruck(history) ? [] : judgePending(history, recipe, requirement)),
    missing: (history) => missingCalls(history, recipe.component, '/sweep'),
  };
}

/** The instance dies while its publish is under way; the completion is redelivered to the next instance. */
function crash(recipe: Recipe, requirement: RequirementId, profile: Profile): Check {
  return {
    name: `crash-before-publish-of-${recipe.receiver}`,
    situations: ['killed with a delivery in flight', 'delivery after a restart'],
    requirements: [requirement],
    profile,
    ...subjectOf(recipe),
    needs: ['broker-faults', 'restart'],
    exclusive: true,
    async run(scene) {
      const [earlier, last] = splitLast(await recipe.inputs(scene, scene.game_date, 1));
      await deliverAll(scene, recipe, earlier);
      const fault = scene.fault({ on: 'publish', game_date: scene.game_date, effect: 'hang', times: 1 });
      const message_id = `4${scene.game_date.replaceAll('-', '')}`;
      const delivering = scene.deliver(parcel(recipe, last, { message_id }));
      await Promise.race([fault.struck, delivering]);
      await scene.kill(recipe.component);
      fault.lift();
      const answer = await delivering;
      await scene.restart(recipe.component);
      await scene.advanceClock(scene.target.recovery_seconds);
      if (!answer.acked) await scene.deliverUntilAcked(parcel(recipe, last, { message_id, attempt: 2 }));
      await scene.settle();
    },
    judge: (history) =>
      judgeOutputs(history, recipe.component, {
        lost: requirement,
        double: requirement,
        topics: recipe.outputs,
      }),
  };
}

/** The recovery checks of both orchestrators. */
export const RECOVERY: readonly Check[] = [
  refusedTrigger(FAN_IN, 'fan-in-after-a-refused-publish', 'FANIN-007', 'fan-in'),
  refusedTrigger(CASCADE, 'cascade-after-a-refused-publish', 'CASC-015', 'cascade'),
  sweep(FAN_IN, 'FANIN-012', 'fan-in'),
  sweep(CASCADE, 'CASC-006', 'cascade'),
  crash(FAN_IN, 'FANIN-013', 'fan-in'),
  crash(CASCADE, 'CASC-007', 'cascade'),
];

const SCHEDULER = { ...OF_THE_SCHEDULER, 'Content-Type': 'application/json' };

/** Two runs of a date complete while publishes are refused; where second runs are not offered, one. */
async function failPublishes(scene: Scene, recipe: Recipe): Promise<void> {
  const [earlier, last] = splitLast(await recipe.inputs(scene, scene.game_date, 1));
  await deliverAll(scene, recipe, earlier);
  const fault = scene.fault({ on: 'publish', game_date: scene.game_date, effect: 'refuse' });
  await scene.deliver(parcel(recipe, last));
  const second = scene.target.has.runs ? await recipe.inputs(scene, scene.game_date, 2) : [];
  for (const message of second) await scene.deliver(parcel(recipe, message));
  fault.lift();
}

/** After the sweep a missing trigger is lost, whether or not the last completion was acked. */
function judgePending(history: History, recipe: Recipe, requirement: RequirementId): readonly Anomaly[] {
  const triggers = publishes(history, TOPIC.phase4Trigger);
  const doubles = judgeOutputs(history, recipe.component, { double: requirement });
  const sweeps = callsOf(history, recipe.component, '/sweep');
  const last = sweeps.at(-1)?.sequence ?? 0;
  const lost = struckRuns(history).filter((run) => !triggers.some(({ message }) => runOf(message) === run));
  // A trigger that does not say its run is malformed, and not lost.
  const unsaid = triggers.filter(({ message }) => typeof metadataOf(message)['run'] !== 'number').length;
  if (lost.length <= unsaid) return doubles;
  return [
    {
      requirement,
      anomaly: 'lost trigger',
      proof: `The publish of the trigger of run ${lost.join(' and of run ')} was refused when the last completion was delivered, and the broker took publishes again afterwards. ${sweeps.length} calls of POST /sweep (last #${last}) did not send it; without another completion it is never sent.`,
      events: [last],
    },
  ];
}

/** Runs of which a publish was struck when their last completion was delivered, after all others were acked. */
function struckRuns(history: History): readonly number[] {
  const deliveries = history.filter((event) => event.kind === 'delivery');
  const acked = new Set(
    history.flatMap((event) => (event.kind === 'answer' && event.acked ? [event.delivery] : [])),
  );
  const runs = [...new Set(deliveries.map(({ message }) => runOf(message)))];
  return runs.filter((run) => {
    const own = deliveries.filter(({ message }) => runOf(message) === run);
    const from = own.at(-1)?.sequence ?? 0;
    const next = deliveries.find(({ sequence }) => sequence > from)?.sequence ?? Infinity;
    const is_struck = history.some(
      ({ kind, sequence, ...event }) =>
        kind === 'fault' &&
        'change' in event &&
        event.change === 'strikes' &&
        sequence > from &&
        sequence < next,
    );
    return is_struck && own.slice(0, -1).every(({ sequence }) => acked.has(sequence));
  });
}
