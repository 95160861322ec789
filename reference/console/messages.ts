import type { PulledMessage } from '../operations/dead-letters/dead-letter.ts';
import { readDeadLetter } from '../operations/dead-letters/dead-letter.ts';
import { explainDeadLetter } from '../operations/dead-letters/explain.ts';

/** One message as it came over a topic. It survives JSON. */
export interface MessageView {
  /** Counts up; a browser that was away asks for what came after the last it has. */
  readonly place: number;
  readonly topic: string;
  readonly message_id: string;
  readonly published_at: string;
  /** Null when it names none. */
  readonly game_date: string | null;
  readonly run: number | null;
  /** Processor, player or sender: what tells one message of the topic from another. */
  readonly about: string;
  readonly status: string | null;
  /** What its receiver's door would say of it; null when it keeps the contract. */
  readonly problem: string | null;
  /** The payload as JSON, or the text when it is not JSON; long ones are cut. */
  readonly payload: string;
}

/** The latest messages, oldest first. */
export interface MessageLog {
  add(topic: string, message: PulledMessage): MessageView;
  after(place: number): readonly MessageView[];
}

/** How many messages are kept: a date has some three hundred of Phase 5 and forty others. */
const KEPT_MAX = 1000;
const PAYLOAD_MAX = 20_000;

/** Make a log that forgets the oldest. */
export function createMessageLog(): MessageLog {
  const views: MessageView[] = [];
  let place = 0;
  return {
    add(topic, message) {
      place += 1;
      const view = viewMessage(place, topic, message);
      views.push(view);
      if (views.length > KEPT_MAX) views.splice(0, views.length - KEPT_MAX);
      return view;
    },
    after: (last) => views.filter((view) => view.place > last),
  };
}

/** Show a message that a topic carried, whatever it holds. */
export function viewMessage(place: number, topic: string, message: PulledMessage): MessageView {
  const letter = readDeadLetter(topic, message);
  const fields = (typeof letter.payload === 'object' ? letter.payload : null) as Readonly<
    Record<string, unknown>
  > | null;
  const text = (name: string): string | null => {
    const value = fields?.[name] ?? message.attributes[name];
    return typeof value === 'string' ? value : null;
  };
  const metadata = fields?.['metadata'] as Readonly<Record<string, unknown>> | null | undefined;
  const run = typeof metadata === 'object' && metadata !== null ? metadata['run'] : (fields?.['run'] ?? 1);
  const { can_succeed, sentence } = explainDeadLetter(letter);
  const payload =
    letter.payload === undefined
      ? new TextDecoder().decode(message.data)
      : JSON.stringify(letter.payload, null, 2);
  return {
    place,
    topic,
    message_id: message.message_id,
    published_at: message.published_at,
    game_date: text('game_date'),
    run: typeof run === 'number' ? run : null,
    about: text('player_lookup') ?? text('processor_name') ?? text('batch_id') ?? '',
    status: text('status'),
    problem: can_succeed ? null : sentence,
    payload: payload.slice(0, PAYLOAD_MAX),
  };
}
