import { describe, expect, test } from 'vitest';
import { BATCH_EDGES } from '../../../../conformance/checks/interleavings/batch-edges.ts';
import { judgeExplored, judgeExploredRun } from '../../../../conformance/checks/interleavings/judge.ts';
import { LAST_COMPLETIONS } from '../../../../conformance/checks/interleavings/last-completions.ts';
import { SAME_KEY } from '../../../../conformance/checks/interleavings/same-key.ts';
import { WAKE_MARKER } from '../../../../conformance/harness/exploring/explore.ts';
import { HEALING_MARKER } from '../../../../conformance/harness/exploring/healing.ts';
import type { FailingSchedule, History } from '../../../../conformance/history/events.ts';
import { completions, deliverSet, TRIGGER, triggerOf } from '../pipeline-story.ts';
import { DATE, story } from '../story.ts';

const PROMISES = {
  lost: ['FANIN-006', 'FANIN-001'],
  lost_by_publish: 'FANIN-007',
  double: 'FANIN-006',
  early: 'FANIN-003',
  repeated: 'FANIN-011',
  swept: 'FANIN-014',
} as const;
const judge = (history: History) => judgeExploredRun(history, 'phase3-to-phase4-orchestrator', PROMISES);
const kinds = (history: History) =>
  judge(history).map(({ requirement, anomaly }) => `${requirement} ${anomaly}`);
const FAILING: FailingSchedule = {
  anomaly: 'lost trigger',
  game_date: DATE,
  schedule: 's1:2+1',
  sentence: 'in order, except: step 2 goes before step 3',
  passing: 's1:',
  passing_sentence: 'in order',
  repeats: true,
};

/** A run, marked with its date, and what the exploration says of it. */
function explored(run: History, failing: readonly FailingSchedule[]): History {
  const marked = run.map((event) => ({ ...event, marks: [DATE] }));
  const other = { kind: 'commit', paths: ['other/2100-01-01'], marks: ['2100-01-01'] } as const;
  return [
    { ...other, sequence: 100, at_ms: 100 },
    ...marked,
    {
      kind: 'exploration',
      runs: 12,
      strategy: 'portfolio, seed 1',
      failing,
      sequence: 200,
      at_ms: 200,
      marks: [],
    },
  ];
}

describe('one run at the edge of the fan-in', () => {
  test('one trigger after all five is right, with and without a fault', () => {
    const five = completions(1);
    const right = story();
    deliverSet(right, 1, five);
    right.publish(TRIGGER, triggerOf(1, five));
    expect(kinds(right.history())).toEqual([]);
    right.fault('strikes');
    right.publish(TRIGGER, triggerOf(1, five));
    expect(kinds(right.history())).toEqual([]);
  });

  test('a lost trigger breaks what concerns order, and after a fault what concerns failed publishes', () => {
    const told = story();
    deliverSet(told, 1, completions(1));
    expect(kinds(told.history())).toEqual(['FANIN-006 lost trigger', 'FANIN-001 lost trigger']);
    told.fault('strikes');
    expect(kinds(told.history())).toEqual(['FANIN-007 lost trigger']);
  });

  test('the same trigger twice is a repeat only where no call failed', () => {
    const told = story();
    const five = completions(1);
    deliverSet(told, 1, five);
    told.publish(TRIGGER, triggerOf(1, five));
    told.publish(TRIGGER, triggerOf(1, five));
    expect(kinds(told.history())).toEqual(['FANIN-011 repeated message']);
  });
});

describe('a run that needed clock and schedule', () => {
  test('a trigger that only came then was acked too early', () => {
    const told = story();
    const five = completions(1);
    deliverSet(told, 1, five);
    told.mark(HEALING_MARKER);
    expect(kinds(told.history())).toEqual(['FANIN-006 lost trigger', 'FANIN-001 lost trigger']);
    told.publish(TRIGGER, triggerOf(1, five));
    expect(kinds(told.history())).toEqual(['FANIN-006 early ack', 'FANIN-001 early ack']);
  });

  test('a trigger that was out is not to be sent by the schedule, and what was never acked may be', () => {
    const told = story();
    const five = completions(1);
    told.fault('strikes');
    deliverSet(told, 1, five);
    told.publish(TRIGGER, triggerOf(1, five));
    told.mark(HEALING_MARKER);
    told.publish(TRIGGER, triggerOf(1, five));
    expect(kinds(told.history())).toEqual(['FANIN-014 repeated message']);

    const nacked = story();
    deliverSet(nacked, 1, five, 503);
    nacked.mark(HEALING_MARKER);
    nacked.publish(TRIGGER, triggerOf(1, five));
    expect(kinds(nacked.history())).toEqual([]);
  });
});

describe('a caller that slept past its lease', () => {
  const five = completions(1);
  const slept = () => {
    const told = story();
    told.fault('strikes');
    deliverSet(told, 1, five);
    return told;
  };

  test('whose publish contradicts what was sent meanwhile wrote as a zombie', () => {
    const told = slept();
    told.publish(TRIGGER, triggerOf(1, five));
    told.mark(WAKE_MARKER);
    told.publish(TRIGGER, triggerOf(1, five, { execution_id: five[0]?.['execution_id'] ?? '' }));
    expect(kinds(told.history())).toEqual(['FANIN-006 zombie write']);
  });

  test('whose publish says the same again broke nothing', () => {
    const told = slept();
    told.publish(TRIGGER, triggerOf(1, five));
    told.mark(WAKE_MARKER);
    told.publish(TRIGGER, triggerOf(1, five));
    expect(kinds(told.history())).toEqual([]);
  });

  test('whose commit took effect is why the trigger is missing, and one that was refused is not', () => {
    const told = slept();
    told.mark(WAKE_MARKER);
    told.commit(`phase3_completion/${DATE}`);
    expect(kinds(told.history())).toEqual(['FANIN-007 zombie write']);

    const refused = slept();
    refused.mark(WAKE_MARKER);
    expect(kinds(refused.history())).toEqual(['FANIN-007 lost trigger']);
  });
});

describe('an explored case', () => {
  const told = story();
  deliverSet(told, 1, completions(1));
  told.commit(`phase3_completion/${DATE}`);

  test('in which no schedule failed has no anomaly, whatever single runs look like', () => {
    expect(judgeExplored(explored(told.history(), []), judge)).toEqual([]);
  });

  test('tells the smallest schedule in words, the nearest that passes, and what replays it', () => {
    const [anomaly] = judgeExplored(explored(told.history(), [FAILING]), judge);
    expect(anomaly?.proof).toContain('It fails in order, except: step 2 goes before step 3 (s1:2+1).');
    expect(anomaly?.proof).toContain('The nearest schedule that passes is in order (s1:).');
    expect(anomaly?.run).toEqual({ mark: DATE, schedule: 's1:2+1' });
  });

  test('cites the commits of the run that fails and of no other', () => {
    const [anomaly] = judgeExplored(explored(told.history(), [FAILING]), judge);
    expect(anomaly?.events).toContain(told.history().at(-1)?.sequence);
    expect(anomaly?.events).not.toContain(100);
  });

  test('says so when the schedule did not fail each time', () => {
    const [anomaly] = judgeExplored(explored(told.history(), [{ ...FAILING, repeats: false }]), judge);
    expect(anomaly?.proof).toContain('though not each time');
  });

  test.each([...LAST_COMPLETIONS, ...BATCH_EDGES, ...SAME_KEY].map((check) => [check.name, check] as const))(
    '%s lists every requirement that it can break',
    (_, check) => {
      const five = completions(1);
      const broken = story();
      deliverSet(broken, 1, five);
      broken.publish(TRIGGER, triggerOf(1, five));
      broken.publish(TRIGGER, triggerOf(1, five));
      for (const history of [told.history(), broken.history()]) {
        for (const { requirement } of check.judge(explored(history, [FAILING]))) {
          expect(check.requirements).toContain(requirement);
        }
      }
    },
  );
});
