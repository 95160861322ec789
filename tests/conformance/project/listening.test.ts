import type { PubSub } from '@google-cloud/pubsub';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { exitCodeOf, explainError } from '../../../conformance/cli/explain-error.ts';
import { type EmbeddedCloud, startEmbeddedCloud } from '../../../conformance/cloud/server.ts';
import type { HistoryEvent } from '../../../conformance/history/events.ts';
import { createRecorder, type Recorder } from '../../../conformance/history/recorder.ts';
import { namesDayOf } from '../../../conformance/project/cleaning/patterns.ts';
import { answerOf, connect, type ProjectClients } from '../../../conformance/project/connection.ts';
import { decideEntry, requireAlone, requireFirst } from '../../../conformance/project/listening/alone.ts';
import {
  createListening,
  type Listening,
  RUN_ATTRIBUTE,
} from '../../../conformance/project/listening/observe.ts';
import { runsIn } from '../../../conformance/project/listening/subscriptions.ts';
import { requireTopics, topicsOf } from '../../../conformance/project/listening/topics.ts';
import { readTarget } from '../../../conformance/targets/load.ts';
import { createNaming } from '../../../conformance/targets/naming.ts';
import { lendCloud } from '../../cloud/lend.ts';

const TRIGGER = 'nba-phase4-trigger';
const DONE = 'nba-phase4-processor-complete';
const DATE = '2090-01-05';
const PATIENCE_MS = 20_000;
const TARGET = readTarget(
  'mine.yaml',
  'name: mine\nprofiles: [fan-in]\ncomponents: { phase3-to-phase4-orchestrator: { deployed: true } }\n',
);
const RENAMED = createNaming({ topics: { [TRIGGER]: 'ready-for-precompute' }, collections: {} });

let cloud: EmbeddedCloud;
let clients: ProjectClients;
let pubsub: PubSub;
let project = '';
let recorder: Recorder;
let listening: Listening | undefined;
let deaf: Promise<Error>;
let count = 0;

beforeAll(async () => {
  cloud = await startEmbeddedCloud();
  lendCloud(cloud);
});
beforeEach(async () => {
  project = `demo-listening-${++count}`;
  clients = await connect(project);
  ({ pubsub } = clients);
  await Promise.all(
    [TRIGGER, `${TRIGGER}-dlq`, DONE].map((topic) => pubsub.createTopic(RENAMED.actualTopic(topic))),
  );
  let onDeaf = (_: Error): void => {};
  deaf = new Promise((resolve) => {
    onDeaf = resolve;
  });
  recorder = createRecorder(Date.now, (event) => listening?.onEvent(event));
  listening = createListening({
    pubsub,
    run_id: '20261127t06150000',
    topics: [TRIGGER, `${TRIGGER}-dlq`, DONE],
    recorder,
    naming: RENAMED,
    has: (component) => component === 'phase4-orchestrator',
    isReserved: namesDayOf([{ from: '2090-01-01', to: '2090-12-31' }]),
    published: () => Promise.resolve(),
    onDeaf,
  });
  await listening.start();
});
afterEach(async () => {
  await listening?.stop();
  listening = undefined;
  await clients.close();
});
afterAll(() => cloud.stop());

async function publish(
  topic: string,
  json: object,
  attributes: Record<string, string> = {},
): Promise<string> {
  return pubsub.topic(RENAMED.actualTopic(topic)).publishMessage({ json, attributes });
}

async function heard(condition: () => boolean): Promise<readonly HistoryEvent[]> {
  expect(await recorder.until(condition, PATIENCE_MS)).toBe(true);
  return recorder.all();
}

describe('the judge’s ears in a project', () => {
  test('record what carries a reserved date under the contract’s names, and nothing else', async () => {
    await publish(TRIGGER, { game_date: '2026-11-27' });
    await publish(TRIGGER, { game_date: DATE }, { [RUN_ATTRIBUTE]: 'of the judge itself' });
    await publish(TRIGGER, { game_date: DATE, status: 'success' });
    const events = await heard(() => recorder.all().length > 0);
    expect(events).toEqual([
      expect.objectContaining({
        kind: 'publish',
        topic: TRIGGER,
        message: { game_date: DATE, status: 'success' },
      }),
    ]);
  });
  test('record that the project delivers it, to the components that there are', async () => {
    const message_id = await publish(DONE, { game_date: DATE });
    const events = await heard(() => recorder.all().length > 1);
    expect(events).toEqual([
      expect.objectContaining({ kind: 'publish', topic: DONE, message_id }),
      expect.objectContaining({
        kind: 'delivery',
        component: 'phase4-orchestrator',
        road: 'pipeline',
        message_id,
      }),
    ]);
  });
  test('record a message behind the one that it names as its cause, whichever topic brings it first', async () => {
    const cause = await publish(DONE, { game_date: DATE });
    const effect = await publish(TRIGGER, { game_date: DATE, trigger_message_id: cause });
    const events = await heard(() => recorder.all().length > 2);
    expect(events.map((event) => ('message_id' in event ? event.message_id : ''))).toEqual([
      cause,
      cause,
      effect,
    ]);
  });
  test('take a dead letter for the answer to the delivery that it was', async () => {
    const message = { game_date: DATE, execution_id: 'e-1' };
    recorder.append({
      ...{ kind: 'delivery', component: 'phase4-precompute', topic: TRIGGER, form: 'push_envelope' },
      ...{ message_id: '17', attempt: 1, road: 'topic', message, defect: null, marks: [DATE] },
    });
    await publish(`${TRIGGER}-dlq`, message, { [RUN_ATTRIBUTE]: 'of the judge itself' });
    const events = await heard(() => recorder.all().length > 1);
    expect(events.at(-1)).toMatchObject({
      kind: 'answer',
      delivery: 1,
      acked: false,
      body: expect.stringContaining(`put it on ${TRIGGER}-dlq`),
    });
  });
  test('keep other judges out, and are gone when they stop', async () => {
    const claim = { project, clients, target: TARGET };
    const refusal = `run 20261127t06150000 (begun at 06:15 UTC) has 3 subscriptions in ${project}`;
    await expect(requireAlone(claim)).rejects.toThrow(refusal);
    await expect(requireFirst(claim, '20261127t06150001')).rejects.toThrow(refusal);
    await expect(requireFirst(claim, '20261127t06150000')).resolves.toBeUndefined();
    const [[subscription]] = await pubsub.getSubscriptions();
    const [metadata] = (await subscription?.getMetadata()) ?? [];
    expect(metadata?.expirationPolicy).toMatchObject({ ttl: { seconds: '86400' } });
    await listening?.stop();
    await expect(requireAlone(claim)).resolves.toBeUndefined();
  });
});

describe('ears that are lost', () => {
  test('are told, and are the environment’s fault', async () => {
    await expect(listening?.requireAll()).resolves.toBeUndefined();
    await pubsub.subscription(`conformance-${DONE}-20261127t06150000`).delete();
    const error = await deaf;
    const expected = `expected the judge's own subscription to ${DONE} until the end of the run`;
    expect(error.message).toContain(expected);
    expect(exitCodeOf(error)).toBe(3);
    await expect(listening?.requireAll()).rejects.toThrow(expected);
  });
});

describe('an earlier run', () => {
  test('waits until a later one has withdrawn', async () => {
    const claim = { project, clients, target: TARGET };
    let has_entered = false;
    const entering = requireFirst(claim, '20261127t06140000').then(() => {
      has_entered = true;
    });
    await runsIn(clients);
    expect(has_entered).toBe(false);
    await listening?.stop();
    await entering;
  });
  test.each([
    ['enters alone', [], 'enter'],
    ['withdraws from an earlier one', ['20261127t06150000', '20261127t06170000'], 'withdraw'],
    ['waits for a later one', ['20261127t06170000'], 'wait'],
  ])('%s', (_, others, expected) => {
    expect(decideEntry('20261127t06160000', others)).toBe(expected);
  });
});

describe('the topics of a target', () => {
  const target = TARGET;
  test('are those around its components, with their dead letters', () => {
    expect(topicsOf(target)).toEqual([
      'nba-phase3-analytics-complete',
      'nba-phase3-analytics-complete-dlq',
      TRIGGER,
      `${TRIGGER}-dlq`,
    ]);
  });
  test('must exist; a missing dead-letter topic is told', async () => {
    const told: string[] = [];
    const look = () => requireTopics(project, pubsub, target, RENAMED, (sentence) => told.push(sentence));
    await expect(look()).rejects.toThrow(
      `expected the topic nba-phase3-analytics-complete in ${project}, found none; deploy the target first`,
    );
    await pubsub.createTopic('nba-phase3-analytics-complete');
    expect(await look()).toEqual(['nba-phase3-analytics-complete', TRIGGER, `${TRIGGER}-dlq`]);
    expect(told).toEqual([expect.stringContaining('nba-phase3-analytics-complete-dlq is missing')]);
  });
});

describe('a project that cannot be reached', () => {
  test.each([
    ['that is silent', () => new Promise<never>(() => {}), 'no answer within 0.01 s'],
    ['that refuses', () => Promise.reject(new Error('7 PERMISSION_DENIED')), '7 PERMISSION_DENIED'],
  ])('ends a run with exit code 3 and what to check: one %s', async (_, ask, why) => {
    const error: unknown = await answerOf('list the topics of nba-staging', ask(), 10).catch(
      (reason: unknown) => reason,
    );
    expect(exitCodeOf(error)).toBe(3);
    expect(explainError(error)).toContain(
      `expected to list the topics of nba-staging, got: ${why}; check the project id`,
    );
  });
});
