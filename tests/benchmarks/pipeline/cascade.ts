import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { PubSub, type Topic } from '@google-cloud/pubsub';
import { EXAMPLES } from '../../../generated/examples.ts';
import { ORCHESTRATORS, TOPIC } from '../../../generated/topology.ts';
import { startChild } from '../../../reference/local/child.ts';
import { provision } from '../../../reference/local/provision.ts';
import { type CascadeFigures, LAST_LEVEL, measureDates } from './dates.ts';

/** Where the emulators of a cloud are. */
export interface Hosts {
  readonly pubsub_host: string;
  readonly firestore_host: string;
}

const NAMES = ['phase3-to-phase4-orchestrator', 'phase4-orchestrator'] as const;

/** Measures the two orchestrators of the reference, as processes of their own, on a cloud. */
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
  const send = openSender(pubsub);
  const processors = await startProcessors(send);
  try {
    await provision(pubsub, {
      ...Object.fromEntries(NAMES.map((name, index) => [name, children[index]?.ready[1] ?? ''])),
      'phase4-precompute': processors.address,
    });
    return await measureDates((game_date) => {
      const arrived = processors.lastTriggerOf(game_date);
      const sent = ORCHESTRATORS['phase3-to-phase4-orchestrator'].levels[0].waits_for.map((name) =>
        send(TOPIC.phase3AnalyticsComplete, example('AnalyticsCompletion', name, game_date)),
      );
      return Promise.all([arrived, ...sent]);
    });
  } finally {
    await processors.stop();
    await pubsub.close();
    await Promise.all(children.map((child) => child.stop()));
    delete process.env['PUBSUB_EMULATOR_HOST'];
  }
}

/** Phase 4 as somebody who needs no time: each trigger is answered with the completions of its processors. */
async function startProcessors(send: ReturnType<typeof openSender>) {
  const waiting = new Map<string, () => void>();
  const server = createServer(async (request, response) => {
    const { message } = JSON.parse((await buffer(request)).toString('utf8'));
    const trigger = JSON.parse(Buffer.from(message.data, 'base64').toString('utf8'));
    const { game_date, metadata } = trigger;
    if (metadata.level === LAST_LEVEL) waiting.get(game_date)?.();
    else {
      await Promise.all(
        metadata.processors.map((name: string) =>
          send(TOPIC.phase4ProcessorComplete, example('PrecomputeCompletion', name, game_date)),
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

/** Makes a sender that keeps its topics and publishes as the reference does: each message at once. */
function openSender(pubsub: PubSub): (topic: string, message: object) => Promise<string> {
  const topics = new Map<string, Topic>();
  return (name, message) => {
    const topic = topics.get(name) ?? pubsub.topic(name, { batching: { maxMessages: 1 } });
    topics.set(name, topic);
    return topic.publishMessage({ json: message });
  };
}
