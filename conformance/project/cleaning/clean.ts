import type { Target } from '../../targets/description.ts';
import type { Naming } from '../../targets/naming.ts';
import { answerOf, type ProjectClients } from '../connection.ts';
import { remove, runsIn } from '../listening/subscriptions.ts';
import { deleteDocuments, findDocuments } from './documents.ts';
import { takeMessages } from './messages.ts';
import { documentPaths, namesDayOf } from './patterns.ts';

/** How often a judge looks again for what a component was still writing. */
const LOOKS_MAX = 20;

/** What a judge left in a project, or would have. */
export interface Leftovers {
  /** The judge's own subscriptions. */
  readonly subscriptions: readonly string[];
  /** Documents of reserved dates; what is below one is not listed. */
  readonly documents: readonly string[];
  /** Messages of reserved dates in the pipeline's pull subscriptions, dead letters above all. */
  readonly messages: ReadonlyMap<string, number>;
}

/** A project, and what of it is the judge's. */
export interface CleaningOrder {
  readonly project: string;
  readonly clients: ProjectClients;
  readonly target: Target;
  readonly naming: Naming;
}

/** Removes, or only lists, everything that judges have left in a project: subscriptions of every run, documents and messages. */
export async function cleanProject(order: CleaningOrder, is_plan: boolean): Promise<Leftovers> {
  const subscriptions = [...(await runsIn(order.clients)).values()].flat();
  if (!is_plan) await remove(subscriptions);
  return {
    subscriptions: subscriptions.map(({ name }) => name.split('/').at(-1) ?? name).sort(),
    documents: await cleanDocuments(order, is_plan),
    messages: await cleanMessages(order, is_plan),
  };
}

/** Removes, or only lists, the documents of reserved dates. */
export async function cleanDocuments(order: CleaningOrder, is_plan: boolean): Promise<readonly string[]> {
  const { clients, target, naming } = order;
  const { reserved_dates, past_dates } = target.project;
  const looked = findDocuments(clients.firestore, documentPaths(target, naming), [
    reserved_dates,
    past_dates,
  ]);
  const found = await answerOf('look for documents of the reserved dates', looked);
  if (!is_plan) await deleteDocuments(clients.firestore, found);
  return found.map(({ path }) => path).sort();
}

/** Takes, or only counts, the messages of reserved dates in the pipeline's pull subscriptions. */
export async function cleanMessages(
  { project, clients, target }: CleaningOrder,
  is_plan: boolean,
): Promise<ReadonlyMap<string, number>> {
  const { reserved_dates, past_dates } = target.project;
  const taken = takeMessages(project, clients.pubsub, namesDayOf([reserved_dates, past_dates]), is_plan);
  return answerOf('look for messages of the reserved dates', taken);
}

/**
 * Removes until a look finds nothing more: components may still be writing.
 *
 * @param look removes what it finds, and tells how much that was.
 * @throws {Error} when every look finds something.
 */
export async function removeAll(look: () => Promise<number>): Promise<void> {
  for (let looks = 1; looks <= LOOKS_MAX; looks++) if ((await look()) === 0) return;
  throw new Error(`something was still being written after ${LOOKS_MAX} looks`);
}
