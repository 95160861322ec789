import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { Firestore } from '@google-cloud/firestore';
import type { PubSub, v1 } from '@google-cloud/pubsub';

/** One kind of work: prepares what it needs, and does `count` operations. */
export interface Work {
  readonly name: string;
  readonly count: number;
  readonly prepare: (clients: Clients) => Promise<() => Promise<unknown>>;
}

/** The official clients of one cloud. */
export interface Clients {
  readonly pubsub: PubSub;
  /** The generated client, for unary pulls. */
  readonly subscriber: v1.SubscriberClient;
  readonly db: Firestore;
}

/** Calls in flight at the same time, as a busy component has them. */
const IN_FLIGHT = 20;

/** Enough of them that the processor time, which is counted in steps of 10 ms, says something. */
const PULLS = 200;

/** The same of messages by streaming pull. */
const STREAMED = 20_000;

/** Does something `count` times, so many at a time. */
async function times(count: number, act: (index: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < count; index = next++) await act(index);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
}

const id = () => `n-${randomUUID()}`;

/** What is measured, in the order of the table. */
export const WORKS: readonly Work[] = [
  {
    name: 'publish, one message a call',
    count: 2000,
    async prepare({ pubsub }) {
      const [topic] = await pubsub.createTopic(id());
      topic.setPublishOptions({ batching: { maxMessages: 1 } });
      return () => times(2000, () => topic.publishMessage({ data: Buffer.from('hi') }));
    },
  },
  {
    name: 'publish to ack by streaming pull',
    count: STREAMED,
    async prepare({ pubsub }) {
      const [topic] = await pubsub.createTopic(id());
      const [subscription] = await topic.createSubscription(id());
      return async () => {
        let received = 0;
        const all = new Promise<void>((resolve) => {
          subscription.on('message', (message) => {
            message.ack();
            received += 1;
            if (received === STREAMED) resolve();
          });
        });
        await times(STREAMED, () => topic.publishMessage({ data: Buffer.from('hi') }));
        await all;
        await subscription.close();
      };
    },
  },
  {
    name: 'pull of 100 messages and their ack',
    count: PULLS,
    async prepare({ pubsub, subscriber }) {
      const [topic] = await pubsub.createTopic(id());
      const [{ name: subscription }] = await topic.createSubscription(id());
      const messages = Array.from({ length: 1000 }, () => ({ data: Buffer.from('hi') }));
      const publisher = pubsub.topic(topic.name, { batching: { maxMessages: 1000 } });
      for (let batch = 0; batch < PULLS / 10; batch += 1) {
        await Promise.all(messages.map((message) => publisher.publishMessage(message)));
      }
      return async () => {
        let acked = 0;
        while (acked < PULLS * 100) {
          const [{ receivedMessages }] = await subscriber.pull({ subscription, maxMessages: 100 });
          const ackIds = (receivedMessages ?? []).map(({ ackId }) => ackId ?? '');
          acked += ackIds.length;
          if (ackIds.length > 0) await subscriber.acknowledge({ subscription, ackIds });
        }
      };
    },
  },
  {
    name: 'publish to answer by push',
    count: 500,
    async prepare({ pubsub }) {
      let received = 0;
      let done = () => {};
      const server = createServer((request, response) => {
        request.resume();
        response.end();
        received += 1;
        if (received === 500) done();
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const address = server.address();
      const port = typeof address === 'object' ? address?.port : undefined;
      const [topic] = await pubsub.createTopic(id());
      await topic.createSubscription(id(), { pushEndpoint: `http://127.0.0.1:${port}/` });
      return async () => {
        const all = new Promise<void>((resolve) => {
          done = resolve;
        });
        await times(500, () => topic.publishMessage({ data: Buffer.from('hi') }));
        await all;
        server.closeAllConnections();
        server.close();
      };
    },
  },
  {
    name: 'get of a document',
    count: 2000,
    async prepare({ db }) {
      const document = db.collection(id()).doc('a');
      await document.set({ points: 1 });
      return () => times(2000, () => document.get());
    },
  },
  {
    name: 'commit of one write',
    count: 2000,
    async prepare({ db }) {
      const collection = db.collection(id());
      return () => times(2000, (index) => collection.doc(String(index)).set({ points: index }));
    },
  },
  {
    name: 'transaction, 5 rivals for one document',
    count: 20,
    async prepare({ db }) {
      const document = db.collection(id()).doc('a');
      await document.set({ points: 0 });
      const add = () =>
        db.runTransaction(async (transaction) => {
          const points = Number((await transaction.get(document)).get('points'));
          transaction.update(document, { points: points + 1 });
        });
      return async () => {
        for (let round = 0; round < 4; round += 1) await Promise.all(Array.from({ length: 5 }, add));
      };
    },
  },
  {
    name: 'query for 10 of 10,000 documents',
    count: 50,
    async prepare({ db }) {
      const collection = db.collection(id());
      for (let first = 0; first < 10_000; first += 500) {
        const batch = db.batch();
        for (let index = first; index < first + 500; index += 1) {
          batch.set(collection.doc(String(index)), { points: index });
        }
        await batch.commit();
      }
      return () =>
        times(50, (index) => collection.where('points', '>=', index).orderBy('points').limit(10).get());
    },
  },
  {
    name: 'a change told to 100 listeners',
    count: 20,
    async prepare({ db }) {
      const document = db.collection(id()).doc('a');
      await document.set({ points: 0 });
      let heard = 0;
      let done = () => {};
      const stops = Array.from({ length: 100 }, () =>
        document.onSnapshot(() => {
          heard += 1;
          if (heard % 100 === 0) done();
        }),
      );
      const told = () =>
        new Promise<void>((resolve) => {
          done = resolve;
        });
      await told();
      return async () => {
        for (let points = 1; points <= 20; points += 1) {
          const all = told();
          await document.set({ points });
          await all;
        }
        for (const stop of stops) stop();
      };
    },
  },
];
