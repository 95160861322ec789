import { randomBytes } from 'node:crypto';
import type { PubSub, Subscription } from '@google-cloud/pubsub';
import { answerOf, listSubscriptions, type ProjectClients } from '../connection.ts';

/** What every subscription of the judge begins with. */
const PREFIX = 'conformance-';
/** The shortest that Pub/Sub allows: what a crashed run left and nobody cleaned is gone after a day. */
const EXPIRES_SECONDS = 86_400;
const RETAINED_SECONDS = 3_600;

/** Make the id of a run: when it began, in UTC, and four letters of its own. */
export function runId(now_ms: number): string {
  const [date = '', time = ''] = new Date(now_ms).toISOString().slice(0, 16).split('T');
  return `${date.replaceAll('-', '')}t${time.replace(':', '')}${randomBytes(2).toString('hex')}`;
}

/** Name the judge's own subscription of a run to a topic. */
export function ownSubscription(topic: string, run_id: string): string {
  return `${PREFIX}${topic}-${run_id}`;
}

/** Read the run from the name of a subscription; undefined when it is none of a judge's. */
export function runOfSubscription(name: string): string | undefined {
  const short = name.split('/').at(-1) ?? '';
  return new RegExp(`^${PREFIX}.+-(\\d{8}t\\d{4}[0-9a-f]{4})$`).exec(short)?.[1];
}

/** Finds the subscriptions that judges have in a project, by run. */
export async function runsIn(clients: ProjectClients): Promise<ReadonlyMap<string, readonly Subscription[]>> {
  const runs = new Map<string, Subscription[]>();
  for (const subscription of await listSubscriptions(clients)) {
    const run = runOfSubscription(subscription.name);
    if (run !== undefined) runs.set(run, [...(runs.get(run) ?? []), subscription]);
  }
  return runs;
}

/** Creates the judge's own subscription to a topic; `actual` is the topic's name in the project. */
export async function subscribe(pubsub: PubSub, actual: string, run_id: string): Promise<Subscription> {
  const asked = pubsub.topic(actual).createSubscription(ownSubscription(actual, run_id), {
    expirationPolicy: { ttl: { seconds: EXPIRES_SECONDS } },
    messageRetentionDuration: { seconds: RETAINED_SECONDS },
    labels: { conformance_run: run_id },
  });
  const [subscription] = await answerOf(`subscribe to ${actual}`, asked);
  return subscription;
}

const NOT_FOUND = 5;

/**
 * Deletes subscriptions, each whatever becomes of the others; one that is gone already is none that stays.
 *
 * @throws {CloudUnavailableError} naming the first that stays, and why.
 */
export async function remove(subscriptions: readonly Subscription[]): Promise<void> {
  const outcomes = await Promise.allSettled(
    subscriptions.map((subscription) => {
      const asked = subscription.delete().catch((error: { readonly code?: number }) => {
        if (error.code !== NOT_FOUND) throw error;
      });
      return answerOf(`delete ${subscription.name.split('/').at(-1)}`, asked);
    }),
  );
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
}
