import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { status } from '@grpc/grpc-js';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Gate, OPEN_GATE } from '../../../conformance/cloud/calls.ts';
import { type EmbeddedCloud, startEmbeddedCloud } from '../../../conformance/cloud/server.ts';
import type { World } from '../../../conformance/harness/world/world.ts';
import { connect, type ProjectClients } from '../../../conformance/project/connection.ts';
import { topicsOf } from '../../../conformance/project/listening/topics.ts';
import { startProjectWorld } from '../../../conformance/project/world.ts';
import { loadTarget } from '../../../conformance/targets/load.ts';
import { lendCloud } from '../../cloud/lend.ts';
import { conformance } from '../command.ts';

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
  writeFileSync(
    file,
    `name: mine
profiles: [fan-in]
project: { ids: [${project}], patience_seconds: 1 }
components: { ${COMPONENT}: { deployed: true } }
`,
  );
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

/** The project refuses calls of these names from now on, as it does when somebody takes a role away. */
function refuse(...methods: readonly string[]): void {
  gate = ({ method }) =>
    methods.includes(method)
      ? { kind: 'fail', code: status.PERMISSION_DENIED, message: 'not yours' }
      : { kind: 'serve' };
}

/** Enters the project, in which nobody works, and leaves a message and a document there. */
async function busyWorld(): Promise<World> {
  const world = await startProjectWorld({
    target: loadTarget(file),
    project,
    names: [COMPONENT],
    last_place: 0,
    onCleanup: () => {},
    settings: { tell: (sentence) => void told.push(sentence) },
  });
  await world.project_side?.publish({ component: COMPONENT, topic: TOPIC, message: {} }, []);
  await clients.firestore.doc(WRITTEN).set({ game_date: '2090-01-05' });
  return world;
}

async function left(): Promise<readonly string[]> {
  const [subscriptions] = await clients.pubsub.getSubscriptions();
  const document = await clients.firestore.doc(WRITTEN).get();
  const names = subscriptions.map(({ name }) => name.split('/').at(-1) ?? '');
  return [...names, ...(document.exists ? [WRITTEN] : [])];
}

describe('the end of a run in a project', () => {
  test('removes everything although the last sentinel cannot be published, and says so', async () => {
    const world = await busyWorld();
    refuse('Publish');
    await world.stop();
    expect(told.at(-1)).toMatch(
      /^could not send the last sentinels: expected to publish on .* not yours.*; do it later: conformance clean/,
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
    const entry = ['--cloud', 'project', '--project', project, '--i-own-this-project', '--target', file];
    const { code, out, err } = await conformance(
      ...['run', ...entry, '--no-failures', '--only', 'fan-in-in-any-order@1'],
    );
    expect(out).toContain('FAIL FANIN-001');
    expect(err).toContain('could not remove the documents of the reserved dates');
    expect(code).toBe(1);
    expect(await left()).toEqual([WRITTEN]);
  });
});
