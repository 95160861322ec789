import type { History, HistoryEvent, Json, Payload } from '../../../../conformance/history/events.ts';
import { isObject, metadataOf } from '../../../../conformance/history/select.ts';

/** Tells a history as another right program would have made it. */
type Change = (history: History) => History;

/** What an engineer may do otherwise than the reference without breaking a promise, in words. */
export const LEFT_OPEN: Readonly<Record<string, Change>> = {
  'timestamps of whole seconds': messages((message) => ({
    ...message,
    timestamp: String(message['timestamp']).replace(/\.\d+Z$/, 'Z'),
  })),
  'timestamps with microseconds': messages((message) => ({
    ...message,
    timestamp: String(message['timestamp']).replace(/Z$/, '123Z'),
  })),
  'durations of whole seconds': messages((message) =>
    typeof message['duration_seconds'] === 'number'
      ? { ...message, duration_seconds: Math.floor(message['duration_seconds']) }
      : message,
  ),
  'fields in another order': messages((message) => Object.fromEntries(Object.entries(message).reverse())),
  'more in metadata': messages((message) =>
    withMetadata(message, {
      host: 'a',
      attempt: 7,
      game_date: '1999-01-01',
      status: 'failed',
      parts: [{ of: 1 }],
    }),
  ),
  'ids of upstream runs in capitals': messages((message) =>
    withUpstream(message, (entry) => ({ ...entry, execution_id: inCapitals(entry['execution_id']) })),
  ),
  'ids of triggers in capitals': messages((message) =>
    isTrigger(message) ? { ...message, execution_id: inCapitals(message['execution_id']) } : message,
  ),
  'upstream runs in another order': messages((message) => {
    const { upstream } = metadataOf(message);
    return Array.isArray(upstream) ? withMetadata(message, { upstream: [...upstream].reverse() }) : message;
  }),
  'no upstream runs where none are owed': messages((message) => {
    const { upstream: _, ...rest } = metadataOf(message);
    const is_owed = isTrigger(message) || message['phase'] === 'phase_5_predictions';
    return is_owed || !('upstream' in metadataOf(message)) ? message : { ...message, metadata: rest };
  }),
  'processors in another order': messages((message) => {
    const { processors } = metadataOf(message);
    return Array.isArray(processors)
      ? withMetadata(message, { processors: [...processors].reverse() })
      : message;
  }),
  'no level in completions': messages((message) => {
    const { level: _, ...rest } = metadataOf(message);
    return isTrigger(message) || !('level' in metadataOf(message)) ? message : { ...message, metadata: rest };
  }),
  'results without attempt': messages((message) => {
    const { attempt: _, ...rest } = message;
    return 'predicted_points' in message ? rest : message;
  }),
  'other counts in triggers': messages((message) =>
    isTrigger(message) ? { ...message, status: 'partial', record_count: 12, records_failed: 3 } : message,
  ),
  'the correlation_id of another upstream run': messages((message) => {
    const { upstream } = metadataOf(message);
    const last = Array.isArray(upstream) ? upstream.at(-1) : undefined;
    return isTrigger(message) && isObject(last)
      ? { ...message, correlation_id: last['correlation_id'] ?? '' }
      : message;
  }),
  'coverage without rounding': messages((message) => {
    const { players_requested: asked, players_completed: done } = metadataOf(message);
    return typeof asked === 'number' && asked > 0 && 'coverage_percent' in metadataOf(message)
      ? withMetadata(message, { coverage_percent: (100 * Number(done)) / asked })
      : message;
  }),
  'an id for each request': messages((message) =>
    'attempt' in message && !('predicted_points' in message)
      ? { ...message, execution_id: idFrom(message) }
      : message,
  ),
  'no attributes': publishes((event) => ({ ...event, attributes: {} })),
  'attributes of its own': publishes((event) => ({
    ...event,
    attributes: { sent_by: 'somebody', shard: '3' },
  })),
  'acks by 200': answers((status) => (status < 300 ? 200 : status)),
  'acks by 201': answers((status) => (status < 300 ? 201 : status)),
  'acks by 204': answers((status) => (status < 300 ? 204 : status)),
  'work under way elsewhere answered 503': answers((status) => (status === 409 ? 503 : status)),
  'work under way elsewhere answered 500': answers((status) => (status === 409 ? 500 : status)),
  'answers without body': (history) =>
    history.map((event) => (event.kind === 'answer' ? { ...event, body: '' } : event)),
  'words of a call as text': (history) =>
    history.map((event) =>
      event.kind === 'response' && isObject(event.body) && typeof event.body['status'] === 'string'
        ? { ...event, body: event.body['status'] }
        : event,
    ),
  'a status that tells more': (history) =>
    history.map((event) =>
      event.kind === 'response' && isObject(event.body) && 'players_requested' in event.body
        ? { ...event, body: { ...event.body, generated_at: 'now', open: [] } }
        : event,
    ),
  'another pace': (history) => history.map((event) => ({ ...event, at_ms: event.at_ms * 3 })),
  'a topic of its own': (history) =>
    renumbered(history, (event) =>
      event.kind === 'publish'
        ? [
            event,
            {
              ...event,
              topic: 'figures-of-my-own',
              message: { sent: 1 },
              message_id: `${event.message_id}9`,
            },
          ]
        : [event],
    ),
  'documents of its own': (history) =>
    renumbered(history, (event) =>
      event.kind === 'commit'
        ? [event, { ...event, paths: event.paths.map((path) => `of_${path}`) }]
        : [event],
    ),
};

/** Changes what the program published, and those deliveries that carry the same on. */
function messages(change: (message: Payload) => Payload): Change {
  return (history) => {
    const made = new Map<string, Payload>();
    for (const event of history) {
      if (event.kind === 'publish' && event.message !== null)
        made.set(JSON.stringify(event.message), change(event.message));
    }
    return history.map((event) => {
      if ((event.kind !== 'publish' && event.kind !== 'delivery') || event.message === null) return event;
      const message = made.get(JSON.stringify(event.message)) ?? event.message;
      // What attributes repeat must be what the message says.
      return event.kind === 'publish' ? { ...event, message, attributes: {} } : { ...event, message };
    });
  };
}

function publishes(change: (event: HistoryEvent & { kind: 'publish' }) => HistoryEvent): Change {
  return (history) => history.map((event) => (event.kind === 'publish' ? change(event) : event));
}

function answers(change: (status: number) => number): Change {
  return (history) =>
    history.map((event) =>
      event.kind === 'answer' && event.status !== null ? { ...event, status: change(event.status) } : event,
    );
}

/** Puts events beside others, and numbers them all again. */
function renumbered(history: History, beside: (event: HistoryEvent) => readonly HistoryEvent[]): History {
  const numbers = new Map<number, number>();
  let count = 0;
  const all = history.flatMap((event) => {
    numbers.set(event.sequence, count + 1);
    return beside(event).map((one) => ({ ...one, sequence: ++count }));
  });
  const numberOf = (old: number): number => numbers.get(old) ?? old;
  return all.map((event) => {
    if (event.kind === 'answer') return { ...event, delivery: numberOf(event.delivery) };
    return event.kind === 'response' ? { ...event, request: numberOf(event.request) } : event;
  });
}

function isTrigger(message: Payload): boolean {
  return message['phase'] === 'orchestration';
}

function withMetadata(message: Payload, more: Payload): Payload {
  return isObject(message['metadata'])
    ? { ...message, metadata: { ...message['metadata'], ...more } }
    : message;
}

function withUpstream(message: Payload, change: (entry: Payload) => Payload): Payload {
  const { upstream } = metadataOf(message);
  if (!Array.isArray(upstream)) return message;
  return withMetadata(message, {
    upstream: upstream.map((entry) => (isObject(entry) ? change(entry) : entry)),
  });
}

function inCapitals(id: Json | undefined): Json {
  return typeof id === 'string' ? id.toUpperCase() : (id ?? null);
}

/** An id that follows from which request it is. */
function idFrom({ batch_id, player_lookup, attempt }: Payload): string {
  const hex = Buffer.from(
    `${String(attempt)}${String(player_lookup)}${String(batch_id)}`.split('').reverse().join(''),
  )
    .toString('hex')
    .padEnd(32, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
