import type { RequirementId } from '../../../generated/requirements.ts';
import type { AnswerEvent, DeliveryEvent, History, Json, MarkerEvent } from '../../history/events.ts';
import { answerTo, deliveries, publishes, responseTo, text } from '../../history/select.ts';
import type { Anomaly, Missing } from '../check.ts';

/**
 * Judge that every readable message was acked in the end; a message that never was is refused. One that was nacked last while the
 * component had in hand what it then took is not: it was told to come again, and on a slow machine nobody brought it in time.
 */
export function judgeRefused(
  history: History,
  component: string,
  requirement: RequirementId,
): readonly Anomaly[] {
  const byId = new Map<string, DeliveryEvent[]>();
  for (const delivery of deliveries(history, component)) {
    if (delivery.defect !== null) continue;
    byId.set(delivery.message_id, [...(byId.get(delivery.message_id) ?? []), delivery]);
  }
  return [...byId.values()].flatMap((attempts) => {
    const answers = attempts.flatMap((delivery) => answerTo(history, delivery) ?? []);
    const last = answers.at(-1);
    if (last === undefined || answers.some((answer) => answer.acked)) return [];
    const [first] = attempts;
    const from = attempts.at(-1)?.sequence ?? 0;
    // Once without an answer is no refusal: on a busy machine nobody brought it a second time.
    if (attempts.length === 1 && last.status === null) return [];
    if (wasTakingMore(history, component, from, last.sequence)) return [];
    return [
      {
        requirement,
        anomaly: 'refused message' as const,
        proof: `${component} nacked message ${first?.message_id} (#${first?.sequence}) at each of ${attempts.length} deliveries, last ${last.status === null ? statusOf(last) : `with ${last.status}`} (#${last.sequence}): "${last.body.slice(0, 160)}". It is a message that it must take.`,
        events: [first?.sequence ?? 0, last.sequence],
        occurrences: [attempts.map(({ sequence }) => sequence)],
      },
    ];
  });
}

/** Say how the first of these deliveries that was never acked was answered last, in the words of its receiver; nothing if none. */
export function refusalOf(history: History, causes: readonly number[]): string {
  for (const { message_id, sequence } of deliveries(history)) {
    if (!causes.includes(sequence)) continue;
    const attempts = deliveries(history).filter((delivery) => delivery.message_id === message_id);
    const answers = attempts.flatMap((delivery) => answerTo(history, delivery) ?? []);
    const last = answers.at(-1);
    if (last === undefined || answers.some(({ acked }) => acked)) continue;
    const words = last.status === null ? '' : `: "${last.body.slice(0, 160)}"`;
    return ` #${sequence} was delivered ${attempts.length === 1 ? 'once' : `${attempts.length} times`}, and at last answered ${statusOf(last)} (#${last.sequence})${words}.`;
  }
  return '';
}

/**
 * List the words that an answer to a call says: those of a text, and those of every text within JSON, whatever its field is called.
 * The contract gives the words of a call, such as `already_running`, and not the shape of the body that says them.
 */
export function wordsOf(body: Json): readonly string[] {
  if (typeof body === 'string') return body.match(/\w+/g) ?? [];
  if (typeof body !== 'object' || body === null) return [];
  return Object.values(body).flatMap(wordsOf);
}

/** Whether the component had another delivery or call in hand meanwhile that it took, or has not answered yet. */
function wasTakingMore(history: History, component: string, from: number, to: number): boolean {
  return history.some((event) => {
    if ((event.kind !== 'delivery' && event.kind !== 'request') || event.component !== component)
      return false;
    if (event.sequence === from || event.sequence > to) return false;
    const answer = event.kind === 'delivery' ? answerTo(history, event) : responseTo(history, event.sequence);
    if (answer === undefined) return true;
    if (answer.sequence < from) return false;
    return answer.kind === 'answer' ? answer.acked : answer.status !== null && answer.status < 300;
  });
}

/**
 * Judge that a defective delivery was nacked, published nothing and wrote nothing.
 *
 * @param promises `nack` is the broken requirement, or names it by the delivery's defect.
 */
export function judgeDefective(
  history: History,
  component: string,
  promises: {
    readonly nack: RequirementId | ((defect: string) => RequirementId);
    readonly status?: RequirementId;
  },
): readonly Anomaly[] {
  return deliveries(history, component).flatMap((delivery): readonly Anomaly[] => {
    const answer = answerTo(history, delivery);
    if (delivery.defect === null || answer === undefined) return [];
    const nack = typeof promises.nack === 'string' ? promises.nack : promises.nack(delivery.defect);
    const what = `#${delivery.sequence} brought ${component} a message with ${delivery.defect}`;
    const effects = effectsOf(history, delivery, answer);
    const found: Anomaly[] = [];
    if (answer.acked) {
      found.push({
        requirement: nack,
        anomaly: 'swallowed message',
        proof: `${what}; it was answered ${statusOf(answer)} (#${answer.sequence}), which is an ack. The message is gone, and no dead-letter topic will show it.`,
        events: [delivery.sequence, answer.sequence],
      });
    }
    if (promises.status !== undefined && answer.status !== 400) {
      found.push({
        requirement: promises.status,
        anomaly: 'wrong answer',
        proof: `${what}; it was answered ${statusOf(answer)} (#${answer.sequence}) instead of 400, so an operator cannot tell it from ${answer.acked ? 'work that was done' : 'an outage'}.`,
        events: [delivery.sequence, answer.sequence],
      });
    }
    if (effects.length > 0) {
      found.push({
        requirement: nack,
        anomaly: 'state left behind',
        proof: `${what}; before its answer (#${answer.sequence}) there was ${effects.map((effect) => `${effect.what} (#${effect.sequence})`).join(' and ')}.`,
        events: [delivery.sequence, ...effects.map((effect) => effect.sequence), answer.sequence],
      });
    }
    return found;
  });
}

/**
 * Judge that a valid message that is nacked, because its work is under way elsewhere or the cloud fails, is told apart from
 * an invalid one: 409 or 5xx. A broken connection says nothing.
 */
export function judgeNacks(history: History, component: string): readonly Anomaly[] {
  return deliveries(history, component).flatMap((delivery): readonly Anomaly[] => {
    const answer = answerTo(history, delivery);
    if (delivery.defect !== null || answer === undefined || answer.acked) return [];
    const { status } = answer;
    if (status === null || status === 409 || status >= 500) return [];
    return [
      {
        requirement: 'ACK-014',
        anomaly: 'wrong answer',
        proof: `#${delivery.sequence} brought ${component} a valid message; it was nacked with ${statusOf(answer)} (#${answer.sequence}) instead of 409 or 5xx, and whoever watches takes it for an invalid one.`,
        events: [delivery.sequence, answer.sequence],
      },
    ];
  });
}

/** Say why a history tells nothing of how valid messages are nacked: none was. */
export function missingNacks(history: History, component: string): Missing | undefined {
  const is_nacked = deliveries(history, component).some((delivery) => {
    const answer = answerTo(history, delivery);
    return delivery.defect === null && answer?.acked === false && answer.status !== null;
  });
  if (is_nacked) return undefined;
  return { why: `${component} nacked no valid message`, by: 'chance' };
}

/** Find the first marker of a name. */
export function marker(history: History, name: string): MarkerEvent | undefined {
  return history.find((event): event is MarkerEvent => event.kind === 'marker' && event.name === name);
}

/** Say an HTTP status, or that there was none. */
export function statusOf(answer: { readonly status: number | null; readonly body?: unknown }): string {
  return answer.status === null ? 'with nothing' : `${answer.status}`;
}

function effectsOf(
  history: History,
  delivery: DeliveryEvent,
  answer: AnswerEvent,
): readonly { readonly what: string; readonly sequence: number }[] {
  const between = (event: { readonly sequence: number }): boolean =>
    event.sequence > delivery.sequence && event.sequence < answer.sequence;
  const published = publishes(history)
    .filter((event) => between(event) || text(event.message, 'trigger_message_id') === delivery.message_id)
    .map((event) => ({ what: `a publish to ${event.topic}`, sequence: event.sequence }));
  const committed = history.flatMap((event) =>
    event.kind === 'commit' && between(event)
      ? [{ what: `a commit to ${event.paths.slice(0, 2).join(', ')}`, sequence: event.sequence }]
      : [],
  );
  return [...published, ...committed];
}
