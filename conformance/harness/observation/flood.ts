/** A published message, as far as a flood is told by it. */
export interface FloodedPublish {
  /** Undefined where nobody knows who called. */
  readonly component: string | undefined;
  readonly topic: string;
  readonly marks: readonly string[];
}

/** What a guard tells. */
export interface FloodEars {
  /** Told of the first message about a date that is left out. */
  readonly onFlood: (sentence: string, marks: readonly string[]) => void;
  /** Told of a component that floods whatever it is given. */
  readonly giveUp: (component: string, because: string) => void;
}

/** Topics that get a message per player get as many as there are players. */
const PER_PLAYER = 'prediction-re';
const MESSAGES_MAX = { per_player: 5_000, other: 200 } as const;
/** So many dates that a component floods are enough. */
const FLOODS_MAX = 3;

/**
 * Create what decides whether a publish is kept: of one component's messages to a topic about a date, no more than any right one
 * sends. What is left out changes no verdict, since whoever sends so many has sent twice what it may send once.
 */
export function createFloodGuard({ onFlood, giveUp }: FloodEars): (publish: FloodedPublish) => boolean {
  const counts = new Map<string, number>();
  const floods = new Map<string, number>();
  return ({ component, topic, marks }) => {
    const name = component ?? 'the target';
    const key = `${name} ${topic} ${marks[0] ?? ''}`;
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    const max = topic.includes(PER_PLAYER) ? MESSAGES_MAX.per_player : MESSAGES_MAX.other;
    if (count <= max) return true;
    if (count > max + 1) return false;
    const sentence = `${name} published more than ${max} messages to ${topic} about ${marks[0] ?? 'no date'}; the others are left out`;
    onFlood(sentence, marks);
    const flooded = (floods.get(name) ?? 0) + 1;
    floods.set(name, flooded);
    if (component !== undefined && flooded === FLOODS_MAX) giveUp(component, sentence);
    return false;
  };
}
