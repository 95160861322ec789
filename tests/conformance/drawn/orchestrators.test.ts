import { describe, expect, test } from 'vitest';
import { ORCHESTRATOR_RECEIVERS } from '../../../conformance/checks/drawn/receivers/orchestrators.ts';
import { CLAIMS_OVER } from '../../../conformance/checks/drawn/run/begin.ts';
import { changeMessage, type Overrides } from '../../../conformance/harness/messages/build.ts';
import type { HistoryEvent, Payload } from '../../../conformance/history/events.ts';
import { completions, deliverSet, TRIGGER, triggerOf } from '../checks/pipeline-story.ts';
import type { Story } from '../checks/story.ts';
import { begun, within } from './begun.ts';

const [FAN_IN, CASCADE] = ORCHESTRATOR_RECEIVERS;
/** The trigger of a set, of the moment; its cause is the last completion that was delivered. */
function trigger(level: 1 | 2, set: readonly Payload[], overrides: Overrides = {}): Payload {
  return triggerOf(level, set, {
    timestamp: '2031-03-05T12:00:00.010Z',
    duration_seconds: 0.01,
    ...overrides,
  });
}

const kinds = (told: Story, receiver = FAN_IN) =>
  (receiver?.judge(told.history()) ?? []).map(({ requirement, anomaly }) => `${requirement} ${anomaly}`);

/** Delivers a set and publishes its trigger before the last ack, as the contract wants it. */
function rightStory(set: readonly Payload[], sent: Payload): Story {
  const told = begun();
  deliverSet(told, 1, set.slice(0, -1));
  const [last] = set.slice(-1);
  const sequence = told.history().length + 1;
  deliverSet(told, 1, last === undefined ? [] : [last]);
  const answer = told.history()[sequence];
  told.publish(TRIGGER, changeMessage(sent, { trigger_message_id: 'last' }));
  const events = told.history();
  const published = events.at(-1);
  // The publish goes between the last delivery and its answer.
  const rest = events.filter((event) => event !== answer && event !== published);
  const fixed = [...rest, published, answer].flatMap((event, index) =>
    event === undefined
      ? []
      : [
          {
            ...event,
            sequence: index + 1,
            ...(event.kind === 'delivery' && index + 1 === rest.length ? { message_id: 'last' } : {}),
            ...(event.kind === 'answer' && event === answer ? { delivery: rest.length } : {}),
          },
        ],
  );
  return { ...told, history: () => fixed as ReturnType<Story['history']> };
}

describe('the model of the fan-in', () => {
  const five = completions(1);
  const parent = String(five.at(-1)?.['processor_name']);
  const right = trigger(1, five, { parent_processor: parent });

  test('accepts the trigger that follows from five completions', () => {
    expect(kinds(rightStory(five, right))).toEqual([]);
  });

  test.each<[string, Overrides, string]>([
    [
      'an execution_id of its own',
      { execution_id: '00000000-0000-4000-8000-00000000abcd' },
      'FANIN-009 broken provenance',
    ],
    [
      'a backfill that none of its runs was',
      { backfill_mode: true, backfill_reason: 'x' },
      'BACK-003 backfill leak',
    ],
    ['a message that skips what comes next', { skip_downstream_trigger: true }, 'BACK-007 backfill leak'],
    ['a timestamp of another day', { timestamp: '2024-01-15T11:00:00Z' }, 'MSG-027 invalid message'],
    ['a duration in milliseconds', { duration_seconds: 90_000 }, 'MSG-027 invalid message'],
    ['another parent', { parent_processor: 'player_daily_cache' }, 'CORR-007 broken provenance'],
    ['another table', { output_table: 'phase4_completion' }, 'FANIN-018 invalid message'],
  ])('names %s', (_what, wrong, kind) => {
    expect(kinds(rightStory(five, changeMessage(right, wrong)))).toContain(kind);
  });

  test('names a sweep that says nothing is pending while a refused trigger is not out', () => {
    const told = begun();
    deliverSet(told, 1, five.slice(0, -1));
    within(
      told,
      () =>
        told.deliver('phase3-to-phase4-orchestrator', 'nba-phase3-analytics-complete', five.at(-1) ?? null, {
          status: 503,
        }),
      () => told.fault('strikes'),
    );
    const swept = (status: number): readonly string[] => {
      told.request('/sweep', status, 'POST', null, 'phase3-to-phase4-orchestrator');
      return kinds(told).filter((kind) => kind.startsWith('FANIN-012'));
    };
    expect(swept(503)).toEqual([]);
    // While a neighbour sweeps, the trigger may be in that sweep's hands.
    const neighbour = (change: 'begins' | 'ends'): void => {
      const events = told.history() as HistoryEvent[];
      const sequence = events.length + 1;
      const by = 'another case';
      const sweep = {
        kind: 'neighbour',
        component: 'phase3-to-phase4-orchestrator',
        call: 'POST /sweep',
        by,
      } as const;
      events.push({ ...sweep, change, sequence, at_ms: sequence, marks: [] });
    };
    neighbour('begins');
    expect(swept(200)).toEqual([]);
    neighbour('ends');
    expect(swept(200)).toEqual(['FANIN-012 wrong answer']);
  });

  test('names a trigger that a sweep leaves pending after every claim has run out, unless its publish is refused again', () => {
    const pending = (): Story => {
      const told = begun();
      deliverSet(told, 1, five.slice(0, -1));
      within(
        told,
        () =>
          told.deliver(
            'phase3-to-phase4-orchestrator',
            'nba-phase3-analytics-complete',
            five.at(-1) ?? null,
            {
              status: 503,
            },
          ),
        () => told.fault('strikes'),
      );
      return told;
    };
    const sweep = (told: Story, act: () => void): readonly string[] => {
      within(told, () => told.request('/sweep', 503, 'POST', null, 'phase3-to-phase4-orchestrator'), act);
      return kinds(told).filter((kind) => kind.startsWith('FANIN-012'));
    };
    expect(sweep(pending(), () => {})).toEqual([]);
    const over = (): Story => {
      const told = pending();
      told.mark(CLAIMS_OVER);
      return told;
    };
    expect(sweep(over(), () => {})).toEqual(['FANIN-012 wrong answer']);
    const again = over();
    expect(sweep(again, () => again.fault('strikes'))).toEqual([]);
    const sent = over();
    expect(sweep(sent, () => sent.publish(TRIGGER, right))).toEqual([]);
  });

  test('names a sweep that sends again what was out when its delivery was acked, and no other repeat', () => {
    const swept = (status: number): readonly string[] => {
      const told = begun();
      deliverSet(told, 1, five.slice(0, -1));
      const deliver = (): number =>
        told.deliver('phase3-to-phase4-orchestrator', 'nba-phase3-analytics-complete', five.at(-1) ?? null, {
          status,
          message_id: 'last',
        });
      const publish = (): number =>
        told.publish(TRIGGER, changeMessage(right, { trigger_message_id: 'last' }));
      within(told, deliver, publish);
      within(told, () => told.request('/sweep', 200, 'POST', null, 'phase3-to-phase4-orchestrator'), publish);
      return kinds(told).filter((kind) => kind.startsWith('FANIN-014'));
    };
    expect(swept(200)).toEqual(['FANIN-014 double trigger']);
    // Whoever nacks may not know that it is out.
    expect(swept(503)).toEqual([]);
    expect(kinds(rightStory(five, right))).toEqual([]);
  });

  test('names an upstream run that was not delivered', () => {
    const others = completions(1);
    const wrong = trigger(1, [...five.slice(0, 4), ...others.slice(4)], { parent_processor: parent });
    expect(kinds(rightStory(five, wrong))).toContain('FANIN-010 broken provenance');
  });

  test('lets either of two successes of a processor be the one that is listed', () => {
    const again = completions(1)[0];
    if (again === undefined) throw new Error('a set has five completions');
    for (const listed of [five, [again, ...five.slice(1)]]) {
      const told = rightStory([again, ...five], trigger(1, listed, { parent_processor: parent }));
      expect(kinds(told)).toEqual([]);
    }
  });

  test('names a set that was acked and whose trigger came only later', () => {
    const told = begun();
    deliverSet(told, 1, five);
    told.publish(TRIGGER, changeMessage(right, { trigger_message_id: '9' }));
    expect(kinds(told)).toContain('ACK-001 early ack');
  });

  test('names a lost trigger after a failure and a success that is told as older', () => {
    const [first, ...rest] = five;
    const told = begun();
    const failed = {
      status: 'failed',
      error_message: 'x',
      error_type: 'y',
      timestamp: '2031-03-05T12:30:00Z',
    };
    deliverSet(told, 1, [changeMessage(first ?? {}, failed), ...five.slice(0, 1), ...rest]);
    expect(kinds(told)).toContain('FANIN-001 lost trigger');
  });

  test('owes nothing for a name that only begins like a known one, and wants it refused', () => {
    const [first, ...rest] = five;
    const told = begun();
    deliverSet(told, 1, rest);
    deliverSet(told, 1, [changeMessage(first ?? {}, { processor_name: `${first?.['processor_name']}_v3` })]);
    expect(kinds(told)).toEqual(['ACK-003 swallowed message']);
    told.publish(TRIGGER, right);
    expect(kinds(told)).toContain('FANIN-003 early trigger');
  });
});

describe('the model of the cascade', () => {
  test('names a level 2 that does not list the runs it waited for', () => {
    const three = completions(2);
    const told = begun();
    deliverSet(told, 2, three);
    told.publish(TRIGGER, changeMessage(trigger(2, three), { metadata: { upstream: [] } }));
    expect(kinds(told, CASCADE)).toContain('CASC-018 broken provenance');
  });
});
