import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Firestore } from '@google-cloud/firestore';
import { PubSub } from '@google-cloud/pubsub';
import { findGoogleEmulators, startGoogleEmulators } from '../../conformance/cloud/google-emulators.ts';
import { startEmbeddedCloud } from '../../conformance/cloud/server.ts';

process.env['METADATA_SERVER_DETECTION'] = 'none';

interface Hosts {
  readonly pubsub_host: string;
  readonly firestore_host: string;
}

/** One kind of work: prepares what it needs, and does `count` operations. */
interface Work {
  readonly name: string;
  readonly count: number;
  readonly prepare: (clients: Clients) => Promise<() => Promise<unknown>>;
}

interface Clients {
  readonly pubsub: PubSub;
  readonly db: Firestore;
}

/** Calls in flight at the same time, as a busy component has them. */
const IN_FLIGHT = 20;

/** Does something `count` times, so many at a time. */
async function times(count: number, act: (index: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < count; index = next++) await act(index);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
}

const id = () => `n-${randomUUID()}`;

const WORKS: readonly Work[] = [
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
    count: 5000,
    async prepare({ pubsub }) {
      const [topic] = await pubsub.createTopic(id());
      const [subscription] = await topic.createSubscription(id());
      return async () => {
        let received = 0;
        const all = new Promise<void>((resolve) => {
          subscription.on('message', (message) => {
            message.ack();
            received += 1;
            if (received === 5000) resolve();
          });
        });
        await times(5000, () => topic.publishMessage({ data: Buffer.from('hi') }));
        await all;
        await subscription.close();
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

/** What was measured, per work. */
interface Measured {
  /** Operations per second. */
  readonly rates: readonly number[];
  /** Processor time per operation, of this process, in ms: it does not count the wait for a disk, or for others. */
  readonly cpu_ms: readonly number[];
}

/** Measures every work on one cloud. */
async function measure(hosts: Hosts): Promise<Measured> {
  const pubsub = new PubSub({ projectId: `demo-${randomUUID()}`, apiEndpoint: hosts.pubsub_host });
  const db = new Firestore({
    projectId: `demo-${randomUUID()}`,
    host: hosts.firestore_host,
    ssl: false,
    preferRest: false,
    customHeaders: { Authorization: 'Bearer owner' },
  });
  const rates: number[] = [];
  const cpu_ms: number[] = [];
  for (const { count, prepare } of WORKS) {
    const act = await prepare({ pubsub, db });
    const begin = performance.now();
    const before = process.cpuUsage();
    await act();
    rates.push((count / (performance.now() - begin)) * 1000);
    const { user, system } = process.cpuUsage(before);
    cpu_ms.push((user + system) / 1000 / count);
  }
  await Promise.all([pubsub.close(), db.terminate()]);
  return { rates, cpu_ms };
}

async function timed<Cloud extends Hosts & { stop(): Promise<void> }>(start: () => Promise<Cloud>) {
  const begin = performance.now();
  const cloud = await start();
  const start_ms = performance.now() - begin;
  // What runs warm is compared: the first round is not counted.
  await measure(cloud);
  const measured = await measure(cloud);
  await cloud.stop();
  return { start_ms, ...measured };
}

const rate = (value: number) => (value < 100 ? value.toFixed(1) : value.toFixed(0));

async function besideGoogle(): Promise<string> {
  const found = await findGoogleEmulators();
  if (typeof found === 'string') {
    process.stderr.write(`bench:cloud compares with Google's emulators: ${found}\n`);
    process.exit(2);
  }
  const embedded = await timed(() => startEmbeddedCloud());
  const google = await timed(startGoogleEmulators);
  const rows = WORKS.map(({ name }, index) => {
    const [ours = 0, theirs = 0] = [embedded.rates[index], google.rates[index]];
    return `| ${name} | ${rate(ours)} | ${rate(theirs)} | ${(ours / theirs).toFixed(1)} |`;
  });
  const starts = `| start, in ms | ${embedded.start_ms.toFixed(0)} | ${google.start_ms.toFixed(0)} | ${(google.start_ms / embedded.start_ms).toFixed(1)} |`;
  return [
    '| work | embedded, per second | Google, per second | times |',
    '|---|---|---|---|',
    ...rows,
    starts,
  ].join('\n');
}

/** What `--kept` compares, each in a folder of its own. */
const KEPT = {
  memory: () => startEmbeddedCloud(),
  kept: (folder: string) => startEmbeddedCloud({ data: folder }),
  synced: (folder: string) => startEmbeddedCloud({ data: folder, sync: true }),
};

/**
 * Measures the embedded cloud in memory, in a folder, and in a folder whose answers wait for the disk. Processor time is
 * compared, since it hardly depends on what else the machine does; the wait for the disk shows in the rates alone.
 */
async function inMemoryAndKept(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'embedded-cloud-bench-'));
  const memory = await timed(() => KEPT.memory());
  const kept = await timed(() => KEPT.kept(join(folder, 'kept')));
  const synced = await timed(() => KEPT.synced(join(folder, 'synced')));
  rmSync(folder, { recursive: true });
  const rows = WORKS.map(({ name }, index) => {
    const [base = 1, cpu = 0] = [memory.cpu_ms[index], kept.cpu_ms[index]];
    const rates = [memory, kept, synced].map((each) => rate(each.rates[index] ?? 0));
    return `| ${name} | ${base.toFixed(2)} ms | ${(cpu / base).toFixed(2)} | ${rates.join(' | ')} |`;
  });
  const head = [
    'work',
    'processor time in memory',
    '`--data`, times that',
    'in memory, per second',
    '`--data`',
    '`--data --sync`',
  ];
  return [`| ${head.join(' | ')} |`, '|---|---|---|---|---|---|', ...rows].join('\n');
}

process.stdout.write(`${await (process.argv.includes('--kept') ? inMemoryAndKept() : besideGoogle())}\n`);
process.exit(0);
