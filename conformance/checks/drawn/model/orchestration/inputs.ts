import { canonicalProcessorName } from '../../../../../generated/registry.ts';
import { type MessageName, validate } from '../../../../../generated/validation.ts';
import type { AnswerEvent, DeliveryEvent, History, Payload } from '../../../../history/events.ts';
import { deliveries, text } from '../../../../history/select.ts';
import type { Anomaly } from '../../../check.ts';
import { statusOf } from '../../../judging/answers.ts';
import type { RegistryPhase } from '../../../owed/names.ts';

/** Which messages a receiver must take: those of this schema whose processor_name is one of the phase. */
export interface Door {
  readonly component: string;
  readonly message: MessageName;
  /** null where any sender will do. */
  readonly phase: RegistryPhase | null;
}

/** Say why the contract wants a message refused; undefined for one that must be taken. */
export function refusalOf(
  door: Pick<Door, 'message' | 'phase'>,
  message: Payload,
): 'schema' | 'processor' | undefined {
  if (validate(door.message, 'receive', message).length > 0) return 'schema';
  const name = text(message, 'processor_name');
  return door.phase === null || canonicalProcessorName(door.phase, name) !== undefined
    ? undefined
    : 'processor';
}

/** Index the answers of a history by their deliveries. */
export function answersOf(history: History): ReadonlyMap<number, AnswerEvent> {
  return new Map(history.flatMap((event) => (event.kind === 'answer' ? [[event.delivery, event]] : [])));
}

/** Judge that what the contract wants refused was nacked, with 400 where the component can choose. */
export function judgeDoor(history: History, door: Door): readonly Anomaly[] {
  return judgeRefusals(history, door.component, ({ message }) =>
    message === null ? 'schema' : refusalOf(door, message),
  );
}

/** The same for a receiver that has reasons of its own to refuse a delivery. */
export function judgeRefusals(
  history: History,
  component: string,
  reasonOf: (delivery: DeliveryEvent) => 'schema' | 'processor' | undefined,
): readonly Anomaly[] {
  const answers = answersOf(history);
  return deliveries(history, component).flatMap((delivery): readonly Anomaly[] => {
    const answer = answers.get(delivery.sequence);
    const why = reasonOf(delivery);
    return answer === undefined || why === undefined ? [] : judgeRefusal(delivery, answer, why);
  });
}

function judgeRefusal(
  delivery: DeliveryEvent,
  answer: AnswerEvent,
  why: 'schema' | 'processor',
): readonly Anomaly[] {
  const events = [delivery.sequence, answer.sequence];
  const name = JSON.stringify(text(delivery.message, 'processor_name'));
  const what =
    why === 'processor'
      ? `a completion of ${name}, which the registry does not have for this phase`
      : 'a message that breaks its schema';
  const told = `#${delivery.sequence} brought ${delivery.component} ${what}; it was answered ${statusOf(answer)} (#${answer.sequence})`;
  if (answer.acked) {
    const proof = `${told}, which is an ack. The contract wants it nacked, so that an operator finds it among the dead letters.`;
    return [
      {
        requirement: why === 'processor' ? 'ACK-003' : 'ACK-002',
        anomaly: 'swallowed message',
        proof,
        events,
      },
    ];
  }
  if (answer.status === 400 || answer.status === null) return [];
  return [{ requirement: 'ACK-007', anomaly: 'wrong answer', proof: `${told} instead of 400.`, events }];
}
