import { describe, expect, test } from 'vitest';
import { IDLE_SWEEPS } from '../../../../conformance/checks/fan-in/sweeps.ts';
import { judgeOutputs } from '../../../../conformance/checks/judging/outputs.ts';
import type { History, HistoryEvent } from '../../../../conformance/history/events.ts';
import { EVERYBODY } from '../../../../conformance/history/recorder.ts';
import { eventsOfRun } from '../../../../conformance/history/select.ts';
import { completions, deliverSet, FAN_IN, TRIGGER, triggerOf } from '../pipeline-story.ts';
import { story } from '../story.ts';

/** A whole set whose trigger goes out twice under one id, and then again after the moment that idle sweeps follow. */
function repeated(): History {
  const told = story();
  const five = completions(1);
  deliverSet(told, 1, five);
  told.publish(TRIGGER, triggerOf(1, five));
  told.mark('sweeps of a triggered set', 'two sweeps follow');
  told.publish(TRIGGER, triggerOf(1, five));
  return told.history();
}

/** Puts a neighbour's sweep into a history, from just before one event to just after another; the end may never come. */
function withSweep(history: History, from: number, to: number | null, component: string | null): History {
  const call = {
    kind: 'neighbour',
    component,
    call: 'POST /sweep',
    by: 'another case',
    marks: [EVERYBODY],
  } as const;
  const end: readonly HistoryEvent[] =
    to === null ? [] : [{ ...call, change: 'ends', sequence: to + 0.5, at_ms: 0 }];
  const events: readonly HistoryEvent[] = [
    ...history,
    { ...call, change: 'begins', sequence: from - 0.5, at_ms: 0 },
    ...end,
  ];
  return [...events].sort((a, b) => a.sequence - b.sequence);
}

const sequences = (history: History): readonly number[] =>
  history.flatMap(({ kind, sequence }) => (kind === 'publish' ? [sequence] : []));

describe('a repeat that a neighbour may have asked for is held against nobody', () => {
  const alone = repeated();
  const [first = 0, second = 0] = sequences(alone);
  const [idle] = IDLE_SWEEPS;
  const broken = (history: History) => [
    ...judgeOutputs(history, FAN_IN, { repeated: 'FANIN-011' }).map(({ requirement }) => requirement),
    ...(idle?.judge(history) ?? []).map(({ requirement }) => requirement),
  ];

  test('alone it is a repeat, and no sweep may send it', () => {
    expect(broken(alone)).toEqual(['FANIN-011', 'FANIN-014']);
  });
  test.each([
    ['a sweep that was under way from the first publish on', first, second, FAN_IN],
    ['a sweep that began before the first and ended between both', first, first, FAN_IN],
    ['a sweep without an answer', first, null, FAN_IN],
    ['a clock that was advanced for all components', second, second, null],
  ] as const)('%s', (_, from, to, component) => {
    expect(broken(withSweep(alone, from, to, component))).toEqual([]);
  });
  test.each([
    ['a sweep that ended before the first publish', first - 1, first - 1, FAN_IN],
    ['a sweep of another component', first, second, 'phase4-orchestrator'],
    ['a sweep that began after the repeat', second + 1, null, FAN_IN],
  ] as const)('%s explains nothing', (_, from, to, component) => {
    expect(broken(withSweep(alone, from, to, component))).toEqual(['FANIN-011', 'FANIN-014']);
  });
  test('two ids for one trigger are wrong whoever asked', () => {
    const told = story();
    const five = completions(1);
    deliverSet(told, 1, five);
    told.publish(TRIGGER, triggerOf(1, five));
    told.publish(TRIGGER, triggerOf(1, five, { execution_id: '00000000-0000-4000-8000-0000000000ff' }));
    const history = told.history();
    const [from = 0, to = 0] = sequences(history);
    const found = judgeOutputs(withSweep(history, from, to, FAN_IN), FAN_IN, { double: 'FANIN-002' });
    expect(found.map(({ anomaly }) => anomaly)).toEqual(['double trigger']);
  });
  test('runs of one exploration are neighbours of each other, and none is its own', () => {
    const history = withSweep(alone, first, second, FAN_IN).map((event) =>
      event.kind === 'neighbour' ? { ...event, by: '2031-03-06' } : event,
    );
    const of = (mark: string) => eventsOfRun(history, mark).filter(({ kind }) => kind === 'neighbour').length;
    expect([of('2031-03-05'), of('2031-03-06')]).toEqual([2, 0]);
  });
});
