import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Message } from '@google-cloud/pubsub';
import { status } from '@grpc/grpc-js';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Gate, OPEN_GATE } from '../../../../conformance/cloud/calls.ts';
import { type EmbeddedCloud, startEmbeddedCloud } from '../../../../conformance/cloud/server.ts';
import type { World } from '../../../../conformance/harness/world/world.ts';
import { takeMessages } from '../../../../conformance/project/cleaning/messages.ts';
import { connect, type ProjectClients } from '../../../../conformance/project/connection.ts';
import { topicsOf } from '../../../../conformance/project/listening/topics.ts';
import { startProjectWorld } from '../../../../conformance/project/world.ts';
import { loadTarget } from '../../../../conformance/targets/load.ts';
import { attach } from '../../../../conformance/targets/starting/attach.ts';
import { lendCloud } from '../../../cloud/lend.ts';
import { conformance } from '../../command.ts';

const COMPONENT = 'phase3-to-phase4-orchestrator';
const TOPIC = 'nba-phase3-analytics-complete';
const WRITTEN = 'phase3_completion/2090-01-05';
const folder = mkdtempSync(path.join(tmpdir(), 'judge-ending-'));
const file = path.join(folder, 'mine.yaml');

let cloud: EmbeddedCloud;
let clients: ProjectClients;
let gate: Gate = OPEN_GATE;
let project = '';
let told: string[] = [];
let count = 0;

beforeAll(async () => {
  cloud = await startEmbeddedCloud({ gate: (call) => gate(call) });
  lendCloud(cloud);
});
beforeEach(async () => {
  project = `demo-ending-${++count}`;
  told = [];
  clients = await connect(project);
  describeTarget('patience_seconds: 1');
  await Promise.all(topicsOf(loadTarget(file)).map((topic) => clients.pubsub.createTopic(topic)));
});
afterEach(async () => {
  gate = OPEN_GATE;
  await clients.close();
});
afterAll(async () => {
  await cloud.stop();
  rmSync(folder, { recursive: true, force: true });
});

function describeTarget(settings: string): void {
  const head = `name: mine\nprofiles: [fan-in]\nproject: { ids: [${project}], ${settings} }\n`;
  writeFileSync(file, `${head}components: { ${COMPONENT}: { deployed: true } }\n`);
}

/** The project refuses calls of these names from now on, as it does when somebody takes a role away. */
function refuse(...methods: readonly string[]): void {
  gate = ({ method }) =>
    methods.includes(method)
      ? { kind: 'fail', code: status.PERMISSION_DENIED, message: 'not yours' }
      : { kind: 'serve' };
}

/** Enters the project, in which nobody works. */
function openWorld({
  target = loadTarget(file),
  tell = (sentence: string): void => void told.push(sentence),
  onCleanup = (_: () => Promise<void>): void => {},
} = {}): Promise<World> {
  return startProjectWorld({
    target,
    project,
    names: [COMPONENT],
    last_place: 0,
    onCleanup,
    settings: { tell },
  });
}

/** Enters it, and leaves a message and a document there. */
async function busyWorld(): Promise<World> {
  const world = await openWorld();
  await world.project_side?.publish({ component: COMPONENT, topic: TOPIC, message: {} }, []);
  await clients.firestore.doc(WRITTEN).set({ game_date: '2090-01-05' });
  return world;
}

function judged() {
  const entry = ['--cloud', 'project', '--project', project, '--i-own-this-project', '--target', file];
  return conformance('run', ...entry, '--no-failures', '--only', 'fan-in-in-any-order@1');
}

async function left(): Promise<readonly string[]> {
  const [subscriptions] = await clients.pubsub.getSubscriptions();
  const document = await clients.firestore.doc(WRITTEN).get();
  const names = subscriptions.map(({ name }) => name.split('/').at(-1) ?? '');
  return [...names, ...(document.exists ? [WRITTEN] : [])];
}

describe('the start of a run in a project', () => {
  const nobody = 'http://127.0.0.1:9';
  test('says that it waits for a component, and ends at Ctrl-C with nothing left behind', async () => {
    const target = attach(loadTarget(file), { [COMPONENT]: nobody });
    let stop = (): Promise<void> => Promise.resolve();
    let starting: Promise<World> | undefined;
    await new Promise<void>((resolve) => {
      const tell = (sentence: string): void => {
        if (sentence.includes(`waiting up to 600 s for ${COMPONENT} at ${nobody}/`)) resolve();
      };
      const onCleanup = (own: () => Promise<void>): void => {
        stop = own;
      };
      starting = openWorld({ target, tell, onCleanup });
    });
    expect((await left()).length).toBeGreaterThan(0);
    await Promise.all([expect(starting).rejects.toThrow('aborted'), stop()]);
    expect(await left()).toEqual([]);
  });
});

describe('two runs that begin at the same time', () => {
  test('never both come in, and the one that withdraws touches no document', async () => {
    const worlds = await Promise.allSettled([openWorld(), openWorld()]);
    const entered = worlds.flatMap((world) => (world.status === 'fulfilled' ? [world.value] : []));
    const refused = worlds.flatMap((world) => (world.status === 'rejected' ? [world.reason] : []));
    expect(refused).toEqual([
      expect.objectContaining({ message: expect.stringMatching(/^run \w+ \(begun/) }),
    ]);
    const [subscriptions] = await clients.pubsub.getSubscriptions();
    expect(subscriptions).toHaveLength(topicsOf(loadTarget(file)).length);
    for (const world of entered) await world.stop();
    expect(await left()).toEqual([]);
  });
});

describe('the end of a run in a project', () => {
  test('removes everything although the last sentinel cannot be published, and says so', async () => {
    const world = await busyWorld();
    refuse('Publish');
    await world.stop();
    expect(told.at(-1)).toMatch(
      /^could not send the last sentinels: expected to publish on .* not yours.*; do it later: node \S*cli\/bin.mjs clean --target \S+ --project \S+ --i-own-this-project$/,
    );
    expect(await left()).toEqual([]);
  });
  test('removes the documents although the subscriptions stay, and says which', async () => {
    const world = await busyWorld();
    refuse('DeleteSubscription');
    await world.stop();
    expect(told.at(-1)).toMatch(
      /^could not delete the subscriptions of the judge: expected to delete conformance-nba-\S+, got: .*not yours/,
    );
    expect(await left()).toEqual(
      topicsOf(loadTarget(file)).map(() => expect.stringMatching(/^conformance-/)),
    );
  });
  test('keeps the verdict although the documents cannot be deleted', async () => {
    // What a component writes once it has messages; then the right to delete is gone.
    gate = async ({ method }) => {
      if (method !== 'Publish') return { kind: 'serve' };
      gate = OPEN_GATE;
      await clients.firestore.doc(WRITTEN).set({ game_date: '2090-01-05' });
      refuse('BatchWrite', 'Commit');
      return { kind: 'serve' };
    };
    const { code, out, err } = await judged();
    expect(out).toContain('FAIL FANIN-001');
    expect(err).toContain('could not remove the documents of the reserved dates');
    expect(code).toBe(1);
    expect(await left()).toEqual([WRITTEN]);
  });
});

describe('a judge whose subscription is deleted by somebody', () => {
  const expected = `expected the judge's own subscription to ${TOPIC} until the end of the run`;
  async function deleteOne(): Promise<void> {
    const [subscriptions] = await clients.pubsub.getSubscriptions();
    await subscriptions.find(({ name }) => name.includes(`conformance-${TOPIC}-2`))?.delete();
  }

  test('waits no longer, publishes nothing more and blames nobody', async () => {
    describeTarget('patience_seconds: 600');
    const world = await openWorld();
    const settling = world.project_side?.settle(() => ({ is_whole: false, progress: 0 }), []);
    await Promise.all([expect(settling).rejects.toThrow(expected), deleteOne()]);
    const publishing = world.project_side?.publish({ component: COMPONENT, topic: TOPIC, message: {} }, []);
    await expect(publishing).rejects.toThrow(expected);
    await world.stop();
    expect(await left()).toEqual([]);
  });
  test('comes to know it at the end at the latest', async () => {
    gate = ({ method }) => ({ kind: method === 'StreamingPull' ? 'hang' : 'serve' });
    const world = await openWorld();
    await deleteOne();
    await expect(world.observation.settle()).rejects.toThrow(expected);
    await world.stop();
  });
  test('ends with exit code 3 and no verdict', async () => {
    gate = async ({ method }) => {
      if (method !== 'Publish') return { kind: 'serve' };
      gate = OPEN_GATE;
      await deleteOne();
      return { kind: 'serve' };
    };
    const { code, out, err } = await judged();
    expect({ code, out }).toEqual({ code: 3, out: '' });
    expect(err).toContain(expected);
    expect(await left()).toEqual([]);
  });
});

describe('"conformance clean" without the right to delete', () => {
  test.each([
    ['DeleteSubscription', `expected to delete conformance-${TOPIC}-20261127t06150000, got: `],
    ['BatchWrite', 'expected to delete the documents of the reserved dates, got: '],
  ])('%s ends with exit code 3 and what to check', async (method, expected) => {
    await clients.pubsub.topic(TOPIC).createSubscription(`conformance-${TOPIC}-20261127t06150000`);
    await clients.firestore.doc(WRITTEN).set({ game_date: '2090-01-05' });
    refuse(method);
    const entry = ['--project', project, '--i-own-this-project', '--target', file];
    const { code, err } = await conformance('clean', ...entry);
    expect(err).toContain(expected);
    expect(err).toMatch(/PERMISSION_DENIED.*and the roles of who runs the judge/);
    expect(code).toBe(3);
  });
});

describe('messages of others in a pull subscription', () => {
  test('are given back when a look fails', async () => {
    const subscription = clients.pubsub.subscription(`${TOPIC}-dlq-sub`);
    await clients.pubsub.topic(`${TOPIC}-dlq`).createSubscription(`${TOPIC}-dlq-sub`, {
      ackDeadlineSeconds: 600,
    });
    await clients.pubsub.topic(`${TOPIC}-dlq`).publishMessage({ json: { game_date: '2026-11-27' } });
    let pulls = 0;
    gate = ({ method }) =>
      method === 'Pull' && ++pulls === 2
        ? { kind: 'fail', code: status.PERMISSION_DENIED, message: 'not yours' }
        : { kind: 'serve' };
    const taking = takeMessages(project, clients.pubsub, () => false, false);
    await expect(taking).rejects.toThrow('not yours');
    const again = await new Promise<Message>((resolve) => subscription.once('message', resolve));
    await again.ackWithResponse();
    await subscription.close();
    expect(again.data.toString()).toContain('2026-11-27');
  });
});
