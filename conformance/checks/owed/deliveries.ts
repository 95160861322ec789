import type { DeliveryEvent, History, Payload } from '../../history/events.ts';
import { answerTo, deliveries } from '../../history/select.ts';

/** One message that a component must publish, or may. */
export interface Owed {
  readonly topic: string;
  /** The same for every repeat of the same work, such as `level 1 of 2031-01-05 run 1`. */
  readonly key: string;
  /** Sequence of the event before which it may not be published. */
  readonly not_before: number;
  /** Deliveries that together oblige to publish it; empty while not all of them were made. */
  readonly causes: readonly number[];
  /** True when every cause was acked, so that nobody will ask again. */
  readonly due: boolean;
}

/** A delivery that the contract wants worked on, and whether it was acked. */
export interface Worked {
  readonly delivery: DeliveryEvent;
  readonly message: Payload;
  readonly acked: boolean;
}

/** List the deliveries to a component that carry a readable message without a defect, in order. */
export function workedDeliveries(history: History, component: string): readonly Worked[] {
  return deliveries(history, component).flatMap((delivery) =>
    delivery.message === null || delivery.defect !== null
      ? []
      : [
          {
            delivery,
            message: delivery.message,
            // Over a topic nobody sees the answer, but the broker delivers until it is an ack, or tells by a dead letter.
            acked: answerTo(history, delivery)?.acked ?? delivery.road !== undefined,
          },
        ],
  );
}

/** The first delivery of a group, and the first that was acked. */
export interface Arrival {
  readonly first: number;
  readonly acked: number | undefined;
}

/** Group deliveries by a key and keep when each key first arrived and was first acked. */
export function arrivals(
  worked: readonly Worked[],
  keyOf: (message: Payload) => string | undefined,
): ReadonlyMap<string, Arrival> {
  const found = new Map<string, Arrival>();
  for (const { delivery, message, acked } of worked) {
    const key = keyOf(message);
    if (key === undefined) continue;
    const before = found.get(key);
    found.set(key, {
      first: before?.first ?? delivery.sequence,
      acked: before?.acked ?? (acked ? delivery.sequence : undefined),
    });
  }
  return found;
}
