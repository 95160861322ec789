import type {
  AnswerEvent,
  DeliveryEvent,
  History,
  NeighbourEvent,
  Payload,
  PublishEvent,
  ResponseEvent,
} from './events.ts';

/** List the messages that the target published, to one topic or to any. */
export function publishes(history: History, topic?: string): readonly PublishEvent[] {
  return history.filter(
    (event): event is PublishEvent =>
      event.kind === 'publish' && (topic === undefined || event.topic === topic),
  );
}

/** List the deliveries that the judge made, to one component or to any. */
export function deliveries(history: History, component?: string): readonly DeliveryEvent[] {
  return history.filter(
    (event): event is DeliveryEvent =>
      event.kind === 'delivery' && (component === undefined || event.component === component),
  );
}

/** Find the answer to a delivery; undefined while it is under way. */
export function answerTo(history: History, delivery: DeliveryEvent): AnswerEvent | undefined {
  return history.find(
    (event): event is AnswerEvent => event.kind === 'answer' && event.delivery === delivery.sequence,
  );
}

/** Find the response to a request by the request's sequence. */
export function responseTo(history: History, request: number): ResponseEvent | undefined {
  return history.find(
    (event): event is ResponseEvent => event.kind === 'response' && event.request === request,
  );
}

/**
 * List calls of other cases that reached a component between two events of a history, also those that began before or ended
 * after. What it did meanwhile may have been asked for by them, so nothing can be concluded from it.
 */
export function neighbourCalls(
  history: History,
  component: string,
  from: number,
  to: number,
): readonly NeighbourEvent[] {
  const open = new Map<string, NeighbourEvent>();
  const meeting: NeighbourEvent[] = [];
  for (const event of history) {
    if (event.kind !== 'neighbour' || (event.component !== null && event.component !== component)) continue;
    const key = `${event.by} ${event.component} ${event.call}`;
    if (event.change === 'begins') {
      open.set(key, event);
      continue;
    }
    const begun = open.get(key);
    open.delete(key);
    if (begun !== undefined && begun.sequence <= to && event.sequence >= from) meeting.push(begun);
  }
  return [...meeting, ...[...open.values()].filter(({ sequence }) => sequence <= to)];
}

/** List the events of one explored run, with the calls of others that reached it; `mark` is its game date. */
export function eventsOfRun(history: History, mark: string): History {
  return history.filter((event) =>
    event.kind === 'neighbour' ? event.by !== mark : event.marks.includes(mark),
  );
}

/** Read a text field of a message; empty when it is missing or no text. */
export function text(message: object | null, field: string): string {
  const value = (message as Readonly<Record<string, unknown>> | null)?.[field];
  return typeof value === 'string' ? value : '';
}

/** Read metadata.run, or run, of a message; the contract's default is 1. */
export function runOf(message: object | null): number {
  const fields = message as { run?: unknown; metadata?: { run?: unknown } | null } | null;
  const run = fields?.run ?? fields?.metadata?.run;
  return typeof run === 'number' ? run : 1;
}

/** Read the metadata of a message; empty when it is missing or no object. */
export function metadataOf(message: Payload | null): Payload {
  const metadata = message?.['metadata'];
  return isObject(metadata) ? metadata : {};
}

/** Read the id with which a message is traced: its correlation_id, else its execution_id. */
export function correlationOf(message: object | null): string {
  return text(message, 'correlation_id') || text(message, 'execution_id');
}

/**
 * Read the execution_id of a message, or of an entry that lists a run, in small letters; empty when it is missing. A UUID in
 * capitals is the same UUID (RFC 9562, section 4), and a program that stores ids as UUIDs gives them back in letters of its own.
 */
export function executionOf(message: object | null): string {
  return text(message, 'execution_id').toLowerCase();
}

/** Tell whether a value is a JSON object, and no list. */
export function isObject(value: unknown): value is Payload {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
