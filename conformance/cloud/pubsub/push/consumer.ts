import type { Subscription } from '../broker/ports.ts';
import type { Lease } from '../delivery/state.ts';
import { pushBody } from './body.ts';
import type { PushSender } from './sender.ts';

/** Messages that one push subscription has in flight at most. */
export const PUSH_IN_FLIGHT_MAX = 100;

/**
 * Pushes a subscription's messages to its endpoint, if it has one.
 *
 * @returns stops new pushes; requests in flight still count as they are answered.
 */
export function attachPush(subscription: Subscription, sender: PushSender): () => void {
  const endpoint = subscription.config().pushConfig.pushEndpoint;
  if (endpoint === undefined) return () => {};
  const in_flight = new Map<string, AbortController>();

  const push = async ({ ack_id, message, delivery_attempt }: Lease) => {
    const { name, deadLetterPolicy } = subscription.config();
    const body = pushBody(message, name, deadLetterPolicy === undefined ? null : delivery_attempt);
    const request = new AbortController();
    in_flight.set(ack_id, request);
    const outcome = await sender.push(endpoint, body, request.signal);
    // What was taken off the list has run out of time or lost its subscription: its answer is late.
    if (!in_flight.delete(ack_id)) return;
    if (outcome === 'ack') subscription.acknowledge([ack_id]);
    else subscription.modifyDeadline([ack_id], 0);
  };

  const abandon = (ack_id: string) => {
    const request = in_flight.get(ack_id);
    in_flight.delete(ack_id);
    request?.abort();
  };

  const attached = subscription.attach(
    {
      max_messages: PUSH_IN_FLIGHT_MAX,
      max_bytes: Number.MAX_SAFE_INTEGER,
      lease_ms: null,
      takes: 'until_detached',
    },
    {
      deliver: (leases) => {
        for (const lease of leases) void push(lease);
      },
      expired: abandon,
      closed: () => [...in_flight.keys()].forEach(abandon),
    },
  );
  return attached.detach;
}
