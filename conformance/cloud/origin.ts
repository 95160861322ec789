import { AsyncLocalStorage } from 'node:async_hooks';

/** Which door the call came through that is being served; it follows the call across everything that it awaits. */
const serving = new AsyncLocalStorage<string>();

/** Serve a call that came through a door; what it publishes and commits is told with the door's name. */
export function servingFor<Result>(origin: string | null, serve: () => Result): Result {
  // Following costs time at each await, so calls through the main ports, which have no name, go without.
  return origin === null ? serve() : serving.run(origin, serve);
}

/** Name the door of the call that is being served; null for the main ports and for work of the cloud's own. */
export function currentOrigin(): string | null {
  return serving.getStore() ?? null;
}
