import { SUBSCRIPTIONS } from '../../../generated/topology.ts';
import { PipelineError, type PipelineErrorCode } from '../../errors/pipeline-error.ts';
import { decodeDelivery } from '../../message/decode.ts';
import { tryDoor } from '../../message/door.ts';
import type { DeadLetter } from './dead-letter.ts';

/** Why a dead letter was nacked. `null` as code: nothing is wrong with it, its receiver could not finish. */
export interface Explanation {
  readonly code: PipelineErrorCode | null;
  /** What is wrong, in the words of the receiver's own door. */
  readonly sentence: string;
  /** A replay of it can succeed as it is. */
  readonly can_succeed: boolean;
}

/**
 * Explain why a dead letter was nacked, by taking it once more through the door of its receiver.
 *
 * @see docs/errors.md, a row per code
 */
export function explainDeadLetter(letter: DeadLetter): Explanation {
  try {
    takeThroughDoor(letter);
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error;
    return { code: error.code, sentence: error.message, can_succeed: false };
  }
  const receiver = receiverOf(letter);
  const times = letter.deliveries === null ? '' : ` in ${letter.deliveries} deliveries`;
  return {
    code: null,
    sentence: `the message keeps the contract; ${receiver} could not finish it${times}. Read its log, and replay when it is well`,
    can_succeed: true,
  };
}

/** Name the component that nacked a dead letter. */
export function receiverOf({ topic, refused_by }: DeadLetter): string {
  const subscriptions = Object.entries(SUBSCRIPTIONS);
  const found =
    subscriptions.find(([name]) => name === refused_by) ??
    subscriptions.find(([, subscription]) => subscription.topic === topic);
  return found?.[1].component ?? 'its receiver';
}

function takeThroughDoor(letter: DeadLetter): void {
  const { message_id: messageId, data, attributes, refused_by: subscription } = letter;
  const envelope = { message: { messageId, data, attributes }, subscription };
  const delivery = decodeDelivery({
    method: 'POST',
    path: '/',
    query: {},
    headers: {},
    body: Buffer.from(JSON.stringify(envelope)),
  });
  tryDoor(letter.topic, delivery);
}
