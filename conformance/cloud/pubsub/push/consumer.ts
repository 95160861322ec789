import type { Subscription } from '../broker/ports.ts';
import type { PushConfig } from '../config.ts';
import type { Lease } from '../delivery/state.ts';
import { metadataHeaders, pushBody } from './body.ts';
import type { PushHeaders, PushSender } from './sender.ts';

/** Messages that one push subscription has in flight at most. */
const PUSH_IN_FLIGHT_MAX = 100;

/**
 * Pushes a subscription's messages to its endpoint, if it has one.
 *
 * @param kept awaited before a push, so that nobody gets a message that a kill would take away again.
 * @returns stops new pushes; requests in flight still count as they are answered.
 */
export function attachPush(
  subscription: Subscription,
  sender: PushSender,
  now_ms: () => number,
  kept?: () => Promise<void>,
): () => void {
  const endpoint = subscription.config().pushConfig.pushEndpoint;
  if (endpoint === undefined) return () => {};
  const in_flight = new Map<string, AbortController>();

  const push = async ({ ack_id, message, delivery_attempt }: Lease) => {
    const { name, deadLetterPolicy, pushConfig } = subscription.config();
    const attempt = deadLetterPolicy === undefined ? null : delivery_attempt;
    const { noWrapper } = pushConfig;
    const body = noWrapper === undefined ? pushBody(message, name, attempt) : message.data;
    const headers = {
      ...(noWrapper?.writeMetadata ? metadataHeaders(message, name, attempt) : {}),
      ...authorization(pushConfig, endpoint, sender, now_ms()),
    };
    const request = new AbortController();
    in_flight.set(ack_id, request);
    if (kept !== undefined) await kept();
    const outcome = await sender.push(endpoint, body, request.signal, headers);
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
        for (const lease of leases) push(lease).catch(() => abandon(lease.ack_id));
      },
      expired: abandon,
      closed: () => [...in_flight.keys()].forEach(abandon),
    },
  );
  return attached.detach;
}

function authorization(
  { oidcToken }: PushConfig,
  endpoint: string,
  { tokens }: PushSender,
  now_ms: number,
): PushHeaders {
  if (oidcToken === undefined) return {};
  const audience = oidcToken.audience === '' ? endpoint : oidcToken.audience;
  const claims = { audience, service_account_email: oidcToken.serviceAccountEmail, now_ms };
  return { authorization: `Bearer ${tokens.sign(claims)}` };
}
