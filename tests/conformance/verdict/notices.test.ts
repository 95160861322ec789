import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { CloudCall, CloudEvent } from '../../../conformance/cloud/calls.ts';
import { type CloudUse, surveyCloud } from '../../../conformance/harness/observation/survey.ts';
import type { History } from '../../../conformance/history/events.ts';
import { noticesOf } from '../../../conformance/verdict/notices.ts';
import { conformance } from '../command.ts';

const TARGET = {
  file: 'mine.yaml',
  environment_names: {
    project: 'GOOGLE_CLOUD_PROJECT',
    pubsub_host: 'PUBSUB_EMULATOR_HOST',
    firestore_host: 'FIRESTORE_EMULATOR_HOST',
    port: 'PORT',
  },
} as const;

const call = (project: string, origin: string | null, change: Partial<CloudCall> = {}): CloudEvent => ({
  kind: 'call',
  outcome: 'OK',
  call: { sequence: 1, service: 'firestore', method: 'Commit', origin, project, request: {}, ...change },
});

test('a process that ends by itself is told before every failure, once for each end, however many cases it struck', () => {
  const ended = (sequence: number, change: 'ended' | 'killed' = 'ended') =>
    ({ kind: 'process', component: 'phase2-raw', change, sequence, at_ms: 0, marks: [] }) as const;
  expect(noticesOf([], [], [[ended(4)], [ended(4), ended(9)]], TARGET)).toEqual([
    expect.stringContaining('phase2-raw ended by itself 2 times with deliveries in hand'),
  ]);
  expect(noticesOf([], [], [[ended(4, 'killed')]], TARGET)).toEqual([]);
});

describe('the survey of what a target asks of the cloud', () => {
  const survey = () => surveyCloud('mine', { file: 'mine.yaml', variable: 'GOOGLE_CLOUD_PROJECT' });
  test('gives up on an instance that calls another project again and again and never the run’s', () => {
    const { observe, astray } = survey();
    for (let times = 0; times < 4; times++) observe(call('other', 'phase2-raw'));
    expect(astray.aborted).toBe(false);
    observe(call('other', 'phase2-raw'));
    expect(String(astray.reason)).toContain(
      'phase2-raw called project "other" (5 calls) and never this run\'s, "mine"',
    );
    expect(String(astray.reason)).toContain('environment_names.project in mine.yaml');
  });
  test('is patient with one that calls its own project too, and with calls that name none', () => {
    const { observe, astray, uses } = survey();
    observe(call('mine', 'phase2-raw'));
    for (let times = 0; times < 9; times++) observe(call('other', 'phase2-raw'));
    for (let times = 0; times < 9; times++) observe(call('', 'phase3-analytics'));
    expect(astray.aborted).toBe(false);
    expect(uses().find(({ instance }) => instance === 'phase2-raw')).toMatchObject({ own: 1 });
  });
  test('takes what the judge does through the shared ports for nobody’s use of the project', () => {
    const { observe, astray } = survey();
    observe(call('mine', null));
    for (let times = 0; times < 5; times++) observe(call('other', null));
    expect(String(astray.reason)).toContain('the target called project "other"');
  });
  test('counts publishes to topics that do not exist', () => {
    const { observe, uses } = survey();
    const request = { topic: 'projects/mine/topics/nba-phase4-triger' };
    const slip = { method: 'Publish', service: 'pubsub', request } as const;
    observe({ ...call('mine', 'phase2-raw', slip), outcome: 'NOT_FOUND' } as CloudEvent);
    observe(call('mine', 'phase2-raw', slip));
    expect(uses()[0]?.missing_topics).toEqual(new Map([['nba-phase4-triger', 1]]));
  });
});

describe('what is said before every failure', () => {
  const use: CloudUse = { instance: 'phase2-raw', own: 3, elsewhere: new Map(), missing_topics: new Map() };
  const marks: readonly string[] = [];
  const handed: History = [
    {
      kind: 'delivery',
      component: 'phase2-raw',
      topic: 't',
      form: 'push_envelope',
      message_id: '1',
      attempt: 1,
      message: {},
      defect: null,
      sequence: 1,
      at_ms: 0,
      marks,
    },
    { kind: 'answer', delivery: 1, status: 200, acked: true, body: '', sequence: 2, at_ms: 1, marks },
  ];
  test('nothing about a target that uses what it was given', () => {
    expect(noticesOf([use], ['phase2-raw'], [handed], TARGET)).toEqual([]);
  });
  test('a project, a topic and a silence are named with what to set', () => {
    const strange = {
      ...use,
      elsewhere: new Map([['other', 2]]),
      missing_topics: new Map([['nba-phase2-raw-completed', 7]]),
    };
    expect(noticesOf([strange], ['phase2-raw'], [handed], TARGET)).toEqual([
      expect.stringContaining('phase2-raw called project "other" 2 times'),
      expect.stringContaining('"nba-phase2-raw-completed" 7 times and was answered NOT_FOUND'),
    ]);
    expect(noticesOf([], ['phase2-raw'], [handed], TARGET)).toEqual([
      expect.stringContaining('phase2-raw acked 1 delivery and never called the broker or the store'),
    ]);
  });
  test('silence of an instance that was handed nothing says nothing', () => {
    expect(noticesOf([], ['phase2-raw'], [[]], TARGET)).toEqual([]);
  });
});

describe('a target that ignores the project it was given', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'judge-astray-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const program = `
import { createServer } from 'node:http';
const store = process.env.FIRESTORE_EMULATOR_HOST;
createServer(async (request, response) => {
  for await (const _ of request);
  await fetch('http://' + store + '/v1/projects/production/databases/(default)/documents/c/d');
  response.writeHead(200).end();
}).listen(Number(process.env.PORT), '127.0.0.1', () => console.log('listening'));
`;
  test('ends the run with exit code 3 and what was seen, before anything is called lost', async () => {
    writeFileSync(path.join(folder, 'astray.mjs'), program);
    const file = path.join(folder, 'astray.yaml');
    writeFileSync(
      file,
      'name: astray\nprofiles: [message, fan-in]\nready: { stdout: listening }\ncomponents:\n  phase3-to-phase4-orchestrator: { command: [node, astray.mjs] }\n',
    );
    const { code, out, err } = await conformance('run', '--target', file, '--no-failures');
    expect(code).toBe(3);
    expect(err).toContain('phase3-to-phase4-orchestrator called project "production"');
    expect(out).not.toContain('lost trigger');
  });
});
