import { FAN_IN_ORDER } from '../../../conformance/checks/fan-in/sets.ts';
import type { History } from '../../../conformance/history/events.ts';
import { resultOf } from '../../../conformance/reports/result/build.ts';
import type { RunResult } from '../../../conformance/reports/result/result.ts';
import { findRequirement, type Requirement } from '../../../conformance/requirements/catalogue.ts';
import { readTarget } from '../../../conformance/targets/load.ts';
import { judgeHistory } from '../../../conformance/verdict/anomalies.ts';
import type { RequirementVerdict } from '../../../conformance/verdict/verdict.ts';
import { completions, deliverSet, FAN_IN, TRIGGER, triggerOf } from '../checks/pipeline-story.ts';
import { story, uuid } from '../checks/story.ts';

/** The case that the hand-written history belongs to. */
export const CASE = 'fan-in-in-any-order (1 of 6)';

/** Five acked completions, a fault, a commit, and two triggers under different ids: a double trigger. */
export function doubleTrigger(): History {
  const told = story();
  const five = completions(1);
  deliverSet(told, 1, five);
  told.commit('phase3_completion/2031-03-05');
  told.publish(TRIGGER, triggerOf(1, five));
  told.fault('begins');
  deliverSet(told, 1, five.slice(0, 1), 503);
  told.publish(TRIGGER, triggerOf(1, five, { execution_id: uuid() }));
  told.fault('ends');
  told.mark('end', 'everything is delivered <again> & again');
  return told.history().map((event) => ({ ...event, marks: [CASE] }));
}

const target = (name: string) =>
  readTarget(
    `${name}.yaml`,
    `name: ${JSON.stringify(name)}\nprofiles: [fan-in]\ncomponents:\n  ${FAN_IN}: { command: [python3, app.py] }\n`,
  );

function requirement(id: string): Requirement {
  const found = findRequirement(id);
  if (found === undefined) throw new Error(`${id} is no requirement`);
  return found;
}

/** The verdicts of a live run whose only case has the given history. */
function verdictsOn(history: History): readonly RequirementVerdict[] {
  const anomalies = judgeHistory(FAN_IN_ORDER, CASE, history);
  const judged = FAN_IN_ORDER.requirements.map((id): RequirementVerdict => {
    const own = anomalies.filter((anomaly) => anomaly.requirement === id);
    const result = own.length === 0 ? 'passed' : 'failed';
    return { requirement: requirement(id), result, reason: null, known: false, cases: 6, anomalies: own };
  });
  const nothing = { known: false, cases: 0, anomalies: [] };
  return [
    ...judged,
    {
      requirement: requirement('CASC-014'),
      result: 'failed',
      reason: 'not testable: no reason',
      ...nothing,
    },
    { requirement: requirement('CASC-001'), result: 'not_applicable', reason: 'not claimed', ...nothing },
  ];
}

/** The result of a run that a target fails; names may need escaping. */
export function failingResult(name = 'mine'): RunResult {
  const verdicts = verdictsOn(doubleTrigger());
  const run = { target: target(name), cloud: 'embedded', seed: 7, cases: 6, duration_ms: 1_234 } as const;
  return resultOf(verdicts, run);
}

/** The result of a run that a target passes. */
export function passingResult(name: string): RunResult {
  const verdicts = verdictsOn([]).filter(({ result }) => result === 'passed');
  const run = { target: target(name), cloud: 'embedded', seed: 7, cases: 6, duration_ms: 900 } as const;
  return resultOf(verdicts, run);
}
