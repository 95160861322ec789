import { describe, expect, test } from 'vitest';
import type { AnomalyName } from '../../../conformance/checks/anomalies.ts';
import type { Anomaly } from '../../../conformance/checks/check.ts';
import { explained } from '../../../conformance/checks/consequences.ts';
import { judgeOutputs } from '../../../conformance/checks/judging/outputs.ts';
import type { History } from '../../../conformance/history/events.ts';
import { findRequirement } from '../../../conformance/requirements/catalogue.ts';
import { group, type ReportedAnomaly } from '../../../conformance/verdict/anomalies.ts';
import { causesOf } from '../../../conformance/verdict/causes/causes.ts';
import type { RequirementVerdict } from '../../../conformance/verdict/verdict.ts';
import { completions, deliverSet, FAN_IN, TRIGGER, triggerOf } from '../checks/pipeline-story.ts';
import { story } from '../checks/story.ts';

const PROMISES = { early: 'FANIN-003', phantom: 'FANIN-003', lost: 'FANIN-001' } as const;

function anomaly(name: AnomalyName, events: readonly number[], more: Partial<Anomaly> = {}): Anomaly {
  return { requirement: 'FANIN-003', anomaly: name, proof: 'It went wrong.', events, ...more };
}

describe('what explains an anomaly', () => {
  const early = anomaly('early trigger', [7]);
  test('an early trigger explains what is wrong in that trigger', () => {
    expect(explained(anomaly('broken correlation', [2, 7]), [early])).toEqual(['early trigger']);
    expect(explained(anomaly('invalid message', [7]), [early])).toEqual(['early trigger']);
  });
  test('it explains nothing of another message, and no lost work of the same one', () => {
    expect(explained(anomaly('broken correlation', [9]), [early])).toEqual([]);
    expect(explained(anomaly('lost trigger', [7]), [early])).toEqual([]);
  });
  test('what is seen in other places at least as often has a cause of its own', () => {
    const seen = (...places: readonly number[]): Anomaly =>
      anomaly('broken provenance', [7], { occurrences: places.map((place) => [place]) });
    expect(explained(seen(7, 9), [early])).toEqual([]);
    expect(explained(seen(7, 7, 9), [early])).toEqual(['early trigger']);
  });
  test('a valid message that is refused explains the status that it is refused with', () => {
    const refused = anomaly('refused message', [1, 4], { occurrences: [[1, 3]] });
    expect(explained(anomaly('wrong answer', [3, 4]), [refused])).toEqual(['refused message']);
    expect(explained(anomaly('wrong answer', [8, 9]), [refused])).toEqual([]);
  });
});

describe('causes of consequences', () => {
  const told = story();
  deliverSet(told, 1, completions(1).slice(0, 4));
  const trigger = told.publish(TRIGGER, triggerOf(1, completions(1).slice(0, 4)));
  const history = told.history();
  const of = (
    id: string,
    name: AnomalyName,
    explained_by: readonly AnomalyName[] = [],
  ): RequirementVerdict => {
    const requirement = findRequirement(id);
    if (requirement === undefined) throw new Error(id);
    const place = { check: 'check', case: 'check', repeats: 0, history, explained_by } as const;
    const anomalies: readonly ReportedAnomaly[] = [{ ...anomaly(name, [trigger]), ...place }];
    return { requirement, result: 'failed', anomalies, reason: null, known: false, cases: 1 };
  };
  test('they stand behind what explains them, in one cause with all requirements', () => {
    const causes = causesOf([
      of('CORR-001', 'broken correlation', ['early trigger']),
      of('MSG-001', 'invalid message', ['early trigger']),
      of('FANIN-003', 'early trigger'),
    ]);
    expect(causes).toMatchObject([
      { anomaly: 'early trigger', requirements: ['FANIN-003', 'CORR-001', 'MSG-001'] },
    ]);
  });
  test('where the run does not tell of what explains them, they are told themselves', () => {
    const causes = causesOf([of('CORR-001', 'broken correlation', ['early trigger'])]);
    expect(causes).toMatchObject([{ anomaly: 'broken correlation' }]);
  });
  test('an unsafe ack and the loss that it leads to are one cause, and other circumstances another', () => {
    const causes = causesOf([of('ACK-001', 'early ack'), of('FANIN-001', 'lost trigger')]);
    expect(causes).toMatchObject([{ anomaly: 'lost trigger', requirements: ['FANIN-001', 'ACK-001'] }]);
  });
  test('of several cases one is told that nothing else explains', () => {
    const one = of('CORR-001', 'broken correlation', ['early trigger']).anomalies[0];
    if (one === undefined) throw new Error('no anomaly');
    const larger = { ...one, case: 'larger', explained_by: [], history: [...history, ...history] };
    expect(group([one, larger])).toMatchObject([{ case: 'larger', explained_by: [], repeats: 1 }]);
  });
});

describe('the proof of an early trigger says who was missing', () => {
  const proofOf = (history: History): string =>
    judgeOutputs(history, FAN_IN, PROMISES)
      .map(({ proof }) => proof)
      .join('\n');
  const [first = {}, ...four] = completions(1);
  const told = (instead?: object, key = first): History => {
    const one = story();
    deliverSet(one, 1, four);
    if (instead !== undefined) deliverSet(one, 1, [{ ...key, ...instead }]);
    one.publish(TRIGGER, triggerOf(1, [first, ...four]));
    return one.history();
  };
  const name = String(first['processor_name']);
  test('nobody came', () => {
    expect(proofOf(told())).toContain(`Missing: ${name}.`);
  });
  test('a run came that failed, or that is told to stay silent', () => {
    expect(proofOf(told({ status: 'failed' }))).toContain(`Missing: ${name} (failed, #9).`);
    expect(proofOf(told({ skip_downstream_trigger: true }))).toContain(`(told to stay silent, #9)`);
  });
  test('a run came of another date', () => {
    expect(proofOf(told({ game_date: '2031-04-05' }))).toContain(`(only for 2031-04-05 run 1, #9)`);
  });
  test('a run came under a name that the registry does not have', () => {
    expect(proofOf(told({ processor_name: `${name} ` }))).toContain(
      `Missing: ${name}. #9 came under the name "${name} ", which the registry does not have.`,
    );
  });
  test('nothing is said of a set that is complete', () => {
    expect(proofOf(told({}))).toBe('');
  });
});

test('a document that exists already is an answer of the store and no failed call', () => {
  const circumstanceOf = (outcome: string): string | undefined => {
    const one = story();
    deliverSet(one, 1, completions(1));
    one.call('firestore', 'Commit', outcome);
    const history = one.history();
    const requirement = findRequirement('FANIN-001');
    if (requirement === undefined) throw new Error('FANIN-001');
    const place = { check: 'check', case: 'check', repeats: 0, history, explained_by: [] } as const;
    const anomalies = [{ ...anomaly('lost trigger', [1]), ...place }];
    return causesOf([{ requirement, result: 'failed', anomalies, reason: null, known: false, cases: 1 }])[0]
      ?.circumstance;
  };
  expect(['ALREADY_EXISTS', 'FAILED_PRECONDITION', 'NOT_FOUND', 'ABORTED'].map(circumstanceOf)).toEqual(
    Array.from({ length: 4 }, () => 'none'),
  );
  expect(circumstanceOf('UNAVAILABLE')).toBe('failed call');
});
