import type { EventDraft, History, HistoryEvent, Payload } from '../../../conformance/history/events.ts';

export const DATE = '2031-03-05';
const COMPONENT = 'phase4-orchestrator';

/** Number drafts in their order. */
export function happened(...drafts: readonly EventDraft[]): History {
  return drafts.map((draft, index) => ({ ...draft, sequence: index + 1, at_ms: index }) as HistoryEvent);
}

/** A delivery of a message about DATE; its answer is told by `answer` with the delivery's place. */
export function deliver(
  message_id: string,
  message: Payload = {},
  rest: { readonly defect?: string; readonly component?: string } = {},
): EventDraft {
  return {
    kind: 'delivery',
    component: rest.component ?? COMPONENT,
    topic: 'nba-phase4-processor-complete',
    form: 'push_envelope',
    message_id,
    attempt: 1,
    message: { game_date: DATE, ...message },
    defect: rest.defect ?? null,
    marks: ['case'],
  };
}

/** The answer to the delivery that is event `delivery`. */
export function answer(delivery: number, status: number | null = 200): EventDraft {
  return { kind: 'answer', delivery, status, acked: status === 200, body: '', marks: ['case'] };
}

/** A call of the target. */
export function call(method: string, outcome = 'OK', game_date = DATE): EventDraft {
  const service = method === 'Publish' ? 'pubsub' : 'firestore';
  return { kind: 'call', service, method, outcome, marks: [game_date] };
}

/** The store made a commit for DATE. */
export function commit(): EventDraft {
  return { kind: 'commit', paths: [`phase4_completion/${DATE}`], marks: [DATE] };
}

/** The broker took a message for DATE. */
export function publish(): EventDraft {
  return {
    kind: 'publish',
    topic: 'nba-phase4-trigger',
    message_id: '1',
    message: {},
    raw: null,
    attributes: {},
    marks: [DATE],
  };
}

/** A fault that holds commits or publishes back. */
export function hold(what: 'commit' | 'publish to any topic', change: 'strikes' | 'ends'): EventDraft {
  return { kind: 'fault', change, fault: `each ${what} for ${DATE} is held back`, marks: [DATE] };
}

/** The judge killed or started the component. */
export function process(change: 'killed' | 'started'): EventDraft {
  return { kind: 'process', component: COMPONENT, change, marks: ['case'] };
}

/** A call of an endpoint, and its answer. */
export function request(): EventDraft {
  return {
    kind: 'request',
    component: COMPONENT,
    method: 'POST',
    path: '/sweep',
    body: null,
    marks: ['case'],
  };
}

/** The answer to the request that is event `request`. */
export function response(request: number): EventDraft {
  return { kind: 'response', request, status: 200, body: null, marks: ['case'] };
}
