import { invalid } from './refusals.ts';

/** What this server's ack ids look like: subscription, message, attempt; in front of it the life of a cloud that keeps things. */
const ACK_ID = /^(?:[1-9]\d*[.])?[1-9]\d*-[1-9]\d*-[1-9]\d*$/;

/** Checks a list of ack ids and returns it. @throws {RpcError} INVALID_ARGUMENT if one was never given out. */
export function requireAckIds(ack_ids: readonly string[] | null | undefined): readonly string[] {
  const listed = ack_ids ?? [];
  if (listed.length === 0) throw invalid('ack_ids', 'at least one ack id', listed);
  for (const ack_id of listed) {
    if (!ACK_ID.test(ack_id)) throw invalid('ack_ids', 'the ack_id of a received message', ack_id);
  }
  return listed;
}

/** Reads a new ack deadline of 0 (nack) to 600 seconds. @throws {RpcError} INVALID_ARGUMENT. */
export function requireDeadlineMs(seconds: number | null | undefined): number {
  const deadline = seconds ?? 0;
  if (deadline >= 0 && deadline <= 600) return deadline * 1000;
  throw invalid('ack_deadline_seconds', '0 to 600', deadline);
}
