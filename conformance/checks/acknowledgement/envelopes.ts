import { changeMessage } from '../../harness/messages/build.ts';
import type { History, Payload } from '../../history/events.ts';
import { answerTo, deliveries } from '../../history/select.ts';
import type { Anomaly, Check } from '../check.ts';
import { judgeRefused, marker, statusOf } from '../judging/answers.ts';
import { listed } from '../judging/cite.ts';
import { judgeOutputs } from '../judging/outputs.ts';
import { deliverAll, parcel, splitLast } from '../recipes/drive.ts';
import { type Recipe, subjectOf } from '../recipes/recipe.ts';

/** Attributes that no receiver knows; then an envelope with nothing but the message and its id. */
export function sparseEnvelopes(recipe: Recipe): Check {
  return {
    name: `envelopes-to-${recipe.receiver}`,
    requirements: ['ACK-011', 'ACK-012'],
    profile: 'message',
    ...subjectOf(recipe),
    async run(scene) {
      const inputs = await recipe.inputs(scene, scene.game_date, 1);
      for (const message of inputs) {
        await scene.deliverUntilAcked(parcel(recipe, message, { attributes: UNKNOWN_ATTRIBUTES }));
      }
      await scene.settle();
      scene.mark(SPARSE, 'the same messages follow in envelopes with nothing but data and messageId');
      for (const [index, message] of inputs.entries()) {
        const message_id = `6${scene.game_date.replaceAll('-', '')}${index}`;
        await scene.deliverUntilAcked(
          parcel(recipe, message, {
            form: 'push_envelope',
            message_id,
            http_body: sparseEnvelope(message, message_id),
          }),
        );
      }
      await scene.settle();
    },
    judge(history) {
      const moment = marker(history, SPARSE)?.sequence ?? Number.POSITIVE_INFINITY;
      const before = history.filter(({ sequence }) => sequence < moment);
      const after = history.filter(({ sequence }) => sequence > moment);
      return [
        ...judgeRefused(before, recipe.component, 'ACK-011'),
        ...judgeOutputs(before, recipe.component, { lost: 'ACK-011', topics: recipe.outputs }),
        ...judgeRefused(after, recipe.component, 'ACK-012'),
      ];
    },
  };
}

/** One invalid message at each of its delivery attempts, between valid ones that must get through. */
export function poison(recipe: Recipe): Check {
  return {
    name: `poison-message-to-${recipe.receiver}`,
    situations: ['invalid before valid'],
    requirements: ['ACK-013'],
    profile: 'message',
    ...subjectOf(recipe),
    async run(scene) {
      const [earlier, last] = splitLast(await recipe.inputs(scene, scene.game_date, 1));
      const message_id = `7${scene.game_date.replaceAll('-', '')}`;
      const poisoned = (attempt: number) =>
        scene.deliver(parcel(recipe, last, { ...unusable(last), message_id, attempt }));
      await poisoned(1);
      await deliverAll(scene, recipe, earlier);
      await poisoned(2);
      await deliverAll(scene, recipe, [last]);
      for (const attempt of [3, 4, 5]) await poisoned(attempt);
      await scene.settle();
    },
    judge: (history) => judgePoison(history, recipe),
  };
}

/** Judge that a message which was refused once is refused at every attempt, and that the others got through. */
function judgePoison(history: History, recipe: Recipe): readonly Anomaly[] {
  const attempts = deliveries(history, recipe.component).filter(({ defect }) => defect !== null);
  const taken = attempts.flatMap((delivery) => {
    const answer = answerTo(history, delivery);
    return answer?.acked === true ? [{ delivery, answer }] : [];
  });
  const swallowed = taken.slice(0, 1).map(
    ({ delivery, answer }): Anomaly => ({
      requirement: 'ACK-013',
      anomaly: 'swallowed message',
      proof: `${recipe.component} was given one message with ${delivery.defect} ${attempts.length} times (${listed(
        'Delivery',
        attempts.map(({ sequence }) => sequence),
      )}); attempt ${delivery.attempt} was answered ${statusOf(answer)} (#${answer.sequence}), which is an ack. Its dead letter is lost.`,
      events: [delivery.sequence, answer.sequence],
    }),
  );
  const blocked = [
    ...judgeRefused(history, recipe.component, 'ACK-013'),
    ...judgeOutputs(history, recipe.component, { lost: 'ACK-013', topics: recipe.outputs }),
  ].map(
    (found): Anomaly => ({
      ...found,
      anomaly: 'poison loop',
      proof: `Between the attempts of an invalid message: ${found.proof}`,
    }),
  );
  return [...swallowed, ...blocked];
}

const SPARSE = 'sparse envelopes';

const UNKNOWN_ATTRIBUTES = { attribute_of_a_later_version: 'x', googclient_schemarevisionid: '1' };

function sparseEnvelope(message: Payload, messageId: string): string {
  const data = Buffer.from(JSON.stringify(message), 'utf8').toString('base64');
  return JSON.stringify({ message: { data, messageId } });
}

function unusable(message: Payload): { readonly message: Payload; readonly defect: string } {
  return {
    message: changeMessage(message, { game_date: 'TODAY', execution_id: null, timestamp: null }),
    defect: 'no execution_id, no timestamp and game_date "TODAY"',
  };
}
