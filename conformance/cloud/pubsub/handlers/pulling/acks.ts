import { status } from '@grpc/grpc-js';
import { RpcError } from '../../../rpc/service.ts';
import type { Subscription } from '../../broker/ports.ts';

/** What a client is told of an ack id whose lease does not run any more, where delivery is exactly once. */
const INVALID_ACK_ID = 'PERMANENT_FAILURE_INVALID_ACK_ID';

/**
 * Refuses acks that came too late, where delivery is exactly once; elsewhere nobody is told. What came in time holds.
 *
 * @throws {RpcError} INVALID_ARGUMENT that names each of them in its details.
 */
export function requireInTime(subscription: Subscription, late: readonly string[]): void {
  if (late.length === 0 || !subscription.config().enableExactlyOnceDelivery) return;
  throw new RpcError(
    status.INVALID_ARGUMENT,
    `${late.length} ack ids do not hold a lease any more: they expired, or were settled before`,
    { reason: INVALID_ACK_ID, metadata: Object.fromEntries(late.map((ack_id) => [ack_id, INVALID_ACK_ID])) },
  );
}

/** Tells a stream which of its acks hold and which came too late. */
export function confirmation(ack_ids: readonly string[], late: readonly string[]): Record<string, unknown> {
  return { ackIds: ack_ids.filter((ack_id) => !late.includes(ack_id)), invalidAckIds: late };
}
