import { markerWords } from '../../checks/drawn/run/begin.ts';
import type { History, HistoryEvent } from '../../history/events.ts';
import { eventLine, messageWords, nearest } from '../lines.ts';
import { type Actor, BROKER, callerOf, JUDGE, STORE } from './actors.ts';

/** How a step is drawn: an arrow between two actors, a sign on one actor's line, or a line across all. */
export type Shape =
  | { readonly kind: 'arrow'; readonly from: Actor; readonly to: Actor }
  | { readonly kind: 'sign'; readonly on: Actor }
  | { readonly kind: 'line' };

/** One row of the diagram. */
export interface Step {
  readonly sequence: number;
  readonly at_ms: number;
  readonly shape: Shape;
  /** What it means for a reader: work, an acceptance, a refusal, a fault, or a remark of the judge. */
  readonly tone: 'work' | 'good' | 'bad' | 'fault' | 'remark';
  /** Two or three words on the arrow. */
  readonly label: string;
  /** What it was about, beside the row. */
  readonly text: string;
  /** The whole step in words. */
  readonly sentence: string;
  /** Whether the proof cites it. */
  readonly cited: boolean;
  /** Of an answer or response: the sequence that it answers. */
  readonly answers: number | null;
}

/** The rows of a diagram, and how many events of the case it leaves out. */
export interface Steps {
  readonly steps: readonly Step[];
  readonly left_out: number;
}

/** How many rows a diagram has at most. */
const ROWS_MAX = 30;

/** Turn a case's history into the rows of its diagram: the cited events, their answers and what came shortly before. */
export function stepsOf(history: History, cited: readonly number[]): Steps {
  const shown = history.filter((event) => isShown(event) || cited.includes(event.sequence));
  const wanted = new Set([...cited, ...answersTo(history, cited)]);
  const near = nearest(shown, [...wanted], ROWS_MAX);
  return {
    steps: near.map((event) => stepOf(history, event, cited.includes(event.sequence))),
    left_out: shown.length - near.length,
  };
}

/** A call that worked shows as its publish or commit already. */
function isShown(event: HistoryEvent): boolean {
  return event.kind !== 'call' || event.outcome !== 'OK';
}

function answersTo(history: History, cited: readonly number[]): readonly number[] {
  return history.flatMap((event) => {
    const asked = answeredBy(event);
    return asked !== null && cited.includes(asked) ? [event.sequence] : [];
  });
}

function answeredBy(event: HistoryEvent): number | null {
  if (event.kind === 'answer') return event.delivery;
  return event.kind === 'response' ? event.request : null;
}

function stepOf(history: History, event: HistoryEvent, cited: boolean): Step {
  const { sequence, at_ms } = event;
  const sentence = eventLine(history, event);
  return { sequence, at_ms, cited, answers: answeredBy(event), sentence, ...appearance(history, event) };
}

type Appearance = Pick<Step, 'shape' | 'tone' | 'label' | 'text'>;

function appearance(history: History, event: HistoryEvent): Appearance {
  switch (event.kind) {
    case 'delivery': {
      const label = event.attempt > 1 ? `deliver, attempt ${event.attempt}` : 'deliver';
      const text = event.defect ?? messageWords(event.message);
      return { shape: arrow(JUDGE, event.component), tone: 'work', label, text };
    }
    case 'answer': {
      const label = `${event.status ?? 'no answer'} ${event.acked ? 'ack' : 'nack'}`;
      const from = askedComponent(history, event.delivery);
      const text = `answer to #${event.delivery}${event.acked || event.body === '' ? '' : `: ${event.body}`}`;
      return { shape: arrow(from, JUDGE), tone: event.acked ? 'good' : 'bad', label, text };
    }
    case 'request':
      return {
        shape: arrow(JUDGE, event.component),
        tone: 'work',
        label: event.method,
        text: `${event.path}${event.body === null ? '' : ` ${JSON.stringify(event.body)}`}`,
      };
    case 'response': {
      const good = event.status !== null && event.status < 400;
      const from = askedComponent(history, event.request);
      const text = `response to #${event.request}: ${JSON.stringify(event.body)}`;
      return {
        shape: arrow(from, JUDGE),
        tone: good ? 'good' : 'bad',
        label: `${event.status ?? 'no answer'}`,
        text,
      };
    }
    case 'publish': {
      const text = `${event.message === null ? event.raw : messageWords(event.message)} → ${event.topic}`;
      return { shape: toCloud(callerOf(history, event), BROKER), tone: 'work', label: 'publish', text };
    }
    case 'commit': {
      const text = event.paths.join(', ');
      return { shape: toCloud(callerOf(history, event), STORE), tone: 'work', label: 'commit', text };
    }
    case 'call': {
      const to = event.service === 'pubsub' ? BROKER : STORE;
      const tone = event.outcome === 'OK' ? 'work' : 'bad';
      const text = `${event.method} was answered ${event.outcome}`;
      return { shape: toCloud(callerOf(history, event), to), tone, label: event.method.toLowerCase(), text };
    }
    case 'document':
    case 'seed':
      return {
        shape: arrow(JUDGE, STORE),
        tone: 'remark',
        label: event.kind === 'seed' ? 'seed' : 'read',
        text: eventLine(history, event),
      };
    case 'fault':
      return { shape: { kind: 'line' }, tone: 'fault', label: `fault ${event.change}`, text: event.fault };
    case 'process':
      return {
        shape: { kind: 'sign', on: event.component },
        tone: event.change === 'started' ? 'good' : 'fault',
        label: event.change,
        text: `${event.component} ${event.change}`,
      };
    case 'neighbour':
    case 'exploration':
      return { shape: { kind: 'line' }, tone: 'remark', label: '', text: eventLine(history, event) };
    case 'marker':
      return { shape: { kind: 'line' }, tone: 'remark', label: '', text: markerWords(event) };
  }
}

function arrow(from: Actor, to: Actor): Shape {
  return { kind: 'arrow', from, to };
}

function toCloud(caller: Actor | null, cloud: Actor): Shape {
  return caller === null ? { kind: 'sign', on: cloud } : arrow(caller, cloud);
}

function askedComponent(history: History, sequence: number): Actor {
  const asked = history.find((event) => event.sequence === sequence);
  return asked?.kind === 'delivery' || asked?.kind === 'request' ? asked.component : 'unknown component';
}
