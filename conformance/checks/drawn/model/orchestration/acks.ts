import type { RequirementId } from '../../../../../generated/requirements.ts';
import type { ComponentName } from '../../../../contract/names.ts';
import type { History } from '../../../../history/events.ts';
import { deliveries, publishes } from '../../../../history/select.ts';
import type { Anomaly } from '../../../check.ts';
import { outputKey } from '../../../identifying/keys.ts';
import { owedBy } from '../../../owed/owed.ts';
import { answersOf } from './inputs.ts';

/**
 * Judge that what is owed was published before the last ack that made it due, where nothing else was in hand that could have
 * been publishing it. What comes only with a later sweep or redelivery was acked too early.
 */
export function judgeAcks(
  history: History,
  component: ComponentName,
  requirement: RequirementId,
): readonly Anomaly[] {
  const answers = answersOf(history);
  const first_acks = firstAcks(history, component, answers);
  const made = publishes(history).map((event) => ({
    event,
    key: `${event.topic} ${outputKey(history, event)}`,
  }));
  return owedBy(history, component).flatMap((debt): readonly Anomaly[] => {
    if (!debt.due) return [];
    const acked_at = Math.max(...debt.causes.map((cause) => first_acks.get(cause) ?? Infinity));
    const published = made.find(({ key }) => key === `${debt.topic} ${debt.key}`)?.event;
    if (published === undefined || published.sequence < acked_at || isBusy(history, component, acked_at))
      return [];
    return [
      {
        requirement,
        anomaly: 'early ack',
        proof: `Everything that obliges to publish ${debt.key} to ${debt.topic} was acked by #${acked_at}, and nothing else was in hand; it was published only by #${published.sequence}. Had nothing come in between, it would be lost.`,
        events: [...debt.causes, acked_at, published.sequence],
      },
    ];
  });
}

/** Sequences of answers that acked, by the sequence of their delivery. */
function firstAcks(
  history: History,
  component: string,
  answers: ReturnType<typeof answersOf>,
): ReadonlyMap<number, number> {
  return new Map(
    deliveries(history, component).flatMap(({ sequence }) => {
      const answer = answers.get(sequence);
      return answer?.acked === true ? [[sequence, answer.sequence]] : [];
    }),
  );
}

/** Whether a delivery or a call was without an answer at a moment. */
function isBusy(history: History, component: string, at: number): boolean {
  const closed = new Map(
    history.flatMap((event) => {
      if (event.kind === 'answer') return [[event.delivery, event.sequence]];
      return event.kind === 'response' ? [[event.request, event.sequence]] : [];
    }),
  );
  return history.some(
    (event) =>
      (event.kind === 'delivery' || event.kind === 'request') &&
      event.component === component &&
      event.sequence < at &&
      (closed.get(event.sequence) ?? Infinity) > at,
  );
}
