/** What the model's broker knows of one message and its subscription. */
export interface ModelMessage<Message> {
  readonly message_id: string;
  /** undefined for a sweep. */
  readonly message: Message | undefined;
  /** Its place "in order". */
  readonly place: number;
  attempts: number;
  /** Copies made of it so far by faults. */
  copies: number;
  state: 'waiting' | 'delivered' | 'acked' | 'given_up';
  /** When it may be delivered, while it waits. */
  due_ms: number;
}

/** As in the contract: the pause after a nack doubles up to ten minutes. */
const FIRST_PAUSE_MS = 10_000;
const LONGEST_PAUSE_MS = 600_000;

/** How long the broker waits for an answer that never comes. */
export const ACK_DEADLINE_MS = 60_000;

/** Far more than the contract's five, so that leases of ten minutes run out before a message is given up. */
export const ATTEMPTS_MAX = 25;

/** Compute the pause after the nack of the given attempt. */
export function pauseAfter(attempts: number): number {
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.max(0, attempts - 1));
}
