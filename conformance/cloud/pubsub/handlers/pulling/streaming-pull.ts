import type { protos } from '@google-cloud/pubsub';
import { Metadata, type ServerDuplexStream, status } from '@grpc/grpc-js';
import { RpcError, type Wire } from '../../../rpc/service.ts';
import type { Attached, Subscription } from '../../broker/ports.ts';
import { NONE_REFUSED } from '../../delivery/keys.ts';
import type { Lease } from '../../delivery/state.ts';
import { requireAckIds, requireDeadlineMs } from '../../requests/ack.ts';
import { invalid, requireWithin } from '../../requests/refusals.ts';
import { confirmation } from './acks.ts';
import { receivedMessage, requirePullable } from './pull.ts';

type Request = protos.google.pubsub.v1.IStreamingPullRequest;

/** One response carries at most this much; clients accept a few times more. */
const RESPONSE_LIMITS = { messages: 1000, bytes: 4 * 1024 * 1024 } as const;

/**
 * A publisher has the answer to its publish before the message travels, as with the service: programs in which one client
 * does both compare the message's id with the answer. The wait is of this machine, whatever the clock.
 */
const HEAD_START_MS = 20;

/**
 * Serves one stream: messages go out as they become ready and as far as its flow control allows, acks and
 * new deadlines come in. The stream ends when its client ends it, or with an error when a request is wrong or
 * the subscription goes away.
 */
export function streamingPull(
  subscription: Subscription,
  call: ServerDuplexStream<Wire, Wire>,
  first: Request,
): void {
  requirePullable(subscription);
  const lease_ms = requireStreamDeadlineMs(first.streamAckDeadlineSeconds ?? 0);
  const subscriptionProperties = {
    exactlyOnceDeliveryEnabled: subscription.config().enableExactlyOnceDelivery,
    messageOrderingEnabled: subscription.config().enableMessageOrdering,
  };
  const refuse = ({ code, message }: RpcError) =>
    void call.emit('error', { code, details: message, metadata: new Metadata() });

  const send = (leases: readonly Lease[]) => {
    if (call.destroyed || call.cancelled) return;
    for (const chunk of inChunks(leases)) {
      const receivedMessages = chunk.map((lease) => receivedMessage(subscription, lease));
      call.write({ receivedMessages, subscriptionProperties });
    }
  };

  const confirm = carryOut(subscription, undefined, first);
  call.write({ ...confirm, subscriptionProperties });
  const attached = subscription.attach(
    {
      max_messages: limit(first.maxOutstandingMessages),
      max_bytes: limit(first.maxOutstandingBytes),
      lease_ms,
      takes: 'until_detached',
    },
    {
      deliver: (leases) => void setTimeout(send, HEAD_START_MS, leases),
      closed: refuse,
    },
  );
  call.on('data', (request: Request) => {
    try {
      if (request.subscription)
        throw invalid('subscription', 'unset after the first request', request.subscription);
      const confirmed = carryOut(subscription, attached, request);
      if (Object.keys(confirmed).length > 0) call.write({ ...confirmed, subscriptionProperties });
    } catch (error) {
      attached.detach();
      refuse(error instanceof RpcError ? error : new RpcError(status.INTERNAL, String(error)));
    }
  });
  call.once('end', attached.detach);
  call.once('cancelled', attached.detach);
  call.once('close', attached.detach);
}

/**
 * Applies the acks, deadlines and lease length that any request of a stream may carry.
 *
 * @returns which of them hold, where delivery is exactly once; else nothing.
 */
function carryOut(subscription: Subscription, attached: Attached | undefined, request: Request): Wire {
  const ack_ids = request.ackIds ?? [];
  const modified = request.modifyDeadlineAckIds ?? [];
  const deadlines = request.modifyDeadlineSeconds ?? [];
  if (modified.length !== deadlines.length) {
    throw invalid('modify_deadline_seconds', `one for each of ${modified.length} ack ids`, deadlines.length);
  }
  const refused_acks = ack_ids.length > 0 ? subscription.acknowledge(requireAckIds(ack_ids)) : NONE_REFUSED;
  const late = modified.flatMap(
    (ack_id, index) =>
      subscription.modifyDeadline(requireAckIds([ack_id]), requireDeadlineMs(deadlines[index])).late,
  );
  if (attached !== undefined && request.streamAckDeadlineSeconds) {
    attached.setLeaseMs(requireStreamDeadlineMs(request.streamAckDeadlineSeconds));
  }
  if (!subscription.config().enableExactlyOnceDelivery) return {};
  return {
    ...(ack_ids.length === 0 ? {} : { acknowledgeConfirmation: confirmation(ack_ids, refused_acks) }),
    ...(modified.length === 0
      ? {}
      : { modifyAckDeadlineConfirmation: confirmation(modified, { late, unordered: [] }) }),
  };
}

function requireStreamDeadlineMs(seconds: number): number {
  return requireWithin('stream_ack_deadline_seconds', seconds, 10, 600) * 1000;
}

/** Zero, negative or unset means no limit. */
function limit(value: Request['maxOutstandingMessages']): number {
  const asked = Number(value ?? 0);
  return asked > 0 ? asked : Number.MAX_SAFE_INTEGER;
}

function inChunks(leases: readonly Lease[]): readonly (readonly Lease[])[] {
  const chunks: Lease[][] = [];
  let chunk: Lease[] = [];
  let bytes = 0;
  for (const lease of leases) {
    const { size_bytes } = lease.message;
    const full = chunk.length >= RESPONSE_LIMITS.messages || bytes + size_bytes > RESPONSE_LIMITS.bytes;
    if (chunk.length === 0 || full) {
      chunk = [];
      chunks.push(chunk);
      bytes = 0;
    }
    chunk.push(lease);
    bytes += size_bytes;
  }
  return chunks;
}
