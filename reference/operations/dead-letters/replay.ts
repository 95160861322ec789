import { PipelineError } from '../../errors/pipeline-error.ts';
import type { DeadLetter } from './dead-letter.ts';
import { type Explanation, explainDeadLetter } from './explain.ts';

/** The dead-letter subscriptions of a project. What is shown stays; only `acknowledge` takes something away. */
export interface DeadLetters {
  /**
   * Shows what waits in a topic's dead-letter subscription, oldest first, and gives it back at once.
   *
   * @throws {PipelineError} BROKER_UNAVAILABLE.
   */
  peek(topic: string): Promise<readonly DeadLetter[]>;
  /**
   * Takes hold of what waits, hands each to `act`, and acks exactly those for which `act` resolves with `true`; the
   * others are given back.
   */
  take(topic: string, act: (letter: DeadLetter) => Promise<boolean>): Promise<void>;
  /** Publishes bytes and attributes as they are; resolves with the new message id once the broker has confirmed. */
  publish(topic: string, data: Uint8Array, attributes: Readonly<Record<string, string>>): Promise<string>;
}

/** What a replay is asked to do. */
export interface ReplayWish {
  readonly topics: readonly string[];
  /** Only this dead letter; null for all. */
  readonly message_id: string | null;
  /** Send also what its receiver would nack again. */
  readonly anyway: boolean;
  /** Say what would be sent, and send nothing. */
  readonly dry_run: boolean;
}

/** What became of one dead letter. `kept`: it would be nacked again. `failed`: the broker did not confirm. */
export interface Replayed {
  readonly letter: DeadLetter;
  readonly explanation: Explanation;
  readonly outcome: 'replayed' | 'would_replay' | 'kept' | 'failed';
  /** Pub/Sub id under which it is out again; null unless replayed. */
  readonly new_message_id: string | null;
  /** Why it failed; null unless it did. */
  readonly problem: string | null;
}

/**
 * Publish dead letters again on their own topics, with the same bytes and attributes, and ack each one only after the
 * broker has confirmed.
 *
 * A crash between the confirmation and the ack leaves the dead letter where it was: a second replay is a duplicate,
 * which every receiver recognises by its business key.
 *
 * @throws {PipelineError} BROKER_UNAVAILABLE when a subscription does not answer.
 */
export async function replayDeadLetters(
  letters: DeadLetters,
  wish: ReplayWish,
): Promise<readonly Replayed[]> {
  const results: Replayed[] = [];
  const isWanted = (letter: DeadLetter): boolean =>
    wish.message_id === null || letter.message_id === wish.message_id;
  for (const topic of wish.topics) {
    if (wish.dry_run) {
      const found = (await letters.peek(topic)).filter(isWanted);
      results.push(...found.map((letter) => judge(letter, wish)));
      continue;
    }
    await letters.take(topic, async (letter) => {
      if (!isWanted(letter)) return false;
      const result = await replayOne(letters, letter, wish);
      results.push(result);
      return result.outcome === 'replayed';
    });
  }
  return results;
}

function judge(letter: DeadLetter, { anyway }: ReplayWish): Replayed {
  const explanation = explainDeadLetter(letter);
  const outcome = explanation.can_succeed || anyway ? 'would_replay' : 'kept';
  return { letter, explanation, outcome, new_message_id: null, problem: null };
}

async function replayOne(letters: DeadLetters, letter: DeadLetter, wish: ReplayWish): Promise<Replayed> {
  const judged = judge(letter, wish);
  if (judged.outcome === 'kept') return judged;
  try {
    const { topic, data, attributes } = letter;
    const new_message_id = await letters.publish(topic, Buffer.from(data, 'base64'), attributes);
    return { ...judged, outcome: 'replayed', new_message_id };
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error;
    return { ...judged, outcome: 'failed', problem: error.message };
  }
}
