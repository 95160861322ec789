import type { Keeper } from './keeper.ts';

/** Keeps nothing: everything ends with the process. */
export const FORGETFUL: Keeper = {
  life: 0,
  map: () => new Map(),
  kept: undefined,
  next: { message_id: 1, serial: 1 },
  take: (messages) => messages,
  settle() {},
  history: () => new Map(),
  historyChanged() {},
  subscriptions: () => [],
  subscriptionChanged() {},
  unackedChanged: undefined,
  subscriptionRemoved() {},
};
