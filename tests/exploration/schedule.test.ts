import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { describeSchedule, findMisfits } from '../../conformance/exploration/engine/describe.ts';
import { followSchedule } from '../../conformance/exploration/engine/replay.ts';
import type { TracedStep } from '../../conformance/exploration/engine/simulation.ts';
import { FAULT_NAMES } from '../../conformance/exploration/schedule/faults.ts';
import {
  type Deviation,
  findScheduleProblem,
  type Schedule,
  sortSchedule,
} from '../../conformance/exploration/schedule/schedule.ts';
import { parseSchedule, printSchedule } from '../../conformance/exploration/schedule/text.ts';
import { compactSchedule } from '../../conformance/exploration/shrinking/shrink.ts';
import { simulateSteps } from './cases/counter.ts';
import { DATE, FAN_IN, HAPPY, putInto } from './cases/fan-in.ts';
import { run } from './in-process/run.ts';
import { createFanIn } from './models/fan-in/component.ts';

const count = (max: number) => fc.integer({ min: 1, max });

/** Any schedule: takes and faults once a step at most, holds as often as you like. */
function anySchedule(steps_max = 60): fc.Arbitrary<Schedule> {
  const deviation: fc.Arbitrary<Deviation> = fc.oneof(
    fc.record({ step: count(steps_max), take: count(9) }),
    fc.record({ step: count(steps_max), hold: count(40) }),
    fc.record({ step: count(steps_max), fault: fc.constantFrom(...FAULT_NAMES) }),
  );
  return fc
    .array(deviation, { maxLength: 12 })
    .map(sortSchedule)
    .filter((schedule) => findScheduleProblem(schedule) === undefined);
}

describe('a schedule is a value with one text', () => {
  test.prop([anySchedule()])(
    'parsing what was printed gives the schedule, and printing that the text',
    (schedule) => {
      const text = printSchedule(schedule);
      expect(parseSchedule(text)).toEqual(schedule);
      expect(printSchedule(parseSchedule(text))).toBe(text);
      expect(text).toMatch(/^s1:\S*$/);
    },
  );

  test.each([
    ['7+2', 'begins with "s1:"'],
    ['s2:7+2', 'begins with "s1:"'],
    ['s1:07+2', 'got "07+2"'],
    ['s1:7+0', 'got "7+0"'],
    ['s1:7!explodes', 'got "7!explodes"'],
    ['s1:9+1,7+1', 'must be sorted'],
    ['s1:7+1,7+2', 'two takes'],
    ['s1:7!crash,7!zombie', 'two faults'],
    ['s1:7+1,', 'got ""'],
  ])('%s is refused with the reason', (text, reason) => {
    expect(() => parseSchedule(text)).toThrow(reason);
  });
});

describe('a schedule makes one run', () => {
  const world = putInto(HAPPY, createFanIn(FAN_IN, [DATE]));
  const follow = (schedule: Schedule) => {
    const trace: TracedStep[] = [];
    const made = run(world.simulate(), followSchedule(schedule), { watch: (step) => trace.push(step) });
    return { made, trace };
  };

  test.prop([anySchedule()])('what was recorded of a run replays it exactly', (schedule) => {
    const { made } = follow(schedule);
    const again = follow(made.schedule).made;
    expect(again.history).toEqual(made.history);
    expect(again.schedule).toEqual(made.schedule);
  });

  test.prop([anySchedule()])('its compact form makes the same run', (schedule) => {
    const { made, trace } = follow(schedule);
    const compact = compactSchedule(trace);
    expect(findScheduleProblem(compact)).toBeUndefined();
    expect(follow(compact).made.history).toEqual(made.history);
  });

  test.prop([anySchedule()])(
    'what was recorded of a run fits it wholly, and so does its compact form',
    (schedule) => {
      const { made, trace } = follow(schedule);
      expect(findMisfits(made.schedule, trace)).toEqual([]);
      const compact = compactSchedule(trace);
      expect(findMisfits(compact, follow(compact).trace)).toEqual([]);
    },
  );

  test.prop([anySchedule()])('one deviation fits exactly when the run departs from order', (schedule) => {
    const one = schedule.slice(0, 1);
    const { made, trace } = follow(one);
    expect(findMisfits(one, trace).length).toBe(made.schedule.length > 0 ? 0 : one.length);
  });

  test('a schedule without deviations goes through the first message to its end, then the second', () => {
    expect(follow([]).made.schedule).toEqual([]);
    expect(run(simulateSteps([2, 1]), followSchedule([])).history.order).toEqual(['0', '0', '1']);
  });
});

describe('a schedule can be said in words', () => {
  const describeRun = (schedule: Schedule, lengths = [2, 2]): string => {
    const trace: TracedStep[] = [];
    run(simulateSteps(lengths), followSchedule(schedule), { watch: (step) => trace.push(step) });
    return describeSchedule(schedule, trace);
  };

  test.each<readonly [Schedule, string]>([
    [[], 'in order'],
    [[{ step: 2, take: 1 }], 'in order, except: step 2 (step 1 of 1) goes before step 3 (step 2 of 0)'],
    [
      [{ step: 1, hold: 2 }],
      'in order, except: step 1 of 0, due at step 1, waits for 2 others and goes at step 3',
    ],
    [
      [
        { step: 1, hold: 1 },
        { step: 1, hold: 1 },
      ],
      'in order, except: step 1 of 0, due at step 1, waits for 1 other and goes at step 2; step 1 of 1, due at step 1, waits for 3 others and goes at step 4',
    ],
    [[{ step: 4, take: 1 }], 'in order, except: step 4 (step 2 of 1) has nothing to overtake'],
    [[{ step: 9, take: 1 }], 'in order, except: step 9 was never reached'],
    [[{ step: 1, fault: 'crash' }], 'in order, except: step 1 (step 1 of 0) cannot suffer crash'],
  ])('%j', (schedule, sentence) => {
    expect(describeRun(schedule, schedule.length === 2 ? [2, 2, 2] : [2, 2])).toBe(sentence);
  });

  test('what has no effect does not fit', () => {
    const trace: TracedStep[] = [];
    const schedule = parseSchedule('s1:1!crash,2+1,3+5,9~2');
    run(simulateSteps([2, 2]), followSchedule(schedule), { watch: (step) => trace.push(step) });
    expect(findMisfits(schedule, trace)).toEqual([
      'step 1 (step 1 of 0) cannot suffer crash',
      'step 3 (step 2 of 0) has no 5 others to overtake',
      'step 9 was never reached',
    ]);
  });

  test('a fault is said with what it does', () => {
    const trace: TracedStep[] = [];
    const schedule = parseSchedule('s1:3!deadline_after');
    const world = putInto(HAPPY, createFanIn(FAN_IN, [DATE]));
    run(world.simulate(), followSchedule(schedule), { watch: (step) => trace.push(step) });
    expect(describeSchedule(schedule, trace)).toBe(
      'in order, except: step 3 (Commit phase3_completion/2024-01-15 for m1 on instance 1) is done and answered DEADLINE_EXCEEDED, so its caller cannot know',
    );
  });
});
