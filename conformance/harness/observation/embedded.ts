import type { CloudEvent, Observer } from '../../cloud/calls.ts';
import { type Instance, instanceOf } from '../../contract/instances.ts';
import type { Payload } from '../../history/events.ts';
import { marksInHand } from '../../history/in-hand.ts';
import type { Recorder } from '../../history/recorder.ts';
import { callMarks, datesIn, messageMarks } from '../faults/marks.ts';
import { cutMessage, cutText } from './cut.ts';
import { createFloodGuard, type FloodEars, type FloodedPublish } from './flood.ts';
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
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Payload) : null;
  } catch {
    return null;
  }
}

function dates(texts: readonly string[]): readonly string[] {
  return [...new Set(texts.flatMap(datesIn))];
}
