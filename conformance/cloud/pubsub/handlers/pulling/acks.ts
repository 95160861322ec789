import { status } from '@grpc/grpc-js';
import { RpcError, type Wire } from '../../../rpc/service.ts';
import type { RefusedAcks } from '../../delivery/keys.ts';

/** What a client is told of an ack id whose lease does not run any more, where delivery is exactly once. */
const INVALID_ACK_ID = 'PERMANENT_FAILURE_INVALID_ACK_ID';

/** The same of an ack ahead of an earlier message of its key; Google's clients send it again. */
const UNORDERED_ACK_ID = 'TRANSIENT_FAILURE_UNORDERED_ACK_ID';

/**
 * Refuses acks that do not hold. The others of the same request hold.
 *
 * @throws {RpcError} INVALID_ARGUMENT that names each of them in its details.
 */
export function requireInTime({ late, unordered }: RefusedAcks): void {
  if (late.length === 0 && unordered.length === 0) return;
  const words = [
    late.length === 0
      ? ''
      : `${late.length} ack ids do not hold a lease any more: they expired, or were settled before`,
    unordered.length === 0
      ? ''
      : `${unordered.length} ack ids are of messages that have an earlier one of their ordering key out; ack that one first`,
  ];
  const metadata = Object.fromEntries([
    ...late.map((ack_id) => [ack_id, INVALID_ACK_ID]),
    ...unordered.map((ack_id) => [ack_id, UNORDERED_ACK_ID]),
  ]);
  const reason = late.length === 0 ? UNORDERED_ACK_ID : INVALID_ACK_ID;
  throw new RpcError(status.INVALID_ARGUMENT, words.filter((each) => each !== '').join('; '), {
    reason,
    metadata,
  });
}

/** Tells a stream which of its acks hold and which do not. */
export function confirmation(ack_ids: readonly string[], { late, unordered }: RefusedAcks): Wire {
  const refused = new Set([...late, ...unordered]);
  return {
    ackIds: ack_ids.filter((ack_id) => !refused.has(ack_id)),
    invalidAckIds: late,
    ...(unordered.length === 0 ? {} : { unorderedAckIds: unordered }),
  };
}
