import { SUBSCRIPTIONS } from '../../../generated/topology.ts';
import type { PublishEvent } from '../../history/events.ts';

/** How messages flow from the topics to the components of a case. */
export interface FlowOptions {
  /** Topics whose messages are kept instead of delivered. */
  readonly hold?: readonly string[];
  /** Deliver each message this many times at once: 1 (default) under its id, further copies under new ids. */
  readonly copies?: number;
  /** The order in which messages that wait at the same time go out. Default: as published. */
  readonly order?: (waiting: readonly PublishEvent[]) => readonly PublishEvent[];
}

/** What `flow` needs to know of the world. */
export interface FlowPorts {
  /** What the case's components have published so far. */
  published(): readonly PublishEvent[];
  /** Whether the target has this component. */
  has(component: string): boolean;
  /** Delivers one message until acked; true when it was acked. */
  deliver(component: string, message: PublishEvent, copy: number): Promise<boolean>;
  /** Resolves when everything published before is in the record. */
  settle(): Promise<void>;
  /** Waits until something was published, or one of `deliveries` ended. */
  change(deliveries: Iterable<Promise<unknown>>): Promise<void>;
}

/** What was not delivered. */
export interface FlowEnd {
  /** Messages on held topics, in order. */
  readonly held: readonly PublishEvent[];
  /** Messages that were never acked. */
  readonly stuck: readonly PublishEvent[];
}

/** How many messages are under way at once. */
const WIDTH = 6;

/**
 * Route every message to the contract's receiver until all are acked and nothing new is published.
 *
 * @param taken message ids that were routed before; grows.
 */
export async function flow(
  ports: FlowPorts,
  taken: Set<string>,
  options: FlowOptions = {},
): Promise<FlowEnd> {
  const held: PublishEvent[] = [];
  const stuck: PublishEvent[] = [];
  const under_way = new Set<Promise<void>>();

  const send = (component: string, message: PublishEvent, copy: number): void => {
    const sending = ports.deliver(component, message, copy).then((acked) => {
      under_way.delete(sending);
      if (!acked) stuck.push(message);
    });
    under_way.add(sending);
  };

  for (;;) {
    const waiting = ports.published().filter((message) => !taken.has(message.message_id));
    for (const message of options.order?.(waiting) ?? waiting) {
      if (options.hold?.includes(message.topic)) {
        taken.add(message.message_id);
        held.push(message);
        continue;
      }
      if (under_way.size >= WIDTH) break;
      taken.add(message.message_id);
      for (const component of receiversOf(message.topic)) {
        if (!ports.has(component)) continue;
        for (let copy = 0; copy < (options.copies ?? 1); copy++) send(component, message, copy);
      }
    }
    if (under_way.size > 0) {
      await ports.change(under_way);
      continue;
    }
    await ports.settle();
    if (ports.published().every((message) => taken.has(message.message_id))) return { held, stuck };
  }
}

/** List the components that the contract subscribes to a topic by push. */
export function receiversOf(topic: string): readonly string[] {
  return Object.values(SUBSCRIPTIONS)
    .filter((subscription) => subscription.topic === topic && subscription.push_path !== null)
    .map((subscription) => subscription.component);
}
