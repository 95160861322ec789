import type { RequirementId } from '../../../generated/requirements.ts';
import type { FaultRule } from '../../harness/faults/faults.ts';
import type { AnswerEvent, History } from '../../history/events.ts';
import { answerTo, deliveries } from '../../history/select.ts';
import type { Anomaly, Check, Control } from '../check.ts';
import { judgeNacks, marker, missingNacks } from '../judging/answers.ts';
import { judgeOutputs } from '../judging/outputs.ts';
import { deliverOnce, deliverTogether, parcel, splitLast } from '../recipes/drive.ts';
import { type Recipe, subjectOf } from '../recipes/recipe.ts';
import type { SituationName } from '../situations/all.ts';
import { awaitStrike, isUnstruck } from '../subjects/faults.ts';

/** The broker refuses every publish for the date; when it takes them again, redelivery must bring them. */
export function refusedPublish(recipe: Recipe): Check {
  return outage(recipe, {
    name: `refused-publish-of-${recipe.receiver}`,
    requirement: 'ACK-005',
    control: 'broker-faults',
    situations: ['publish refused, then repeated', 'redelivery after a nack'],
    rule: (game_date) => ({ on: 'publish', game_date, effect: 'refuse' }),
  });
}

/** The broker takes two of three messages of one delivery and refuses the third: it must come, and alone. */
export function refusedThirdPublish(recipe: Recipe): Check {
  return outage(recipe, {
    name: `refused-third-publish-of-${recipe.component}`,
    requirement: 'ACK-005',
    control: 'broker-faults',
    situations: ['publish refused, then repeated', 'redelivery after a nack'],
    rule: (game_date) => ({ on: 'publish', game_date, effect: 'refuse', after: 2 }),
  });
}

/** The store refuses every commit for the date; when it takes them again, redelivery must complete the work. */
export function refusedCommit(recipe: Recipe): Check {
  return outage(recipe, {
    name: `refused-commit-of-${recipe.receiver}`,
    requirement: 'ACK-006',
    control: 'store-faults',
    situations: ['store refused, then recovered', 'redelivery after a nack'],
    rule: (game_date) => ({ on: 'commit', game_date, effect: 'refuse' }),
  });
}

function outage(
  recipe: Recipe,
  options: {
    readonly name: string;
    readonly requirement: RequirementId;
    readonly control: Control;
    readonly situations: readonly SituationName[];
    rule(game_date: string): FaultRule;
  },
): Check {
  return {
    name: options.name,
    situations: options.situations,
    requirements: [options.requirement, 'ACK-014'],
    profile: 'message',
    ...subjectOf(recipe),
    needs: [...recipe.needs, options.control],
    async run(scene) {
      const inputs = await recipe.inputs(scene, scene.game_date, 1);
      const fault = scene.fault(options.rule(scene.game_date));
      const redeliver = await deliverOnce(scene, recipe, inputs, () =>
        String(700_000_000 + scene.random.below(1e8)),
      );
      fault.lift();
      await redeliver();
      await scene.settle();
    },
    judge: (history) => [
      ...(isUnstruck(history)
        ? []
        : judgeOutputs(history, recipe.component, {
            lost: options.requirement,
            double: options.requirement,
            topics: recipe.outputs,
          })),
      ...judgeNacks(history, recipe.component),
    ],
    missing: (history, id) => (id === 'ACK-014' ? missingNacks(history, recipe.component) : undefined),
  };
}

/** The broker takes the message and its answer is lost: what is sent again must be recognisable as the same. */
export function lostAnswer(recipe: Recipe): Check {
  return {
    name: `lost-publish-answer-of-${recipe.receiver}`,
    situations: ['publish of unknown outcome'],
    requirements: ['ACK-009'],
    profile: 'message',
    ...subjectOf(recipe),
    needs: [...recipe.needs, 'broker-faults'],
    async run(scene) {
      const inputs = await recipe.inputs(scene, scene.game_date, 1);
      const fault = scene.fault({
        on: 'publish',
        game_date: scene.game_date,
        effect: 'lose_answer',
        times: 2,
      });
      await deliverTogether(
        scene,
        inputs.map((message) => parcel(recipe, message)),
      );
      fault.lift();
      await scene.settle();
    },
    judge: (history) =>
      isUnstruck(history)
        ? []
        : judgeOutputs(history, recipe.component, {
            lost: 'ACK-009',
            double: 'ACK-009',
            topics: recipe.outputs,
          }),
  };
}

/** A publish that the broker has not confirmed yet: nobody may have acked what it is about. */
export function heldPublish(recipe: Recipe): Check {
  return {
    name: `unconfirmed-publish-of-${recipe.receiver}`,
    situations: ['publish held back'],
    requirements: ['ACK-001'],
    profile: 'message',
    ...subjectOf(recipe),
    needs: [...recipe.needs, 'broker-faults'],
    async run(scene) {
      const inputs = await recipe.inputs(scene, scene.game_date, 1);
      const fault = scene.fault({ on: 'publish', game_date: scene.game_date, effect: 'hold' });
      const delivering = inputs.map((message, index) =>
        scene.deliver(parcel(recipe, message, { message_id: messageId(scene.game_date, index) })),
      );
      if (await awaitStrike(scene, `a publish that names ${scene.game_date}`)) {
        await proveAlive(scene, recipe);
        scene.mark(
          'unconfirmed',
          'the component has answered other requests, and its publish is still unconfirmed',
        );
      }
      fault.lift();
      const answers = await Promise.all(delivering);
      await deliverTogether(
        scene,
        inputs.flatMap((message, index) =>
          answers[index]?.acked === true
            ? []
            : [parcel(recipe, message, { message_id: messageId(scene.game_date, index), attempt: 2 })],
        ),
      );
      await scene.settle();
    },
    judge: (history) =>
      isUnstruck(history)
        ? []
        : [
            ...judgeEarlyAck(history, recipe),
            ...judgeOutputs(history, recipe.component, { lost: 'ACK-001', topics: recipe.outputs }),
          ],
  };
}

/**
 * A commit that the store has not made yet: the delivery that needs it may not be acked, nor a duplicate that comes
 * between its read and its commit.
 */
export function heldCommit(recipe: Recipe): Check {
  return {
    name: `uncommitted-state-of-${recipe.receiver}`,
    is_silent: true,
    situations: ['commit held back', 'duplicate between read and commit'],
    requirements: ['ACK-001'],
    profile: 'message',
    ...subjectOf(recipe),
    needs: [...recipe.needs, 'store-faults'],
    async run(scene) {
      const [, message] = splitLast(await recipe.inputs(scene, scene.game_date, 1));
      const fault = scene.fault({ on: 'commit', game_date: scene.game_date, effect: 'hold' });
      const first = scene.deliver(parcel(recipe, message));
      const is_held = await awaitStrike(scene, `a commit that names ${scene.game_date}`);
      const duplicate = scene.deliver(parcel(recipe, message));
      if (is_held) {
        await proveAlive(scene, recipe);
        scene.mark(
          'uncommitted',
          'the component has answered other requests, and its commit is still not made',
        );
      }
      fault.lift();
      const answers = await Promise.all([first, duplicate]);
      if (!answers.every(({ acked }) => acked)) await scene.deliverUntilAcked(parcel(recipe, message));
      await scene.settle();
    },
    judge: (history) => (isUnstruck(history) ? [] : judgeUncommitted(history, recipe)),
  };
}

/** Only answers to the message whose commit is held back count; what the judge asks meanwhile is no part of it. */
function judgeUncommitted(history: History, recipe: Recipe): readonly Anomaly[] {
  const moment = marker(history, 'uncommitted');
  const begun = history.find((event) => event.kind === 'fault' && event.change === 'begins');
  if (moment === undefined || begun === undefined) return [];
  return deliveries(history, recipe.component).flatMap((delivery): readonly Anomaly[] => {
    const answer = answerTo(history, delivery);
    if (delivery.defect !== null || delivery.topic !== recipe.topic || answer?.acked !== true) return [];
    if (delivery.sequence < begun.sequence || answer.sequence > moment.sequence) return [];
    return [earlyAck(answer, moment.sequence, 'the commit that remembers it was not made yet')];
  });
}

function judgeEarlyAck(history: History, recipe: Recipe): readonly Anomaly[] {
  const moment = marker(history, 'unconfirmed');
  if (moment === undefined) return [];
  const until = history.filter((event) => event.sequence < moment.sequence);
  // Whatever is due at this moment is held back by the judge, so its deliveries were acked too early.
  return judgeOutputs(until, recipe.component, { lost: 'ACK-001', ended: false, topics: recipe.outputs }).map(
    (lost) => ({
      ...lost,
      anomaly: 'early ack',
      proof: `Deliveries ${lost.events.map((sequence) => `#${sequence}`).join(', ')} were acked while the broker had not confirmed the publish that they oblige to (held until #${moment.sequence}). An instance that dies now loses the message.`,
      events: [...lost.events, moment.sequence],
    }),
  );
}

function earlyAck(answer: AnswerEvent, moment: number, why: string): Anomaly {
  return {
    requirement: 'ACK-001',
    anomaly: 'early ack',
    proof: `Delivery #${answer.delivery} was acked (#${answer.sequence}) while ${why} (held until #${moment}). An instance that dies now forgets the message.`,
    events: [answer.delivery, answer.sequence, moment],
  };
}

/** Three full round trips to the component: whatever it meant to answer at once, it has answered. */
async function proveAlive(scene: Parameters<Check['run']>[0], recipe: Recipe): Promise<void> {
  for (let trip = 0; trip < 3; trip++) {
    await scene.deliver(
      parcel(recipe, {}, { data: 'no JSON', message: null, defect: 'data that is no JSON' }),
    );
  }
}

function messageId(game_date: string, index: number): string {
  return `6${game_date.replaceAll('-', '')}${index}`;
}
