import type { History, HistoryEvent, Payload } from '../../../conformance/history/events.ts';
import { RECORDED_MARKER } from '../../../conformance/recordings/dates.ts';
import { completions, TRIGGER, triggerOf } from '../checks/pipeline-story.ts';

const TOPIC_OF_SET = { 1: 'nba-phase3-analytics-complete', 2: 'nba-phase4-processor-complete' } as const;

/** A message on its topic, as a subscription gives it. */
export interface Heard {
  readonly topic: string;
  readonly message: Payload;
  readonly message_id: string;
  readonly attributes: Readonly<Record<string, string>>;
}

let ids = 0;

/** A message with an id of its own. */
export function heard(topic: string, message: Payload, attributes = {}): Heard {
  ids += 1;
  return { topic, message, message_id: `m${ids}`, attributes };
}

/** The set that a level waits for, of one date, and the trigger that is right for it. */
export function setOf(level: 1 | 2, game_date: string) {
  const messages = completions(level, { game_date });
  const trigger = triggerOf(level, messages, { game_date });
  return {
    set: messages.map((message) => heard(TOPIC_OF_SET[level], message)),
    trigger: heard(TRIGGER, trigger),
    /** The trigger that somebody sends who waits for nobody but these. */
    early: (count: number) => heard(TRIGGER, triggerOf(level, messages.slice(0, count), { game_date })),
  };
}

/** What a recorder wrote: the messages in this order, so many seconds apart; `until_s` after the first it ended. */
export function night(messages: readonly Heard[], until_s?: number, apart_s = 10): History {
  const events = messages.map(
    ({ topic, message, message_id, attributes }, index): HistoryEvent => ({
      kind: 'publish',
      topic,
      message_id,
      message,
      raw: null,
      attributes,
      marks: [],
      sequence: index + 1,
      at_ms: index * apart_s * 1000,
    }),
  );
  if (until_s === undefined) return events;
  const topics = [...Object.values(TOPIC_OF_SET), TRIGGER];
  const ends = topics.map((topic, index): HistoryEvent => {
    const sequence = events.length + index + 1;
    const sentence = `${topic} was listened to`;
    return {
      kind: 'marker',
      name: RECORDED_MARKER,
      sentence,
      sequence,
      at_ms: until_s * 1000,
      marks: [topic],
    };
  });
  return [...events, ...ends];
}
