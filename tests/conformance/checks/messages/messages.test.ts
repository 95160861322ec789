import { describe, expect, test } from 'vitest';
import { CHECKS } from '../../../../conformance/checks/all.ts';
import type { Check } from '../../../../conformance/checks/check.ts';
import { judgeShape } from '../../../../conformance/checks/judging/shape.ts';
import { changeMessage } from '../../../../conformance/harness/messages/build.ts';
import { completions, deliverSet, FAN_IN, TRIGGER, triggerOf } from '../pipeline-story.ts';
import { DATE, message, story, uuid } from '../story.ts';

const ANALYTICS = 'nba-phase3-analytics-complete';
const find = (name: string): Check => {
  const check = CHECKS.find((one) => one.name === `${name}phase3-to-phase4-orchestrator`);
  if (check === undefined) throw new Error(`no check ${name}…`);
  return check;
};
const kinds = (check: Check, history: Parameters<Check['judge']>[0]) =>
  check.judge(history).map(({ requirement, anomaly }) => `${requirement} ${anomaly}`);

describe('shape', () => {
  const judged = (topic: string, payload: ReturnType<typeof message>) => {
    const told = story();
    told.publish(topic, payload);
    return judgeShape(told.history()).map(({ requirement, anomaly }) => `${requirement} ${anomaly}`);
  };
  const trigger = message('Phase4Trigger');

  test('a valid message on its topic is right', () => {
    expect(judged(TRIGGER, trigger)).toEqual([]);
  });
  test('MSG-001 an unknown field', () => {
    expect(judged(TRIGGER, { ...trigger, extra: 1 })).toEqual(['MSG-001 invalid message']);
  });
  test('MSG-002 a nullable field that is left out', () => {
    expect(judged(TRIGGER, changeMessage(trigger, { error_message: undefined }))).toEqual([
      'MSG-002 invalid message',
    ]);
  });
  test('TOPO-001 a message on the topic of another', () => {
    expect(judged(ANALYTICS, trigger)).toEqual(['TOPO-001 wrong topic']);
  });
  test('TOPO-001 a topic that nobody sends to', () => {
    expect(judged('nba-phase4-trigger-dlq', trigger)).toEqual(['TOPO-001 wrong topic']);
    expect(judged('nba-phase4-trigger-dlq', { note: 'kept' })).toEqual(['TOPO-001 wrong topic']);
    expect(judged('nba-phase4-triggers', trigger)).toEqual(['TOPO-001 wrong topic']);
  });
  test('TOPO-001 a topic of its own carries what is no message of the contract', () => {
    expect(
      judged('my-figures', { at: '2031-03-05T10:00:00Z', publishes: 3, game_date: '2031-03-05' }),
    ).toEqual([]);
  });
});

describe('what travels on', () => {
  const check = find('what-travels-on-from-');
  const judged = (overrides: Parameters<typeof triggerOf>[2], given = {}) => {
    const told = story();
    const five = completions(1, { backfill_mode: true, backfill_reason: 'reprocessing', ...given });
    for (const [index, one] of five.entries())
      told.deliver(FAN_IN, ANALYTICS, one, { message_id: `m${index}` });
    told.publish(
      TRIGGER,
      triggerOf(1, five, {
        trigger_message_id: 'm4',
        parent_processor: five[4]?.['processor_name'] ?? null,
        backfill_mode: true,
        backfill_reason: 'reprocessing',
        ...overrides,
      }),
    );
    return kinds(check, told.history());
  };

  test('accepts a trigger that carries everything on', () => expect(judged({})).toEqual([]));
  test('BACK-003 a backfill that becomes live', () =>
    expect(judged({ backfill_mode: false, backfill_reason: null })).toEqual(['BACK-003 backfill leak']));
  test('CORR-001 a new correlation_id', () =>
    expect(judged({ correlation_id: uuid() })).toEqual(['CORR-001 broken correlation']));
  test('CORR-004 a message id that nobody delivered', () =>
    expect(judged({ trigger_message_id: '77' })).toEqual(['CORR-004 broken provenance']));
  test('CORR-004 another parent than the sender of the delivery that caused it', () =>
    expect(judged({ parent_processor: 'player_daily_cache' })).toEqual(['CORR-004 broken provenance']));
  test('MSG-004 a date from the clock', () =>
    expect(judged({ game_date: '2031-03-06' })).toContain('MSG-004 changed date'));
  test('MSG-009 another run', () =>
    expect(judged({ metadata: { run: 3 } })).toContain('MSG-009 changed run'));
});

describe('missing correlation', () => {
  const check = find('missing-correlation-to-');
  const judged = (pick: (five: ReturnType<typeof completions>) => string) => {
    const told = story();
    const five = completions(1, { correlation_id: null });
    deliverSet(told, 1, five);
    told.publish(TRIGGER, triggerOf(1, five, { correlation_id: pick(five) }));
    return kinds(check, told.history());
  };
  test('accepts the upstream execution_id', () =>
    expect(judged((five) => String(five[2]?.['execution_id']))).toEqual([]));
  test('CORR-002 anything else', () => expect(judged(() => uuid())).toEqual(['CORR-002 broken correlation']));
});

describe.each([
  ['unknown-fields-to-', 'MSG-003'],
  ['aliases-to-', 'MSG-006'],
  ['every-delivery-form-to-', 'ACK-008'],
])('%s', (name, requirement) => {
  const check = find(name);
  test('accepts five acked completions and their trigger', () => {
    const told = story();
    const five = completions(1);
    deliverSet(told, 1, five);
    told.publish(TRIGGER, triggerOf(1, five));
    expect(check.judge(told.history())).toEqual([]);
  });
  test('names a refused message and a lost trigger', () => {
    const told = story();
    deliverSet(told, 1, completions(1), 400);
    expect(kinds(check, told.history())).toContain(`${requirement} refused message`);
    const silent = story();
    deliverSet(silent, 1, completions(1));
    expect(kinds(check, silent.history())).toEqual([`${requirement} lost trigger`]);
  });
});

describe.each([
  ['invalid-messages-to-', 'ACK-002'],
  ['impossible-dates-to-', 'MSG-005'],
  ['unknown-processor-to-', 'ACK-003'],
])('%s', (name, requirement) => {
  const check = find(name);
  const defective = message('AnalyticsCompletion', { status: 'complete' });

  test('accepts a nack without effect', () => {
    const told = story();
    told.deliver(FAN_IN, ANALYTICS, defective, { status: 400, defect: 'a defect' });
    expect(check.judge(told.history())).toEqual([]);
  });
  test('names a swallowed message', () => {
    const told = story();
    told.deliver(FAN_IN, ANALYTICS, defective, { status: 204, defect: 'a defect' });
    expect(kinds(check, told.history())).toEqual([
      `${requirement} swallowed message`,
      ...(requirement === 'ACK-002' ? ['ACK-007 wrong answer'] : []),
    ]);
  });
  test('names state that is left behind', () => {
    const told = story();
    const history = told.history();
    told.deliver(FAN_IN, ANALYTICS, defective, { status: 400, defect: 'a defect' });
    const [delivery, answer] = history;
    const commit = {
      kind: 'commit',
      sequence: 1.5,
      at_ms: 1,
      paths: [`phase3_completion/${DATE}`],
      marks: [],
    } as const;
    if (delivery === undefined || answer === undefined) throw new Error('two events were told');
    expect(kinds(check, [delivery, commit, answer])).toEqual([`${requirement} state left behind`]);
  });
  test('ACK-007 an answer other than 400', () => {
    const told = story();
    told.deliver(FAN_IN, ANALYTICS, defective, { status: 500, defect: 'a defect' });
    expect(kinds(check, told.history())).toEqual(requirement === 'ACK-002' ? ['ACK-007 wrong answer'] : []);
  });
});
