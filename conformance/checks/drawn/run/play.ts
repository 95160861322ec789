import type { ComponentName } from '../../../contract/names.ts';
import type { ActiveFault } from '../../../harness/faults/faults.ts';
import type { Branch, SceneDelivery } from '../../../harness/scene/scene.ts';
import type { Payload } from '../../../history/events.ts';
import type {
  DrawnAsk,
  DrawnCall,
  DrawnHistory,
  DrawnParcel,
  DrawnPlace,
  DrawnStep,
} from '../value/history.ts';
import type { DrawnWork } from '../value/processing.ts';
import { sweepUntilOver } from './delivering/sweeping.ts';
import { createWaiting } from './delivering/waiting.ts';
import { createParcelIds, type ParcelIds, parcelsOf } from './ids.ts';

/** How the messages of a receiver are made. */
export interface Posting {
  readonly component: ComponentName;
  readonly topic: string;
  messageOf(
    parcel: DrawnParcel,
    place: { game_date: string; run: number; timestamp: string },
    ids: ParcelIds,
  ): Payload;
  /** Whether the contract wants the message taken now; what it wants refused is delivered once. */
  isTaken(message: Payload): boolean;
  /** Makes the request for a player. */
  askOf?(ask: DrawnAsk, place: { game_date: string; run: number }): Payload;
  /** Does what only this receiver is asked; the messages that it sends are known by the number of their step. */
  call?(step: DrawnCall, place: { game_date: string; run: number }, post: Known): Promise<readonly Sent[]>;
  /** Does what only receivers of Phases 1 to 4 are asked, or fills their tables. */
  work?(step: DrawnWork, place: { game_date: string; run: number }): Promise<void>;
}

/** A message as it was delivered, and whether it was nacked in the end. */
export type Sent = SceneDelivery & { readonly message_id: string; readonly is_nacked?: true };

/** What was sent by the steps before. */
export interface Known {
  sentBy(n: number): readonly Sent[];
}

/** A message of the history, ready to be delivered, and how often it was. */
interface Posted {
  readonly delivery: Sent;
  readonly is_taken: boolean;
  attempts: number;
}

/** Plays the steps of a history one after the other; what was nacked is delivered again until it is acked, as Pub/Sub does. */
export async function playHistory(branch: Branch, history: DrawnHistory, posting: Posting): Promise<void> {
  const post = createPost(branch, history, posting);
  for (const step of history.steps) await post.during(() => playStep(step, post));
  await post.finish();
  await branch.settle();
}

async function playStep(step: DrawnStep, post: Post): Promise<void> {
  switch (step.do) {
    case 'deliver':
      await Promise.all(step.parcels.map((parcel) => post.deliver(parcel)));
      return;
    case 'again':
      return post.again(step.n, step.new_id === true);
    case 'sweep':
      return post.sweep(step);
    case 'odd':
      return post.odd(step);
    case 'refuse':
      return post.refuse(step);
    case 'ask':
      await Promise.all(step.asks.map((ask) => post.ask(ask)));
      return;
    case 'scrape':
    case 'fill':
    case 'process':
      return post.work(step);
    default:
      return post.call(step);
  }
}

/** Where a step happens: its date, and its run among those that are nobody else's. */
export function placeOf(
  { window, game_date, target }: Pick<Branch, 'window' | 'game_date' | 'target'>,
  { day = 0, run = 1 }: DrawnPlace,
): { readonly game_date: string; readonly run: number } {
  return { game_date: window.days[day] ?? game_date, run: (target.has.runs ? run : 1) + window.run_offset };
}

type Step<Name extends DrawnStep['do']> = Extract<DrawnStep, { readonly do: Name }>;

interface Post {
  readonly component: ComponentName;
  deliver(parcel: DrawnParcel): Promise<void>;
  again(n: number, is_new_id: boolean): Promise<void>;
  call(step: DrawnCall): Promise<void>;
  work(step: DrawnWork): Promise<void>;
  ask(ask: DrawnAsk): Promise<void>;
  refuse(step: Step<'refuse'>): void;
  sweep(step: Step<'sweep'>): Promise<void>;
  odd(step: Step<'odd'>): Promise<void>;
  /** Plays a step, and lets a held call go on that was held back for it. */
  during(play: () => Promise<void>): Promise<void>;
  /** Ends the faults, and delivers what is still nacked. */
  finish(): Promise<void>;
}

function createPost(branch: Branch, history: DrawnHistory, posting: Posting): Post {
  const posted = new Map<number, readonly Posted[]>();
  const nacked = new Set<Posted>();
  const faults: ActiveFault[] = [];
  const order = parcelsOf(history).map(({ n }) => n);
  const ids = createParcelIds(branch, history, branch.nextMessageId);
  const began_ms = Date.now();
  const waiting = createWaiting(branch.target.recovery_seconds * 1_000);

  const replicaOf = ({ instance }: { readonly instance?: 2 }): { readonly replica?: number } =>
    instance !== undefined && branch.instancesOf(posting.component) > 1 ? { replica: instance } : {};
  const keepNacked = (one: Posted, message_id: string, attempts: number): void =>
    void nacked.add({ ...one, delivery: { ...one.delivery, message_id }, attempts });
  const sendNow = async (one: Posted, message_id: string, is_late: boolean): Promise<void> => {
    const attempt = message_id === one.delivery.message_id ? ++one.attempts : 1;
    const answer = await branch.deliver({ ...one.delivery, message_id, attempt });
    if (answer.acked || !one.is_taken || answer.status === 400) return;
    if (is_late) return keepNacked(one, message_id, attempt);
    const last = await branch.deliverUntilAcked({ ...one.delivery, message_id, attempt: attempt + 1 });
    // A call that is held back may have kept it waiting.
    if (!last.acked && faults.length > 0) keepNacked(one, message_id, attempt + 1);
  };
  const send = async (one: Posted, message_id: string, is_late: boolean): Promise<void> =>
    void (await waiting.until(sendNow(one, message_id, is_late)));

  return {
    component: posting.component,
    async deliver(parcel) {
      const { copies = 1, new_ids, late, minutes = 0 } = parcel;
      const turn = Math.max(0, order.indexOf(parcel.n));
      const place = {
        ...placeOf(branch, parcel),
        timestamp: new Date(began_ms + turn * 1_000 + minutes * 60_000).toISOString(),
      };
      const message = posting.messageOf(parcel, place, ids);
      const { component, topic } = posting;
      const delivery = { component, topic, message, message_id: ids.message(parcel), ...replicaOf(parcel) };
      const one: Posted = { delivery, is_taken: posting.isTaken(message), attempts: 0 };
      posted.set(parcel.n, [one]);
      const copied = Array.from({ length: copies }, (_, index) =>
        index > 0 && new_ids === true ? branch.nextMessageId() : delivery.message_id,
      );
      await Promise.all(copied.map((message_id) => send(one, message_id, late === true)));
    },
    async call(step) {
      const known: Known = { sentBy: (n) => (posted.get(n) ?? []).map(({ delivery }) => delivery) };
      const called = posting.call?.(step, placeOf(branch, step), known);
      if (called === undefined) return;
      const keep = async (): Promise<void> => {
        const sent = await called;
        if (step.do !== 'answer') return;
        const made = sent.map((delivery): Posted => ({ delivery, is_taken: true, attempts: 1 }));
        posted.set(step.n, made);
        // What a fault kept from being taken comes again when it is over.
        if (faults.length > 0 || step.late === true)
          for (const one of made.filter(({ delivery }) => delivery.is_nacked)) nacked.add(one);
      };
      await waiting.until(keep(), step.do === 'recover');
    },
    async work(step) {
      const working = posting.work?.(step, placeOf(branch, step));
      if (working !== undefined) await waiting.until(working);
    },
    async ask(ask) {
      const { copies = 1, new_ids, late } = ask;
      const { component, topic } = posting;
      const message = posting.askOf?.(ask, placeOf(branch, ask));
      if (message === undefined) return;
      const message_id = branch.nextMessageId();
      const delivery = { component, topic, message, message_id, ...replicaOf(ask) };
      const one: Posted = { delivery, is_taken: true, attempts: 0 };
      posted.set(ask.n, [one]);
      const copied = Array.from({ length: copies }, (_, index) =>
        index > 0 && new_ids === true ? branch.nextMessageId() : delivery.message_id,
      );
      await Promise.all(copied.map((message_id) => send(one, message_id, late === true)));
    },
    async again(n, is_new_id) {
      const sent = posted.get(n) ?? [];
      await Promise.all(
        sent.map((one) => send(one, is_new_id ? branch.nextMessageId() : one.delivery.message_id, false)),
      );
    },
    async sweep(step) {
      if (!branch.target.has.sweep) return;
      await branch.settle();
      if (step.until_over === true) return sweepUntilOver(branch, posting.component, replicaOf(step));
      await waiting.until(branch.request(posting.component, '/sweep', replicaOf(step)));
    },
    async odd({ method, path, body, ...step }) {
      const { game_date, run } = placeOf(branch, step);
      const fill = (words: string): string =>
        words.replaceAll('{game_date}', game_date).replaceAll('{run}', String(run));
      await branch.settle();
      await waiting.until(
        branch.request(posting.component, fill(path), {
          method,
          ...(body === undefined ? {} : { text: fill(body) }),
        }),
      );
    },
    during: (play) => waiting.step(play),
    refuse({ on, day = 0, after = 0, topic, times = 1, alike, is_done, is_held, held_steps }) {
      // Calls of a store of the target's own are not seen, so none can be struck.
      if (on !== 'publish' && branch.target.store !== 'cloud') return;
      const game_date = branch.window.days[day] ?? branch.game_date;
      const lost = is_done === true ? 'lose_answer' : 'refuse';
      const waits = is_done === true ? 'delay_answer' : 'hold';
      const effect = is_held === true ? waits : lost;
      const rule = { on, effect, game_date, after, times } as const;
      const fault = branch.fault({
        ...rule,
        ...(topic === undefined ? {} : { topic }),
        // Others have a message of the same day in hand.
        ...(branch.window.is_shared ? { by: posting.component } : {}),
        ...(alike === undefined ? {} : { alike }),
      });
      faults.push(fault);
      if (is_held === true) waiting.hold(fault, held_steps);
    },
    async finish() {
      for (const fault of faults) fault.lift();
      await waiting.finish();
      await Promise.all(
        [...nacked].map(({ delivery, attempts }) =>
          branch.deliverUntilAcked({ ...delivery, attempt: attempts + 1 }),
        ),
      );
    },
  };
}
