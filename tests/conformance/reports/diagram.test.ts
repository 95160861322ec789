import { describe, expect, test } from 'vitest';
import type { History } from '../../../conformance/history/events.ts';
import { callerOf, inOrder } from '../../../conformance/reports/diagram/actors.ts';
import { type Step, stepsOf } from '../../../conformance/reports/diagram/steps.ts';
import { diagramSvg } from '../../../conformance/reports/diagram/svg.ts';
import { diagramLabel, stepList } from '../../../conformance/reports/diagram/words.ts';
import { FAN_IN } from '../checks/pipeline-story.ts';
import { DATE } from '../checks/story.ts';
import { doubleTrigger } from './failing.ts';
import { everything, readXml, textOf } from './xml.ts';

const history = doubleTrigger();
const publishes = history.filter(({ kind }) => kind === 'publish').map(({ sequence }) => sequence);
const { steps, left_out } = stepsOf(history, publishes);
const svg = diagramSvg(steps, {
  anomaly: 'double <trigger>',
  id: 'f1',
  label: diagramLabel('double trigger', 'a case', steps),
  described_by: 'f1-steps',
});
const drawn = everything(readXml(svg));
const row = (sequence: number) => drawn.find(({ attributes }) => attributes['id'] === `f1-${sequence}`);
const at = (sequence: number): Step | undefined => steps.find((step) => step.sequence === sequence);
const kindAt = (kind: string) => history.find((event) => event.kind === kind)?.sequence ?? 0;

describe('the rows of a diagram', () => {
  test('show deliveries, answers, publishes, commits, faults and remarks between the right actors', () => {
    expect(left_out).toBe(0);
    expect(steps.length).toBe(history.length);
    expect(at(1)).toMatchObject({
      shape: { kind: 'arrow', from: 'judge', to: FAN_IN },
      label: 'deliver',
      text: expect.stringContaining(`player_game_summary ${DATE} run 1 success`),
    });
    expect(at(2)).toMatchObject({
      shape: { from: FAN_IN, to: 'judge' },
      tone: 'good',
      label: '200 ack',
      answers: 1,
    });
    expect(at(kindAt('commit'))?.shape).toEqual({ kind: 'arrow', from: FAN_IN, to: 'store' });
    expect(at(kindAt('publish'))?.shape).toEqual({ kind: 'arrow', from: FAN_IN, to: 'broker' });
    expect(at(kindAt('fault'))).toMatchObject({
      shape: { kind: 'line' },
      tone: 'fault',
      label: 'fault begins',
    });
    expect(at(kindAt('marker'))).toMatchObject({ tone: 'remark', text: expect.stringContaining('<again>') });
    expect(steps.filter(({ tone }) => tone === 'bad').map(({ label }) => label)).toEqual(['503 nack']);
  });
  test('mark what the proof cites', () => {
    expect(steps.filter(({ cited }) => cited).map(({ sequence }) => sequence)).toEqual(publishes);
  });
  test('leave out calls that worked and keep those that did not', () => {
    const call = { kind: 'call', service: 'pubsub', method: 'Publish', at_ms: 99, marks: [] } as const;
    const more: History = [
      ...history,
      { ...call, sequence: 901, outcome: 'OK' },
      { ...call, sequence: 902, outcome: 'UNAVAILABLE' },
    ];
    const shown = stepsOf(more, []).steps;
    expect(shown.some(({ sequence }) => sequence === 901)).toBe(false);
    expect(shown.at(-1)).toMatchObject({
      sequence: 902,
      tone: 'bad',
      text: 'Publish was answered UNAVAILABLE',
    });
  });
  test('show a kill on its component, requests, seeds and reads', () => {
    const base = { at_ms: 1, marks: [] } as const;
    const component = 'phase5-coordinator';
    const told: History = [
      {
        ...base,
        sequence: 1,
        kind: 'seed',
        name: 'rows',
        game_date: DATE,
        run: 1,
        players_ready: ['a'],
        players_total: 1,
      },
      { ...base, sequence: 2, kind: 'request', component, method: 'POST', path: '/start', body: null },
      { ...base, sequence: 3, kind: 'process', component, change: 'killed' },
      { ...base, sequence: 4, kind: 'response', request: 2, status: null, body: null },
      { ...base, sequence: 5, kind: 'document', path: 'a/b', fields: null },
    ];
    expect(stepsOf(told, []).steps.map(({ shape, label }) => [shape, label])).toEqual([
      [{ kind: 'arrow', from: 'judge', to: 'store' }, 'seed'],
      [{ kind: 'arrow', from: 'judge', to: component }, 'POST'],
      [{ kind: 'sign', on: component }, 'killed'],
      [{ kind: 'arrow', from: component, to: 'judge' }, 'no answer'],
      [{ kind: 'arrow', from: 'judge', to: 'store' }, 'read'],
    ]);
  });
  test('of a long history, keep the cited events with their answers and say how many are missing', () => {
    const long = Array.from({ length: 20 }, (_, round) =>
      history.map((event) => ({
        ...event,
        sequence: event.sequence + round * 100,
        ...(event.kind === 'answer' ? { delivery: event.delivery + round * 100 } : {}),
      })),
    ).flat() as History;
    const cut = stepsOf(long, [1, 501]);
    expect(cut.steps.length).toBe(30);
    expect(cut.left_out).toBe(long.length - 30);
    const sequences = cut.steps.map(({ sequence }) => sequence);
    expect(sequences).toEqual(expect.arrayContaining([1, 2, 501, 502]));
  });
});

describe('who acted', () => {
  test('lines stand in the order of the pipeline, judge first, broker and store last', () => {
    expect(inOrder(['store', 'phase5-worker', 'mine', 'broker', 'phase2-raw', 'judge', 'judge'])).toEqual([
      'judge',
      'phase2-raw',
      'phase5-worker',
      'mine',
      'broker',
      'store',
    ]);
  });
  test('of two senders of a topic the one that was at work published', () => {
    const base = {
      at_ms: 1,
      marks: [],
      topic: 't',
      form: 'push_envelope',
      message_id: 'm',
      attempt: 1,
      message: null,
      defect: null,
    } as const;
    const publish = {
      at_ms: 2,
      marks: [],
      kind: 'publish',
      topic: 'nba-phase4-trigger',
      message_id: 'p',
      message: null,
      raw: '',
      attributes: {},
      sequence: 3,
    } as const;
    const busy: History = [
      { ...base, kind: 'delivery', sequence: 1, component: FAN_IN },
      { ...base, kind: 'delivery', sequence: 2, component: 'phase2-raw' },
      publish,
    ];
    expect(callerOf(busy, publish)).toBe(FAN_IN);
    expect(callerOf([{ ...publish, topic: 'unknown' }], { ...publish, topic: 'unknown' })).toBeNull();
  });
});

describe('the picture', () => {
  test('has a line and a name for each actor and a row for each step', () => {
    expect(drawn.filter(({ attributes }) => attributes['class'] === 'life').length).toBe(4);
    const names = drawn.filter(({ attributes }) => attributes['class'] === 'actor').map(textOf);
    expect(names.map((name) => name.replaceAll(/\s/g, ''))).toEqual(['judge', FAN_IN, 'broker', 'store']);
    for (const { sequence } of steps) expect(row(sequence)).toBeDefined();
    expect(row(1)?.children[0]).toMatchObject({
      name: 'title',
      text: expect.stringMatching(/^#1 deliver to/),
    });
  });
  test('tints the cited rows and names the anomaly right after the last of them', () => {
    expect(drawn.filter(({ attributes }) => attributes['class'] === 'cited').length).toBe(2);
    const verdict = drawn.find(({ attributes }) => attributes['class'] === 'verdict');
    expect(verdict?.children[1]?.text).toBe(`✗ double <trigger>, proved by #${publishes.join(', #')}`);
    const y = Number(verdict?.children[1]?.attributes['y']);
    const last = Number(row(publishes.at(-1) ?? 0)?.children[1]?.attributes['y']);
    const next = Number(row((publishes.at(-1) ?? 0) + 1)?.children[1]?.attributes['y']);
    expect(y).toBeGreaterThan(last);
    expect(y).toBeLessThan(next);
  });
  test('keeps everything within its frame, even when nothing is shown', () => {
    const empty = everything(
      readXml(diagramSvg([], { anomaly: 'stuck', id: 'e', label: 'l', described_by: 'd' })),
    );
    const height = Number(empty[0]?.attributes['height']);
    expect(Number(empty.find(({ attributes }) => attributes['y'])?.attributes['y'])).toBeLessThan(height);
  });
});

test('the list in words has every step once and says which are cited', () => {
  const list = everything(readXml(`<div>${stepList({ steps, left_out: 3 }, 'f1-steps')}</div>`));
  const lines = list.filter(({ name }) => name === 'li');
  expect(lines.length).toBe(steps.length);
  expect(lines.filter((line) => textOf(line).includes('cited by the proof')).length).toBe(publishes.length);
  expect(list.map(textOf).join()).toContain('3 more events');
});
