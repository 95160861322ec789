import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  buildMessage,
  checkNames,
  judgeBy,
  openTestCloud,
  type TestCloud,
} from '../../conformance/library/testing.ts';
import { PROCESSORS } from '../../generated/registry.ts';
import { TOPIC } from '../../generated/topology.ts';

const ORCHESTRATOR = 'phase3-to-phase4-orchestrator';
const GAME_DATE = '2024-01-15';

let cloud: TestCloud;
let service: Server;
let url: string;
/** What the service does before it acknowledges. */
let work: () => Promise<void>;

beforeEach(async () => {
  cloud = await openTestCloud();
  work = () => Promise.resolve();
  service = createServer((request, response) => {
    request.resume().on('end', () =>
      work().then(
        () => response.writeHead(204).end(),
        () => response.writeHead(500).end(),
      ),
    );
  });
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
});
afterEach(async () => {
  service.closeAllConnections();
  service.close();
  await cloud.stop();
});

async function publish(topic: string, message: object): Promise<void> {
  const { PUBSUB_EMULATOR_HOST: host, GOOGLE_CLOUD_PROJECT: project } = cloud.environment;
  const answer = await fetch(`http://${host}/v1/projects/${project}/topics/${topic}:publish`, {
    method: 'POST',
    body: JSON.stringify({ messages: [{ data: Buffer.from(JSON.stringify(message)).toString('base64') }] }),
  });
  if (!answer.ok) throw new Error(await answer.text());
}

const completionOf = (processor_name: string, execution_id: string) => ({
  url,
  component: ORCHESTRATOR,
  topic: TOPIC.phase3AnalyticsComplete,
  message: buildMessage('AnalyticsCompletion', { processor_name, execution_id, game_date: GAME_DATE }),
});

async function deliverAll(): Promise<void> {
  for (const [index, name] of Object.keys(PROCESSORS.phase_3_analytics).entries()) {
    await cloud.deliver(completionOf(name, `0f8fad5b-d9cb-469f-a165-70867728950${index}`));
  }
}

describe('a test of a component of the contract', () => {
  test('a delivery is answered, and both are on record', async () => {
    const answer = await cloud.deliver({
      ...completionOf('team_offense_game_summary', 'a'),
      message_id: 'm',
    });
    expect(answer).toMatchObject({ status: 204, acked: true });
    expect(cloud.history()).toMatchObject([{ kind: 'delivery', message_id: 'm' }, { kind: 'answer' }]);
  });

  test('a lost trigger is found in the history, with its proof', async () => {
    await deliverAll();
    const found = judgeBy('fan-in-in-any-order', cloud.history());
    expect(found.map(({ anomaly }) => anomaly)).toContain('lost trigger');
    expect(found[0]?.proof).toMatch(/#\d+/);
    expect(found[0]?.events.length).toBeGreaterThan(0);
  });

  test('what the component publishes is seen, also while the test waits for it', async () => {
    work = () => publish(TOPIC.phase4Trigger, buildMessage('Phase4Trigger', { game_date: GAME_DATE }));
    const seen = cloud.until(() => cloud.published(TOPIC.phase4Trigger).length > 0);
    await cloud.deliver(completionOf('team_offense_game_summary', 'a'));
    expect(await seen).toBe(true);
    expect(cloud.published('nba-phase2-raw-complete')).toEqual([]);
  });

  test('a fault strikes the publishes of its game date until it is lifted; a nack is delivered again', async () => {
    work = () => publish(TOPIC.phase4Trigger, buildMessage('Phase4Trigger', { game_date: GAME_DATE }));
    const fault = cloud.fault({ on: 'publish', game_date: GAME_DATE, effect: 'refuse' });
    const answered = cloud.deliverUntilAcked(completionOf('team_offense_game_summary', 'a'));
    await fault.struck;
    expect(cloud.published()).toEqual([]);
    fault.lift();
    expect(await answered).toMatchObject({ acked: true });
    expect(cloud.published()).toHaveLength(1);
    expect(fault.hits()).toBeGreaterThan(0);
  });

  test('two tests share nothing', async () => {
    const other = await openTestCloud();
    expect(other.project).not.toBe(cloud.project);
    expect(other.history()).toEqual([]);
    await other.stop();
  });

  test('a check that is not there, and a topic that the component does not get, are named', async () => {
    expect(() => judgeBy('nothing', [])).toThrow('is no check');
    expect(checkNames()).toContain('fan-in-in-any-order');
    const wrong = { ...completionOf('team_offense_game_summary', 'a'), topic: TOPIC.phase4Trigger };
    await expect(cloud.deliver(wrong)).rejects.toThrow(/no (path|subscription)/);
  });
});
