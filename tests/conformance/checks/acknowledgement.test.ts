import { describe, expect, test } from 'vitest';
import { CHECKS } from '../../../conformance/checks/all.ts';
import type { Check } from '../../../conformance/checks/check.ts';
import { judgeNacks } from '../../../conformance/checks/judging/answers.ts';
import type { Payload } from '../../../conformance/history/events.ts';
import { CASCADE, completions, deliverSet, FAN_IN, TRIGGER, triggerOf } from './pipeline-story.ts';
import { message, story, uuid } from './story.ts';

const named = (prefix: string): readonly (readonly [string, Check])[] =>
  CHECKS.filter(
    ({ name }) => name.startsWith(prefix) && (name.endsWith(FAN_IN) || name.endsWith(CASCADE)),
  ).map((check) => [check.name, check]);
const levelTriedBy = (check: Check) => (check.components[0] === FAN_IN ? 1 : 2);
const names = (check: Check, history: Parameters<Check['judge']>[0]) =>
  check.judge(history).map(({ anomaly }) => anomaly);

const OUTCOMES = [
  ...named('duplicates-to-'),
  ...named('concurrent-deliveries-to-'),
  ...named('refused-publish-of-'),
  ...named('refused-commit-of-'),
  ...named('lost-publish-answer-of-'),
];

describe.each([...OUTCOMES, ...named('unconfirmed-publish-of-')])('%s', (_, check) => {
  const level = levelTriedBy(check);

  test('accepts one trigger for a set that is acked', () => {
    const told = story();
    const set = completions(level);
    deliverSet(told, level, set);
    told.publish(TRIGGER, triggerOf(level, set));
    deliverSet(told, level, set);
    expect(check.judge(told.history())).toEqual([]);
  });

  test('names a lost trigger', () => {
    const told = story();
    deliverSet(told, level, completions(level));
    expect(names(check, told.history())).toEqual(['lost trigger']);
  });
});

test.each(OUTCOMES)('%s names a double trigger', (_, check) => {
  const level = levelTriedBy(check);
  const told = story();
  const set = completions(level);
  deliverSet(told, level, set);
  told.publish(TRIGGER, triggerOf(level, set));
  told.publish(TRIGGER, triggerOf(level, set, { execution_id: uuid() }));
  expect(names(check, told.history())).toContain('double trigger');
});

describe('ACK-001 an ack before its work is safe', () => {
  test.each(named('unconfirmed-publish-of-'))('%s', (_, check) => {
    const level = levelTriedBy(check);
    const told = story();
    const set = completions(level);
    told.fault('begins');
    deliverSet(told, level, set);
    told.fault('strikes');
    told.mark('unconfirmed');
    told.publish(TRIGGER, triggerOf(level, set));
    expect(names(check, told.history())).toEqual(['early ack']);
  });

  test.each(named('uncommitted-state-of-'))('%s', (_, check) => {
    const level = levelTriedBy(check);
    const told = story();
    told.fault('begins');
    deliverSet(told, level, completions(level).slice(0, 1));
    told.fault('strikes');
    told.mark('uncommitted');
    expect(names(check, told.history())).toEqual(['early ack']);

    const right = story();
    right.fault('begins');
    right.fault('strikes');
    right.mark('uncommitted');
    deliverSet(right, level, completions(level).slice(0, 1));
    expect(check.judge(right.history())).toEqual([]);
  });

  test.each(named('uncommitted-state-of-'))('%s does not cite what the judge asks meanwhile', (_, check) => {
    const level = levelTriedBy(check);
    const told = story();
    told.fault('begins');
    told.fault('strikes');
    const probe = { status: 200, defect: 'data that is no JSON' };
    told.deliver(level === 1 ? FAN_IN : CASCADE, 'nba-phase3-analytics-complete', null, probe);
    told.mark('uncommitted');
    deliverSet(told, level, completions(level).slice(0, 1));
    expect(check.judge(told.history())).toEqual([]);
  });
});

test('FANIN-011 the same trigger twice, although nothing failed', () => {
  const [entry] = named('concurrent-deliveries-to-phase3-to');
  const told = story();
  const set = completions(1);
  deliverSet(told, 1, set);
  told.publish(TRIGGER, triggerOf(1, set));
  told.publish(TRIGGER, triggerOf(1, set));
  expect(entry?.[1].judge(told.history()).map(({ requirement }) => requirement)).toEqual(['FANIN-011']);
});

describe('skip_downstream_trigger', () => {
  const silenced = (one: Payload): Payload => ({ ...one, skip_downstream_trigger: true });

  test.each(named('skip-downstream-to-'))('%s', (_, check) => {
    const level = levelTriedBy(check);
    const told = story();
    const set = completions(level);
    deliverSet(told, level, set.map(silenced));
    told.mark('silent');
    expect(check.judge(told.history())).toEqual([]);
    deliverSet(told, level, set);
    expect(names(check, told.history())).toEqual(['lost trigger']);
    told.publish(TRIGGER, triggerOf(level, set));
    expect(check.judge(told.history())).toEqual([]);

    const leaking = story();
    deliverSet(leaking, level, set.map(silenced));
    leaking.publish(TRIGGER, triggerOf(level, set));
    leaking.mark('silent');
    expect(names(check, leaking.history())).toEqual(['backfill leak']);
  });

  test.each(named('skip-downstream-in-a-set-to-'))('%s', (_, check) => {
    const level = levelTriedBy(check);
    const told = story();
    const set = completions(level);
    deliverSet(told, level, [...set.slice(1), ...set.slice(0, 1).map(silenced)]);
    expect(check.judge(told.history())).toEqual([]);
    told.publish(TRIGGER, triggerOf(level, set));
    expect(names(check, told.history())).toEqual(['backfill leak']);
  });
});

describe('one raw run for each scraper run', () => {
  const scraped = message('ScraperCompletion', {
    processor_name: 'nbac_schedule',
    scraper_name: 'nbac_schedule',
  });
  const raw = (execution_id: string): Payload =>
    message('RawCompletion', {
      processor_name: 'nbac_schedule_games',
      execution_id,
      metadata: {
        upstream: [
          { processor: 'nbac_schedule', execution_id: scraped['execution_id'] ?? '', correlation_id: uuid() },
        ],
      },
    });
  const check = CHECKS.find(({ name }) => name === 'duplicates-to-phase2-raw');

  test('IDEM-001 names a second run of the same scraper run', () => {
    const told = story();
    told.deliver('phase2-raw', 'nba-phase1-scrapers-complete', scraped);
    const id = uuid();
    told.publish('nba-phase2-raw-complete', raw(id));
    expect(check?.judge(told.history())).toEqual([]);
    told.publish('nba-phase2-raw-complete', raw(uuid()));
    expect(check?.judge(told.history()).map(({ requirement }) => requirement)).toEqual(['IDEM-001']);
  });

  test('IDEM-001 names a run that never came', () => {
    const told = story();
    told.deliver('phase2-raw', 'nba-phase1-scrapers-complete', scraped);
    expect(check?.judge(told.history()).map(({ anomaly }) => anomaly)).toEqual(['lost message']);
  });
});

test('ACK-014 a valid message that is nacked like an invalid one', () => {
  const answered = (status: number | null, defect?: string) => {
    const told = story();
    told.deliver('phase4-orchestrator', 'nba-phase4-processor-complete', message('PrecomputeCompletion'), {
      status,
      ...(defect !== undefined && { defect }),
    });
    return judgeNacks(told.history(), 'phase4-orchestrator').map(({ requirement }) => requirement);
  };
  for (const status of [200, 409, 503, 500, null]) expect(answered(status)).toEqual([]);
  expect(answered(400)).toEqual(['ACK-014']);
  expect(answered(400, 'no JSON')).toEqual([]);
});
