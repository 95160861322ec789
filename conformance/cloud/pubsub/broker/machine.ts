import type { Clock } from '../../clock.ts';
import { decide } from '../delivery/decide.ts';
import { type Effect, nextDueMs, type SubscriptionEvent, type SubscriptionState } from '../delivery/state.ts';

/** An event whose time the machine adds. */
export type TimelessEvent = SubscriptionEvent extends infer Event
  ? Event extends SubscriptionEvent
    ? Omit<Event, 'now_ms'>
    : never
  : never;

/** A subscription's state in motion. */
export interface Machine {
  send(event: TimelessEvent): void;
  state(): SubscriptionState;
  stop(): void;
}

/**
 * Runs `decide` over one event after the other, carries the effects out through `perform`, and ticks when a
 * lease or backoff ends. Events that arise from effects wait their turn, so that effects keep their order.
 *
 * @param changed told of every step before its effects are carried out.
 */
export function runMachine(
  initial: SubscriptionState,
  clock: Clock,
  perform: (effect: Effect) => void,
  changed?: (before: SubscriptionState, after: SubscriptionState) => void,
): Machine {
  const inbox: TimelessEvent[] = [];
  let state = initial;
  let busy = false;
  let alarm: { readonly due_ms: number; readonly cancel: () => void } | undefined;

  const send = (event: TimelessEvent) => {
    inbox.push(event);
    if (busy) return;
    busy = true;
    for (let next = inbox.shift(); next !== undefined; next = inbox.shift()) {
      const [decided, effects] = decide(state, { ...next, now_ms: clock.nowMs() });
      changed?.(state, decided);
      state = decided;
      effects.forEach(perform);
    }
    busy = false;
    setAlarm();
  };

  const setAlarm = () => {
    const due_ms = nextDueMs(state);
    if (alarm?.due_ms === due_ms) return;
    alarm?.cancel();
    alarm =
      due_ms === undefined ? undefined : { due_ms, cancel: clock.schedule(due_ms - clock.nowMs(), tick) };
  };

  const tick = () => {
    alarm = undefined;
    send({ kind: 'ticked' });
  };

  return {
    send,
    state: () => state,
    stop() {
      alarm?.cancel();
      alarm = undefined;
      state = initial;
    },
  };
}
