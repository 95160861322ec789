import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PubSub } from '@google-cloud/pubsub';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type EmbeddedCloud, startEmbeddedCloud } from '../../../conformance/cloud/server.ts';
import { fromJsonLines } from '../../../conformance/history/json-lines.ts';
import { lendCloud } from '../../cloud/lend.ts';
import { conformance } from '../command.ts';
import { type Heard, setOf } from './night.ts';

const TOPICS = ['nba-phase3-analytics-complete', 'nba-phase4-trigger', 'nba-phase4-processor-complete'];
const PROJECT = 'demo-recorded';
const folder = mkdtempSync(path.join(tmpdir(), 'judge-pulled-'));
const inFolder = (name: string): string => path.join(folder, name);

let cloud: EmbeddedCloud;
let pubsub: PubSub;
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
  lendCloud(cloud);
  pubsub = new PubSub({ projectId: PROJECT });
  for (const topic of TOPICS)
    await (await pubsub.createTopic(topic))[0].createSubscription(`recorder-${topic}`);
});
afterAll(async () => {
  await pubsub.close();
  await cloud.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function publish(messages: readonly Heard[]): Promise<void> {
  for (const { topic, message, attributes } of messages) {
    await pubsub.topic(topic).publishMessage({ data: Buffer.from(JSON.stringify(message)), attributes });
  }
}

/** One pull, as JSON in one line, and what it brought; acked, as by --auto-ack. */
async function pull(topic: string): Promise<{ readonly line: string; readonly count: number }> {
  const subscription = `http://${cloud.pubsub_host}/v1/projects/${PROJECT}/subscriptions/recorder-${topic}`;
  const post = (verb: string, body: object) =>
    fetch(`${subscription}:${verb}`, { method: 'POST', body: JSON.stringify(body) });
  const line = await (await post('pull', { maxMessages: 4, returnImmediately: true })).text();
  const { receivedMessages = [] } = JSON.parse(line) as { receivedMessages?: readonly { ackId: string }[] };
  const ackIds = receivedMessages.map(({ ackId }) => ackId);
  if (ackIds.length > 0) await post('acknowledge', { ackIds });
  return { line: JSON.stringify(JSON.parse(line)), count: ackIds.length };
}

/** Pulls until a subscription is empty, and keeps each answer in a line, as the page says. */
async function pullAll(topic: string): Promise<string> {
  const lines: string[] = [];
  for (let count = 1; count > 0; ) {
    const pulled = await pull(topic);
    lines.push(pulled.line);
    count = pulled.count;
  }
  writeFileSync(inFolder(`${topic}.jsonl`), `${lines.join('\n')}\n`);
  return `${topic}=${inFolder(`${topic}.jsonl`)}`;
}

describe('what subscriptions gave becomes a history', () => {
  test('with a verdict for each date, whatever order it was pulled in', async () => {
    const monday = setOf(1, '2026-11-23');
    const tuesday = setOf(1, '2026-11-24');
    const [first] = monday.set;
    if (first === undefined) throw new Error('a set has members');
    await publish([...monday.set, first, monday.trigger, ...tuesday.set]);
    const pulled: string[] = [];
    for (const topic of [...TOPICS].reverse()) pulled.push(await pullAll(topic));
    const night = inFolder('night.jsonl');
    const later = new Date(Date.now() + 3_600_000).toISOString();
    const recorded = await conformance('record', '--from', ...pulled, '--until', later, '--output', night);
    expect(recorded).toEqual({ code: 0, out: '', err: '' });
    const { code, out } = await conformance('check', '--history', night, '--verbose');
    expect(out).toMatch(/2026-11-23 run 1: level 1 triggered \(#7\)/);
    expect(out).toContain('2026-11-24 run 1: level 1 complete, NOT TRIGGERED');
    expect(out).toContain('lost trigger in 2026-11-24 run 1');
    expect(out).not.toContain('in 2026-11-23 run 1');
    expect(code).toBe(1);
  });
  test('as gcloud prints it, on the record until the file was written', async () => {
    const file = inFolder('one.json');
    const message = {
      data: Buffer.from('no JSON').toString('base64'),
      messageId: '7',
      publishTime: '2026-11-24T14:00:00.5Z',
    };
    writeFileSync(
      file,
      JSON.stringify(
        [
          { ackId: 'a', message },
          { ackId: 'b', message },
        ],
        null,
        2,
      ),
    );
    utimesSync(file, 0, Date.parse('2026-11-24T14:15:00Z') / 1000);
    const { out } = await conformance('record', '--from', `nba-phase4-trigger=${file}`);
    expect(fromJsonLines(out)).toEqual([
      expect.objectContaining({ kind: 'publish', message_id: '7', message: null, raw: 'no JSON', at_ms: 0 }),
      expect.objectContaining({
        kind: 'marker',
        name: 'recorded',
        marks: ['nba-phase4-trigger'],
        at_ms: 899_500,
      }),
    ]);
  });
  test.each([
    ['nba-phase4-trigger', 'expected TOPIC=FILE'],
    ['trigger=good.json', 'expected a topic of the contract, got "trigger"'],
    ['nba-phase4-trigger=none.json', 'expected a file that can be read, got ENOENT'],
    ['nba-phase4-trigger=words.txt', 'expected JSON of a pull, got "Listed 0 items."'],
    ['nba-phase4-trigger=odd.json', 'expected a message with messageId and publishTime, got undefined'],
  ])('%s is a usage error', async (from, expected) => {
    writeFileSync(inFolder('good.json'), '[]');
    writeFileSync(inFolder('words.txt'), 'Listed 0 items.\n');
    writeFileSync(inFolder('odd.json'), '[{"ackId":"a"}]');
    const { code, err } = await conformance('record', '--from', from.replace('=', `=${folder}/`));
    expect(err).toContain(expected);
    expect(code).toBe(2);
    expect((await conformance('record', '--from', from, '--until', 'soon')).code).toBe(2);
  });
  test('of nothing, nothing is judged', async () => {
    const night = inFolder('nothing.jsonl');
    writeFileSync(inFolder('empty.json'), '[]\n');
    await conformance('record', '--from', `nba-phase4-trigger=${inFolder('empty.json')}`, '--output', night);
    const { code, out, err } = await conformance('check', '--history', night, '--verbose');
    expect(out).not.toContain('pass ');
    expect(err).toContain('nothing was judged');
    expect(code).toBe(2);
  });
});
