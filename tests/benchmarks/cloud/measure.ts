import { randomUUID } from 'node:crypto';
import { Firestore } from '@google-cloud/firestore';
import { PubSub, v1 } from '@google-cloud/pubsub';
import { credentials } from '@grpc/grpc-js';
import { descendants } from '../processes.ts';
import { WORKS } from './works.ts';

/** The addresses of a cloud. */
export interface Hosts {
  readonly pubsub_host: string;
  readonly firestore_host: string;
}

/** What was measured, per work. */
export interface Measured {
  /** Operations per second. */
  readonly rates: readonly number[];
  /** Processor time per operation, of this process, in ms: it does not count the wait for a disk, or for others. */
  readonly cpu_ms: readonly number[];
  /** The same, of all processes that this one started: of a cloud with a process of its own. */
  readonly server_cpu_ms: readonly number[];
}

/** Measures every work on one cloud. */
async function measure(hosts: Hosts): Promise<Measured> {
  const [servicePath = '', port] = hosts.pubsub_host.split(':');
  const pubsub = new PubSub({ projectId: `demo-${randomUUID()}`, apiEndpoint: hosts.pubsub_host });
  const sslCreds = credentials.createInsecure();
  const subscriber = new v1.SubscriberClient({
    servicePath,
    port: Number(port),
    sslCreds,
    projectId: 'demo',
  });
  const db = new Firestore({
    projectId: `demo-${randomUUID()}`,
    host: hosts.firestore_host,
    ssl: false,
    preferRest: false,
    customHeaders: { Authorization: 'Bearer owner' },
  });
  const rates: number[] = [];
  const cpu_ms: number[] = [];
  const server_cpu_ms: number[] = [];
  for (const { count, prepare } of WORKS) {
    const act = await prepare({ pubsub, subscriber, db });
    const begin = performance.now();
    const before = process.cpuUsage();
    const before_server = cpuOfDescendants();
    await act();
    rates.push((count / (performance.now() - begin)) * 1000);
    server_cpu_ms.push((cpuOfDescendants() - before_server) / count);
    const { user, system } = process.cpuUsage(before);
    cpu_ms.push((user + system) / 1000 / count);
  }
  await Promise.all([pubsub.close(), subscriber.close(), db.terminate()]);
  return { rates, cpu_ms, server_cpu_ms };
}

/** Starts a cloud, lets it run warm, and measures it. @returns with the time until it was ready, in ms. */
export async function timed<Cloud extends Hosts & { stop(): Promise<void> }>(
  start: () => Promise<Cloud>,
): Promise<Measured & { readonly start_ms: number }> {
  const begin = performance.now();
  const cloud = await start();
  const start_ms = performance.now() - begin;
  // What runs warm is compared: the first round is not counted.
  await measure(cloud);
  const measured = await measure(cloud);
  await cloud.stop();
  return { start_ms, ...measured };
}

const cpuOfDescendants = () => descendants().reduce((sum, { cpu_ms }) => sum + cpu_ms, 0);
