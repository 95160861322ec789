import type { Naming } from '../../harness/naming/naming.ts';
import type { Target } from '../../targets/description.ts';
import { answerOf, type ProjectClients } from '../connection.ts';
import { runsIn } from '../listening/subscriptions.ts';
import { deleteDocuments, findDocuments } from './documents.ts';
import { takeMessages } from './messages.ts';
import { documentPaths, namesDayOf } from './patterns.ts';

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
  if (!is_plan) await Promise.all(subscriptions.map((subscription) => subscription.delete()));
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
