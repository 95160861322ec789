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
  /** Does what only this receiver is asked. */
  call?(
    step: DrawnCall,
    place: { game_date: string; run: number },
  ): Promise<readonly (SceneDelivery & { readonly message_id: string })[]>;
  /** Does what only receivers of Phases 1 to 4 are asked, or fills their tables. */
  work?(step: DrawnWork, place: { game_date: string; run: number }): Promise<void>;
}

/** A message of the history, ready to be delivered, and how often it was. */
interface Posted {
  readonly delivery: SceneDelivery & { readonly message_id: string };
  readonly is_taken: boolean;
  attempts: number;
}

/** Plays the steps of a history one after the other; what was nacked is delivered again until it is acked, as Pub/Sub does. */
export async function playHistory(branch: Branch, history: DrawnHistory, posting: Posting): Promise<void> {
  const post = createPost(branch, history, posting);
  for (const step of history.steps) await playStep(branch, step, post);
  await post.finish();
  await branch.settle();
}

async function playStep(branch: Branch, step: DrawnStep, post: Post): Promise<void> {
  switch (step.do) {
    case 'deliver':
      await Promise.all(step.parcels.map((parcel) => post.deliver(parcel)));
      return;
    case 'again':
      return post.again(step.n, step.new_id === true);
    case 'sweep':
      if (!branch.target.has.sweep) return;
      await branch.settle();
      await branch.request(post.component, '/sweep', {});
      return;
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

interface Post {
  readonly component: ComponentName;
  deliver(parcel: DrawnParcel): Promise<void>;
  again(n: number, is_new_id: boolean): Promise<void>;
  call(step: DrawnCall): Promise<void>;
  work(step: DrawnWork): Promise<void>;
  ask(ask: DrawnAsk): Promise<void>;
  refuse(step: Extract<DrawnStep, { readonly do: 'refuse' }>): void;
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

  const send = async (one: Posted, message_id: string, is_late: boolean): Promise<void> => {
    const attempt = message_id === one.delivery.message_id ? ++one.attempts : 1;
    const answer = await branch.deliver({ ...one.delivery, message_id, attempt });
    if (answer.acked || !one.is_taken || answer.status === 400) return;
    if (is_late) nacked.add({ ...one, delivery: { ...one.delivery, message_id }, attempts: attempt });
    else await branch.deliverUntilAcked({ ...one.delivery, message_id, attempt: attempt + 1 });
  };

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
      const delivery = { component, topic, message, message_id: ids.message(parcel) };
      const one: Posted = { delivery, is_taken: posting.isTaken(message), attempts: 0 };
      posted.set(parcel.n, [one]);
      const copied = Array.from({ length: copies }, (_, index) =>
        index > 0 && new_ids === true ? branch.nextMessageId() : delivery.message_id,
      );
      await Promise.all(copied.map((message_id) => send(one, message_id, late === true)));
    },
    async call(step) {
      const sent = (await posting.call?.(step, placeOf(branch, step))) ?? [];
      if (step.do !== 'answer') return;
      posted.set(
        step.n,
        sent.map((delivery) => ({ delivery, is_taken: true, attempts: 1 })),
      );
    },
    async work(step) {
      await posting.work?.(step, placeOf(branch, step));
    },
    async ask(ask) {
      const { copies = 1, new_ids } = ask;
      const { component, topic } = posting;
      const message = posting.askOf?.(ask, placeOf(branch, ask));
      if (message === undefined) return;
      const delivery = { component, topic, message, message_id: branch.nextMessageId() };
      const one: Posted = { delivery, is_taken: true, attempts: 0 };
      posted.set(ask.n, [one]);
      const copied = Array.from({ length: copies }, (_, index) =>
        index > 0 && new_ids === true ? branch.nextMessageId() : delivery.message_id,
      );
      await Promise.all(copied.map((message_id) => send(one, message_id, false)));
    },
    async again(n, is_new_id) {
      const sent = posted.get(n) ?? [];
      await Promise.all(
        sent.map((one) => send(one, is_new_id ? branch.nextMessageId() : one.delivery.message_id, false)),
      );
    },
    refuse({ on, day = 0, after = 0, topic, is_done }) {
      // Commits to a store of the target's own are not seen, so none can be struck.
      if (on === 'commit' && branch.target.store !== 'cloud') return;
      const game_date = branch.window.days[day] ?? branch.game_date;
      const effect = is_done === true ? 'lose_answer' : 'refuse';
      faults.push(
        branch.fault({ on, effect, game_date, after, times: 1, ...(topic === undefined ? {} : { topic }) }),
      );
    },
    async finish() {
      for (const fault of faults) fault.lift();
      await Promise.all(
        [...nacked].map(({ delivery, attempts }) =>
          branch.deliverUntilAcked({ ...delivery, attempt: attempts + 1 }),
        ),
      );
    },
  };
}
