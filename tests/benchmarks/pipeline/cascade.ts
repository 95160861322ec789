import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { PubSub } from '@google-cloud/pubsub';
import { EXAMPLES } from '../../../generated/examples.ts';
import { ORCHESTRATORS, TOPIC } from '../../../generated/topology.ts';
import { startChild } from '../../../reference/local/child.ts';
import { provision } from '../../../reference/local/provision.ts';
import { quantile } from './numbers.ts';

/** Where the emulators of a cloud are. */
export interface Hosts {
  readonly pubsub_host: string;
  readonly firestore_host: string;
}

/** What was measured of one cloud, in milliseconds. */
export interface CascadeFigures {
  /** From the first completion of Phase 3 to the trigger of level 3: the median of dates that come one by one. */
  readonly alone_ms: number;
  /** The same of all dates at once, until the last one is there. */
  readonly at_once_ms: number;
}

const NAMES = ['phase3-to-phase4-orchestrator', 'phase4-orchestrator'] as const;
const ALONE = 20;
const AT_ONCE = 200;
const LAST_LEVEL = 3;
const DAY_MS = 86_400_000;
const FIRST_DAY_MS = Date.parse('2031-01-01');

/** Measures the two orchestrators on a cloud; the first dates, while everything becomes warm, are not counted. */
export async function measureCascade(hosts: Hosts): Promise<CascadeFigures> {
  const project = `demo-cascade-${randomUUID().slice(0, 8)}`;
  process.env['PUBSUB_EMULATOR_HOST'] = hosts.pubsub_host;
  const environment = {
    PUBSUB_EMULATOR_HOST: hosts.pubsub_host,
    FIRESTORE_EMULATOR_HOST: hosts.firestore_host,
    GOOGLE_CLOUD_PROJECT: project,
    METADATA_SERVER_DETECTION: 'none',
    LOG_LEVEL: 'fatal',
    PORT: '0',
  };
  const ready = /^listening on (http:\/\/\S+)$/;
  const children = await Promise.all(
    NAMES.map((name) => startChild('reference/services/start.mjs', [name], environment, ready, () => {})),
  );
  const pubsub = new PubSub({ projectId: project });
  const processors = await startProcessors(pubsub);
  try {
    await provision(pubsub, {
      ...Object.fromEntries(NAMES.map((name, index) => [name, children[index]?.ready[1] ?? ''])),
      'phase4-precompute': processors.address,
    });
    let day = 0;
    const carry = async (): Promise<number> => {
      const game_date = new Date(FIRST_DAY_MS + day++ * DAY_MS).toISOString().slice(0, 10);
      const begun_ms = performance.now();
      const arrived = processors.lastTriggerOf(game_date);
      for (const name of ORCHESTRATORS['phase3-to-phase4-orchestrator'].levels[0].waits_for) {
        void send(pubsub, TOPIC.phase3AnalyticsComplete, example('AnalyticsCompletion', name, game_date));
      }
      await arrived;
      return performance.now() - begun_ms;
    };
    const alone: number[] = [];
    for (let date = 0; date < ALONE * 2; date++) alone.push(await carry());
    const at_once = await Promise.all(Array.from({ length: AT_ONCE }, carry));
    return { alone_ms: quantile(alone.slice(ALONE), 0.5), at_once_ms: Math.max(...at_once) };
  } finally {
    await processors.stop();
    await pubsub.close();
    await Promise.all(children.map((child) => child.stop()));
  }
}

/** Phase 4 as somebody who needs no time: each trigger is answered with the completions of its processors. */
async function startProcessors(pubsub: PubSub) {
  const waiting = new Map<string, () => void>();
  const server = createServer(async (request, response) => {
    const { message } = JSON.parse((await buffer(request)).toString('utf8'));
    const trigger = JSON.parse(Buffer.from(message.data, 'base64').toString('utf8'));
    const { game_date, metadata } = trigger;
    if (metadata.level === LAST_LEVEL) waiting.get(game_date)?.();
    else {
      await Promise.all(
        metadata.processors.map((name: string) =>
          send(pubsub, TOPIC.phase4ProcessorComplete, example('PrecomputeCompletion', name, game_date)),
        ),
      );
    }
    response.writeHead(204).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    lastTriggerOf: (game_date: string) =>
      new Promise<void>((resolve) => void waiting.set(game_date, resolve)),
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function example(message: string, processor_name: string, game_date: string): object {
  const payload = EXAMPLES.find((one) => one.message === message)?.payload ?? {};
  const execution_id = randomUUID();
  return { ...payload, processor_name, game_date, execution_id, correlation_id: execution_id };
}

async function send(pubsub: PubSub, topic: string, message: object): Promise<void> {
  await pubsub.topic(topic).publishMessage({ json: message });
}
