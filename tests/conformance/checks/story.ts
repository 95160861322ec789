import { describe, type FaultEffect } from '../../../conformance/harness/faults/faults.ts';
import { buildMessage, type Overrides } from '../../../conformance/harness/messages/build.ts';
import type {
  EventDraft,
  History,
  HistoryEvent,
  Json,
  Payload,
} from '../../../conformance/history/events.ts';
import type { MessageName } from '../../../generated/validation.ts';

/** A history that a test writes by hand. */
export interface Story {
  /** A delivery and its answer; 200 unless said otherwise, null for no answer. Returns the delivery's sequence. */
  deliver(
    component: string,
    topic: string,
    message: Payload | null,
    options?: { status?: number | null; defect?: string; message_id?: string },
  ): number;
  publish(topic: string, message: Payload, message_id?: string): number;
  /** A call and its answer. */
  request(
    path: string,
    status: number,
    method?: string,
    body?: Json,
    component?: string,
    sent?: Json,
    headers?: Readonly<Record<string, string>>,
  ): number;
  seed(game_date: string, players: readonly string[], told?: { readonly minutes: readonly number[] }): void;
  mark(name: string, sentence?: string): void;
  fault(change: 'begins' | 'strikes' | 'ends', effect?: FaultEffect): void;
  commit(path: string): void;
  call(service: 'pubsub' | 'firestore', method: string, outcome: string): void;
  document(path: string, fields: Payload | null): void;
  history(): History;
}

export const DATE = '2031-03-05';

let ids = 0;

/** A UUID that no other message of the test has. */
export function uuid(): string {
  ids += 1;
  return `00000000-0000-4000-8000-${String(ids).padStart(12, '0')}`;
}

/** Build a message for DATE with ids of its own. */
export function message(name: MessageName, overrides: Overrides = {}): Payload {
  return buildMessage(name, { game_date: DATE, execution_id: uuid(), correlation_id: uuid(), ...overrides });
}

/** Starts an empty history. */
export function story(): Story {
  const events: HistoryEvent[] = [];
  const add = (draft: EventDraft): number => {
    const sequence = events.length + 1;
    events.push({ ...draft, sequence, at_ms: sequence });
    return sequence;
  };
  const marks: readonly string[] = [];
  return {
    deliver(component, topic, payload, { status = 200, defect, message_id = String(events.length) } = {}) {
      const delivery = add({
        kind: 'delivery',
        component,
        topic,
        form: 'push_envelope',
        message_id,
        attempt: 1,
        message: payload,
        defect: defect ?? null,
        marks,
      });
      const acked = status !== null && [102, 200, 201, 202, 204].includes(status);
      add({ kind: 'answer', delivery, status, acked, body: '', marks });
      return delivery;
    },
    publish: (topic, payload, message_id = String(events.length)) =>
      add({ kind: 'publish', topic, message_id, message: payload, raw: null, attributes: {}, marks }),
    request(
      path,
      status,
      method = 'POST',
      answer = null,
      component = 'phase5-coordinator',
      sent = null,
      headers = {},
    ) {
      const request = add({
        kind: 'request',
        component,
        method,
        path,
        body: sent,
        headers,
        marks,
      });
      const body: Json = answer;
      add({ kind: 'response', request, status, body, marks });
      return request;
    },
    seed: (game_date, players, told = undefined) =>
      void add({
        kind: 'seed',
        name: 'feature_store',
        game_date,
        run: 1,
        players_ready: players,
        players_total: players.length,
        ...told,
        marks,
      }),
    mark: (name, sentence = name) => void add({ kind: 'marker', name, sentence, marks }),
    fault: (change, effect = 'refuse') =>
      void add({ kind: 'fault', change, fault: describe({ on: 'publish', game_date: DATE, effect }), marks }),
    commit: (path) => void add({ kind: 'commit', paths: [path], marks }),
    call: (service, method, outcome) => void add({ kind: 'call', service, method, outcome, marks }),
    document: (path, fields) => void add({ kind: 'document', path, fields, marks }),
    history: () => events,
  };
}
