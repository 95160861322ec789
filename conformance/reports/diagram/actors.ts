import { TOPICS } from '../../../generated/topology.ts';
import { COMPONENT_NAMES } from '../../contract/names.ts';
import type { CallEvent, CommitEvent, History, PublishEvent } from '../../history/events.ts';

/** A vertical line of the diagram: the judge, a component by its name, the broker or the store. */
export type Actor = string;

export const JUDGE: Actor = 'judge';
export const BROKER: Actor = 'broker';
export const STORE: Actor = 'store';

/** Put actors in the order of the lines, from left to right; components that the contract does not know come last. */
export function inOrder(actors: Iterable<Actor>): readonly Actor[] {
  const order: readonly string[] = [JUDGE, ...COMPONENT_NAMES];
  const place = (actor: Actor): number => {
    if (actor === STORE) return order.length + 2;
    if (actor === BROKER) return order.length + 1;
    const known = order.indexOf(actor);
    return known < 0 ? order.length : known;
  };
  return [...new Set(actors)].sort((a, b) => place(a) - place(b));
}

/**
 * Name the component that made a publish, call or commit. Where the history does not say: a sender of the topic, else one
 * that had a delivery or request open at the time, else the only component of the case. null when nothing points to one.
 */
export function callerOf(history: History, event: PublishEvent | CallEvent | CommitEvent): Actor | null {
  if (event.component !== undefined) return event.component;
  const present = componentsOf(history);
  const busy = busyAt(history, event.sequence);
  const senders = event.kind === 'publish' ? sendersOf(event.topic) : [];
  const guesses = [
    busy.filter((component) => senders.includes(component)),
    present.filter((component) => senders.includes(component)),
    senders,
    busy,
    present.length === 1 ? present : [],
  ];
  return guesses.find((guess) => guess.length > 0)?.at(-1) ?? null;
}

function componentsOf(history: History): readonly Actor[] {
  const named = history.flatMap((event) =>
    event.kind !== 'neighbour' && 'component' in event ? (event.component ?? []) : [],
  );
  return [...new Set(named)];
}

/** The components with a delivery or request under way, the one that was asked last at the end. */
function busyAt(history: History, sequence: number): readonly Actor[] {
  const open = new Map<number, Actor>();
  for (const event of history) {
    if (event.sequence >= sequence) break;
    if (event.kind === 'delivery' || event.kind === 'request') open.set(event.sequence, event.component);
    if (event.kind === 'answer') open.delete(event.delivery);
    if (event.kind === 'response') open.delete(event.request);
  }
  return [...open.values()];
}

function sendersOf(topic: string): readonly Actor[] {
  const topics: Readonly<Record<string, { readonly senders: readonly string[] }>> = TOPICS;
  return topics[topic]?.senders ?? [];
}
