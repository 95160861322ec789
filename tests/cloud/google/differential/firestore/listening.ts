import type { CollectionReference, Query } from '@google-cloud/firestore';
import { found } from './queries.ts';

/** A listener, and what it was told last. */
export interface Listener {
  readonly query: Query;
  /** What it was told last; `refused` without a code, which is a known difference (`listener-refusals`). */
  told(): string;
  /** Resolves with the next thing that it is told. */
  next(): Promise<void>;
  stop(): void;
}

/** Listens to a query. Resolves when it was told something, which may be an error. */
export async function listenTo(query: Query, games: CollectionReference): Promise<Listener> {
  let told = '';
  let hear = () => {};
  const next = () =>
    new Promise<void>((resolve) => {
      hear = resolve;
    });
  const first = next();
  const tell = (what: string) => {
    told = what;
    hear();
  };
  const stop = query.onSnapshot(
    (snapshot) => tell(found(snapshot, games).join('\n')),
    () => tell('refused'),
  );
  await first;
  return { query, told: () => told, next, stop };
}

/** Resolves when a listener was told what its query finds now, or after so many ms. @returns what it was told. */
export async function settled(
  listener: Listener,
  games: CollectionReference,
  within_ms: number,
): Promise<string> {
  if (listener.told().startsWith('refused')) return listener.told();
  const now = found(await listener.query.get(), games).join('\n');
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, within_ms);
  });
  let isLate = false;
  void late.then(() => {
    isLate = true;
  });
  while (listener.told() !== now && !isLate) await Promise.race([listener.next(), late]);
  clearTimeout(timer);
  return listener.told() === now ? now : `told ${listener.told()}\nthough its query finds ${now}`;
}
