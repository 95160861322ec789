import type { ComponentName } from '../../contract/names.ts';
import type { History, PublishEvent } from '../../history/events.ts';
import { answerTo, deliveries } from '../../history/select.ts';

/** No client gives up a call of its store or broker sooner by itself. */
const GIVES_UP_MS_MIN = 1_000;

/**
 * Tell whether a program may have given up before it repeated a publish: it nacked a delivery that was under way at the first
 * publish, and only so long after it that it may have waited in vain for an answer. On a slow machine store or broker answer too
 * late, which is no fault of the program, and the redelivery publishes again. A nack that comes at once excuses nothing.
 */
export function mayHaveGivenUp(
  history: History,
  component: ComponentName,
  first: PublishEvent,
  repeat: PublishEvent,
): boolean {
  return deliveries(history, component).some((delivery) => {
    const answer = answerTo(history, delivery);
    if (answer === undefined || answer.acked || delivery.sequence > first.sequence) return false;
    const is_between = answer.sequence > first.sequence && answer.sequence < repeat.sequence;
    return is_between && answer.at_ms - first.at_ms >= GIVES_UP_MS_MIN;
  });
}
