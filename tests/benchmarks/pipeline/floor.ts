import { randomUUID } from 'node:crypto';
import { Firestore } from '@google-cloud/firestore';
import { PubSub } from '@google-cloud/pubsub';
import { startEmbeddedCloud } from '../../../conformance/cloud/server.ts';
import { EXAMPLES } from '../../../generated/examples.ts';
import { startChild } from '../../../reference/local/child.ts';
import { cpuOfAll } from '../processes.ts';
import { type Hosts, measureCascade } from './cascade.ts';
import { ALONE, AT_ONCE } from './dates.ts';

/** How many calls of each kind the cascade makes for one date. */
export interface CallCounts {
  readonly commits: number;
  readonly reads: number;
  readonly publishes: number;
}

/** Counts the calls that reach a cloud while it carries the cascade; the few that prepare it are left out. */
export async function countCalls(): Promise<CallCounts> {
  const counts = new Map<string, number>();
  const cloud = await startEmbeddedCloud({
    observe: (event) => {
      if (event.kind === 'call') counts.set(event.call.method, (counts.get(event.call.method) ?? 0) + 1);
    },
  });
  try {
    await measureCascade(cloud);
  } finally {
    await cloud.stop();
  }
  const perDate = (method: string): number => (counts.get(method) ?? 0) / (2 * ALONE + AT_ONCE);
  return {
    commits: perDate('Commit'),
    reads: perDate('BatchGetDocuments'),
    publishes: perDate('Publish'),
  };
}

/**
 * Measures the processor time, per date, of the same calls of Google's clients against a server that answers at once and
 * keeps nothing; clients and server together, as with the cascade.
 */
export async function measureFloor(counts: CallCounts): Promise<number> {
  const ready = /^answering on (\S+) (\S+)$/;
  const server = await startChild(
    '--import',
    ['tsx', 'tests/benchmarks/pipeline/answering.ts'],
    {},
    ready,
    () => {},
  );
  const [, pubsub_host = '', firestore_host = ''] = server.ready;
  const clients = openClients({ pubsub_host, firestore_host });
  try {
    await clients.callAll(counts, AT_ONCE);
    const before_ms = cpuOfAll();
    await clients.callAll(counts, AT_ONCE);
    return (cpuOfAll() - before_ms) / AT_ONCE;
  } finally {
    await clients.close();
    await server.stop();
  }
}

function openClients({ pubsub_host, firestore_host }: Hosts) {
  const projectId = 'demo-floor';
  const pubsub = new PubSub({ projectId, apiEndpoint: pubsub_host });
  const topic = pubsub.topic('floor', { batching: { maxMessages: 1 } });
  const firestore = new Firestore({
    projectId,
    host: firestore_host,
    ssl: false,
    customHeaders: { Authorization: 'Bearer owner' },
  });
  const example = EXAMPLES.find(({ message }) => message === 'PrecomputeCompletion')?.payload ?? {};
  const json = Buffer.from(JSON.stringify(example));
  const callDate = async ({ commits, reads, publishes }: CallCounts): Promise<void> => {
    const document = firestore.doc(`floor/${randomUUID()}`);
    const several = (count: number, call: () => Promise<unknown>) =>
      Array.from({ length: Math.round(count) }, call);
    await Promise.all([
      ...several(commits, () => document.set({ ...example })),
      ...several(reads, () => document.get()),
      ...several(publishes, () => topic.publishMessage({ data: json })),
    ]);
  };
  return {
    callAll: (counts: CallCounts, dates: number) =>
      Promise.all(Array.from({ length: dates }, () => callDate(counts))),
    close: () => Promise.all([pubsub.close(), firestore.terminate()]),
  };
}
