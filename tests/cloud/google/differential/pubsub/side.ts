import { randomUUID } from 'node:crypto';
import { requireSame, type Side } from '../sequences.ts';
import { type Course, carryOut, carryToEnd } from './carry-out.ts';
import { openEndpoint } from './endpoint.ts';
import { anySequence, type Operation } from './operations.ts';
import { connectClients, ONCE, type Stage } from './stage.ts';

/** Connects the official clients to two Pub/Subs. @param hosts of the embedded cloud and of Google's emulator. */
export async function connectPubsubs(hosts: readonly [string, string]): Promise<Side> {
  const clients = hosts.map(connectClients);
  const endpoint = await openEndpoint();
  return {
    name: 'pubsub',
    any: anySequence,
    async run(operations) {
      const project = `demo-${randomUUID()}`;
      const stages: Stage[] = clients.map((each) => ({
        clients: each,
        project,
        taken: new Map(),
        streamed: new Set(),
        inboxes: new Map(),
      }));
      const course: Course = { endpoint, published: 0, topics: new Set(), subscriptions: new Map() };
      try {
        for (const [step, operation] of (operations as readonly Operation[]).entries()) {
          requireSame(step, operation, await carryOut(stages, course, operation));
        }
        requireSame(operations.length, 'the end', await carryToEnd(stages, course));
      } finally {
        // What is left would be pushed and kept for ever.
        const names = [...course.subscriptions.keys()];
        await Promise.allSettled(stages.flatMap((stage) => names.map((name) => remove(stage, name))));
      }
    },
    async close() {
      await Promise.all(
        clients.flatMap(({ pubsub, publisher, subscriber }) => [
          pubsub.close(),
          publisher.close(),
          subscriber.close(),
        ]),
      );
      await endpoint.close();
    },
  };
}

async function remove({ clients, project }: Stage, name: string): Promise<void> {
  const subscription = `projects/${project}/subscriptions/subscription-${name}`;
  await clients.subscriber.deleteSubscription({ subscription }, ONCE);
}
