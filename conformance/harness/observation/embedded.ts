import type { CloudEvent, Observer } from '../../cloud/calls.ts';
import { type Instance, instanceOf } from '../../contract/instances.ts';
import type { Json, Payload } from '../../history/events.ts';
import { marksInHand } from '../../history/in-hand.ts';
import type { Recorder } from '../../history/recorder.ts';
import { isObject } from '../../history/select.ts';
import { callMarks, datesIn, messageMarks } from '../faults/marks.ts';
import type { Observation } from './observation.ts';

/** The embedded cloud's own journal: it tells of each publish before the publisher hears that it worked. */
export interface EmbeddedObservation extends Observation {
  readonly observe: Observer;
}

/** How the marker of a flood is called. */
export const FLOOD_MARKER = 'flood';

/** Creates an observer that writes what concerns `project` into the record. @param giveUp told of a component that floods. */
export function observeEmbedded(
  recorder: Recorder,
  project: string,
  giveUp: FloodEars['giveUp'] = () => {},
): EmbeddedObservation {
  const isKept = createFloodGuard({
    onFlood: (sentence, marks) =>
      void recorder.append({ kind: 'marker', name: FLOOD_MARKER, sentence, marks }),
    giveUp,
  });
  return {
    observe: (event) => record(recorder, project, event, isKept),
    settle: () => new Promise((resolve) => setImmediate(resolve)),
    stop: () => Promise.resolve(),
  };
}

function record(
  recorder: Recorder,
  project: string,
  event: CloudEvent,
  isKept: (publish: FloodedPublish) => boolean,
): void {
  switch (event.kind) {
    case 'publish':
      if (event.project === project) {
        const draft = publishDraft(event.topic, event.message_id, event.data, event.attributes);
        const author = authorOf(event.origin);
        if (!isKept({ component: author.component, topic: event.topic, marks: draft.marks })) return;
        // What names no date or id belongs to what its author has in hand.
        const { marks } = draft;
        const own =
          marks.length > 0 ? marks : marksInHand(recorder.all(), recorder.elapsedMs(), author.component);
        recorder.append({ ...draft, ...author, marks: own });
      }
      return;
    case 'commit':
      if (event.project === project) {
        const paths = event.writes.map((write) => write.path);
        recorder.append({ kind: 'commit', ...authorOf(event.origin), paths, marks: dates(paths) });
      }
      return;
    case 'call': {
      const { call } = event;
      if (call.project !== project || !DECISIVE.has(call.method)) return;
      const marks = [...callMarks(call)];
      if (marks.length === 0) return;
      recorder.append({
        kind: 'call',
        ...authorOf(call.origin),
        service: call.service,
        method: call.method,
        outcome: event.outcome,
        marks,
      });
      return;
    }
  }
}

/** Nobody is named where the call came through the main ports: from the judge itself, or from a shared process. */
function authorOf(origin: string | null): Partial<Instance> {
  return origin === null ? {} : instanceOf(origin);
}

/** Only calls that change something are kept; reads would bury them. */
const DECISIVE = new Set(['Publish', 'Commit', 'BatchWrite']);

/** Make the event of a publish from its bytes. */
export function publishDraft(
  topic: string,
  message_id: string,
  bytes: Buffer,
  attributes: Readonly<Record<string, string>>,
) {
  const raw = bytes.toString('utf8');
  const parsed = parseObject(raw);
  const message = parsed === null ? null : cutMessage(parsed);
  return {
    kind: 'publish',
    topic,
    message_id,
    message,
    raw: message === null ? cutText(raw) : null,
    attributes,
    marks: message === null ? dates([raw]) : messageMarks(message),
  } as const;
}

function parseObject(raw: string): Payload | null {
  try {
    const value: unknown = JSON.parse(raw);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function dates(texts: readonly string[]): readonly string[] {
  return [...new Set(texts.flatMap(datesIn))];
}

const TEXT_MAX = 2_000;
const ELEMENTS_MAX = 1_000;
const FIELDS_MAX = 300;
const DEPTH_MAX = 16;

/**
 * Cut what is larger in a message than anything that the contract speaks of, so that a history, its proofs and its reports stay as
 * small as they are useful. A cut text says how long it was.
 */
export function cutMessage(message: Payload): Payload {
  return cut(message, 0) as Payload;
}

function cut(value: Json, depth: number): Json {
  if (typeof value === 'string') return cutText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= DEPTH_MAX) return '… (deeper)';
  if (Array.isArray(value))
    return value.slice(0, ELEMENTS_MAX).map((element: Json) => cut(element, depth + 1));
  const fields = Object.entries(value as Payload).slice(0, FIELDS_MAX);
  return Object.fromEntries(fields.map(([name, field]) => [cutText(name), cut(field, depth + 1)]));
}

/** Cut a text that is longer than anybody reads. */
function cutText(text: string): string {
  return text.length <= TEXT_MAX ? text : `${text.slice(0, TEXT_MAX)}… (${text.length} characters)`;
}

/** A published message, as far as a flood is told by it. */
interface FloodedPublish {
  /** Undefined where nobody knows who called. */
  readonly component: string | undefined;
  readonly topic: string;
  readonly marks: readonly string[];
}

/** What a guard tells. */
interface FloodEars {
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
