import type { DeliveryEvent, History, RequestEvent } from '../../../../history/events.ts';

/** A delivery or a call with the moment of its answer; Infinity while there is none. */
export interface Span {
  readonly event: DeliveryEvent | RequestEvent;
  readonly from: number;
  readonly to: number;
  readonly status: number | null;
  readonly acked: boolean;
}

/** List the deliveries and calls to a component, in order, each with its answer. */
export function spansOf(history: History, component: string): readonly Span[] {
  const answers = new Map<
    number,
    { readonly to: number; readonly status: number | null; readonly acked: boolean }
  >();
  for (const event of history) {
    if (event.kind === 'answer') {
      answers.set(event.delivery, { to: event.sequence, status: event.status, acked: event.acked });
    } else if (event.kind === 'response') {
      const acked = event.status !== null && event.status < 300;
      answers.set(event.request, { to: event.sequence, status: event.status, acked });
    }
  }
  return history.flatMap((event) => {
    if ((event.kind !== 'delivery' && event.kind !== 'request') || event.component !== component) return [];
    const answer = answers.get(event.sequence) ?? { to: Infinity, status: null, acked: false };
    return [{ event, from: event.sequence, ...answer }];
  });
}

/** Tell whether nothing else was in hand from a span's beginning to its end. */
export function isAlone(span: Span, spans: readonly Span[]): boolean {
  return spans.every((other) => other === span || other.to < span.from || other.from > span.to);
}

/** Tell whether a fault struck or an instance ended somewhere in a history. */
export function isDisturbed(history: History): boolean {
  return history.some(({ kind }) => kind === 'fault' || kind === 'process');
}
