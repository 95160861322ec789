import { describe, expect, test } from 'vitest';
import type { CloudCall, CloudEvent } from '../../../conformance/cloud/calls.ts';
import { readTarget, TargetError } from '../../../conformance/targets/load.ts';
import { createNaming, gateInContract, observerInContract } from '../../../conformance/targets/naming.ts';

const NAMING = createNaming({
  topics: { 'nba-phase4-trigger': 'go-four' },
  collections: { phase3_completion: 'progress' },
});
const publish = (topic: string): CloudCall => ({
  sequence: 1,
  service: 'pubsub',
  method: 'Publish',
  origin: null,
  project: 'p',
  request: { topic: `projects/p/topics/${topic}`, messages: [] },
});

describe('fields that a target calls otherwise', () => {
  const naming = createNaming({
    topics: {},
    collections: {},
    fields: { correlation_id: 'trace_id', 'metadata.upstream.execution_id': 'run_id', status: 'run' },
  });
  const contract = {
    correlation_id: 'c',
    execution_id: 'e',
    status: 'success',
    metadata: { run: 1, upstream: [{ execution_id: 'u', correlation_id: 'c' }] },
  };
  const actual = {
    trace_id: 'c',
    execution_id: 'e',
    run: 'success',
    metadata: { run: 1, upstream: [{ run_id: 'u', correlation_id: 'c' }] },
  };
  const back = (message: unknown): unknown =>
    JSON.parse(naming.contractData(Buffer.from(JSON.stringify(message))).toString('utf8'));

  test('are renamed where they stand and nowhere else, in both directions', () => {
    expect(naming.actualMessage(contract)).toEqual(actual);
    expect(back(actual)).toEqual(contract);
  });
  test('are none of the contract’s under the contract’s name', () => {
    expect(back({ ...actual, correlation_id: 'c' })).toMatchObject({
      'correlation_id (names.fields has another name for it)': 'c',
    });
  });
  test('leave bytes alone that are no object', () => {
    for (const text of ['{"', '[1]', '"x"', '']) {
      expect(naming.contractData(Buffer.from(text)).toString('utf8')).toBe(text);
    }
  });
});

describe('names of a target', () => {
  test('are translated in both directions, and others stay', () => {
    expect(NAMING.actualTopic('nba-phase4-trigger')).toBe('go-four');
    expect(NAMING.contractTopic('go-four')).toBe('nba-phase4-trigger');
    expect(NAMING.contractTopic('nba-phase2-raw-complete')).toBe('nba-phase2-raw-complete');
    expect(NAMING.actualPath('phase3_completion/2031-01-05')).toBe('progress/2031-01-05');
    expect(NAMING.contractPath('progress/2031-01-05')).toBe('phase3_completion/2031-01-05');
    expect(NAMING.contractPath('other/progress')).toBe('other/progress');
  });
  test('faults see a publish under the contract’s name', () => {
    const seen: unknown[] = [];
    const gate = gateInContract(NAMING, (call) => {
      seen.push(call.request);
      return { kind: 'serve' };
    });
    gate(publish('go-four'));
    gate({ ...publish('go-four'), method: 'Commit', request: { database: 'd' } });
    expect(seen).toEqual([
      { topic: 'projects/p/topics/nba-phase4-trigger', messages: [] },
      { database: 'd' },
    ]);
  });
  test('observers see publishes and commits under the contract’s names', () => {
    const seen: CloudEvent[] = [];
    const observe = observerInContract(NAMING, (event) => seen.push(event));
    observe({
      kind: 'publish',
      origin: null,
      project: 'p',
      topic: 'go-four',
      message_id: '1',
      data: Buffer.from('{}'),
      attributes: {},
      ordering_key: '',
      published_at_ms: 0,
    });
    observe({
      kind: 'commit',
      origin: null,
      project: 'p',
      writes: [{ path: 'progress/d', deleted: false }],
      committed_at_ms: 0,
    });
    observe({ kind: 'call', call: publish('go-four'), outcome: 'OK' });
    expect(seen).toMatchObject([
      { topic: 'nba-phase4-trigger' },
      { writes: [{ path: 'phase3_completion/d' }] },
      { call: { request: { topic: 'projects/p/topics/nba-phase4-trigger' } } },
    ]);
  });
});

const FILE = 'name: mine\nprofiles: [fan-in]\ncomponents:\n  phase2-raw: { url: "http://127.0.0.1:1" }\n';
const refusal = (text: string): string => {
  try {
    readTarget('mine.yaml', FILE + text);
  } catch (error) {
    if (error instanceof TargetError) return error.message;
  }
  throw new Error('the file was taken');
};

describe('a target file is refused with its line', () => {
  test.each([
    [
      'names:\n  topics:\n    nba-phase9: x\n',
      /^mine\.yaml:7: names\.topics\.nba-phase9: expected a topic of the contract/,
    ],
    [
      'names: { collections: { progress: x } }\n',
      /^mine\.yaml:5: .*expected a collection of the contract \(phase3_completion/,
    ],
    [
      'names:\n  topics:\n    nba-phase4-trigger: nba-phase2-raw-complete\n',
      /^mine\.yaml:7: .*"nba-phase2-raw-complete", which nba-phase2-raw-complete has too/,
    ],
    [
      'hooks:\n  restart:\n    request: { component: phase5-worker, path: /x }\n',
      /^mine\.yaml:7: .*expected one of this file's components \(phase2-raw\), got "phase5-worker"/,
    ],
    [
      'hooks: { restart: { command: [] } }\n',
      /^mine\.yaml:5: hooks\.restart\.command: expected at least one/,
    ],
    ['hooks: { explode: { command: [x] } }\n', /^mine\.yaml:5: hooks: .*"explode"/],
    ['hooks: { restart: { request: { path: /x } } }\n', /^mine\.yaml:5: hooks\.restart\.request/],
    ['seeds: { everything: [] }\n', /^mine\.yaml:5: seeds/],
  ])('%j', (text, expected) => {
    expect(refusal(text)).toMatch(expected);
  });
  test('and a name that is the contract’s own differs from nothing', () => {
    const text =
      'names: { fields: { status: status, metadata.run: run, phase: stage }, topics: { nba-phase4-trigger: nba-phase4-trigger } }\n';
    const { names } = readTarget('mine.yaml', FILE + text);
    expect(names).toEqual({ topics: {}, collections: {}, fields: { phase: 'stage' } });
  });
  test('and two topics may change their names with each other', () => {
    const swapped = readTarget(
      'mine.yaml',
      `${FILE}names: { topics: { nba-phase4-trigger: nba-phase2-raw-complete, nba-phase2-raw-complete: nba-phase4-trigger } }\n`,
    );
    expect(createNaming(swapped.names).contractTopic('nba-phase4-trigger')).toBe('nba-phase2-raw-complete');
  });
});
