import type { DeadLetter } from '../../operations/dead-letters/dead-letter.ts';
import type { DeadLetters } from '../../operations/dead-letters/replay.ts';

/** One topic: what is being read or was read last, and since when it is known. */
interface Shelf {
  /** Endless while it is being read. */
  read_ms: number;
  readonly letters: Promise<readonly DeadLetter[]>;
}

/**
 * Share the dead-letter subscriptions among all who look by one console.
 *
 * A subscription hands each message to one reader at a time, so two who look at once would each see only a part: a date
 * would lose its dead letters whenever another date is read beside it. Here a topic is read once for all, and by nobody
 * while something is taken from it.
 *
 * @param fresh_ms  how old a look may be, in milliseconds.
 */
export function shareLetters(letters: DeadLetters, fresh_ms: number): DeadLetters {
  const shelves = new Map<string, Shelf>();
  const turns = new Map<string, Promise<unknown>>();
  const inTurn = <Value>(topic: string, act: () => Promise<Value>): Promise<Value> => {
    const turn = (turns.get(topic) ?? Promise.resolve()).then(act);
    turns.set(
      topic,
      turn.catch(() => undefined),
    );
    return turn;
  };
  return {
    ...letters,
    peek(topic) {
      const known = shelves.get(topic);
      if (known !== undefined && Date.now() - known.read_ms < fresh_ms) return known.letters;
      const reading = inTurn(topic, () => letters.peek(topic));
      const shelf: Shelf = { read_ms: Number.POSITIVE_INFINITY, letters: reading };
      shelves.set(topic, shelf);
      reading.then(
        () => {
          shelf.read_ms = Date.now();
        },
        () => void (shelves.get(topic) === shelf && shelves.delete(topic)),
      );
      return reading;
    },
    take: (topic, act) =>
      inTurn(topic, async () => {
        try {
          await letters.take(topic, act);
        } finally {
          shelves.delete(topic);
        }
      }),
  };
}
