import { CHECKS } from '../checks/all.ts';
import type { Check } from '../checks/check.ts';
import type { History } from '../harness/history/events.ts';
import { CATALOGUE, UNIVERSAL } from '../requirements/catalogue.ts';
import { group, judgeHistory, type RequirementVerdict } from './verdict.ts';

/** The case of a recorded history. */
export interface RecordedCase {
  readonly check: Check;
  /** The case's name as its marks give it, else the check's name. */
  readonly name: string;
}

/** A history that no check can judge; the message says what was expected and what to do. */
export class RecordedHistoryError extends Error {}

/**
 * Find the case that a history is about: the check called `check_name`, or else the case whose name most events carry
 * among their marks.
 *
 * @throws {RecordedHistoryError} when the name is no check's, or no event names a case.
 */
export function caseOf(history: History, check_name: string | undefined): RecordedCase {
  const named = casesInMarks(history);
  if (check_name === undefined) {
    const [first] = named;
    if (first !== undefined) return first;
    throw new RecordedHistoryError(
      'expected the name of a check among the marks of the events, found none; name one with --check (see "conformance explain ID")',
    );
  }
  const check = CHECKS.find(({ name }) => name === check_name);
  if (check === undefined) {
    throw new RecordedHistoryError(
      `--check "${check_name}" is no check; "conformance explain ID" lists those of a requirement`,
    );
  }
  return named.find((one) => one.check === check) ?? { check, name: check.name };
}

/** Judge one recorded history: a verdict for each requirement of its check, and for those of every message. */
export function judgeRecorded(history: History, one: RecordedCase): readonly RequirementVerdict[] {
  const anomalies = judgeHistory(one.check, one.name, history);
  const tested = (id: string): boolean =>
    UNIVERSAL.includes(id) ||
    one.check.requirements.some((requirement) => requirement === id) ||
    anomalies.some(({ requirement }) => requirement === id);
  return CATALOGUE.filter(({ id }) => tested(id)).map((requirement) => {
    const own = group(anomalies.filter((anomaly) => anomaly.requirement === requirement.id));
    return {
      requirement,
      result: own.length === 0 ? 'passed' : 'failed',
      reason: null,
      known: false,
      cases: 1,
      anomalies: own,
    };
  });
}

/** List the cases that the marks name, the one with the most events first. */
function casesInMarks(history: History): readonly RecordedCase[] {
  const counts = new Map<string, number>();
  for (const mark of history.flatMap(({ marks }) => marks)) counts.set(mark, (counts.get(mark) ?? 0) + 1);
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .flatMap(([name]) => {
      const check = CHECKS.find((candidate) => candidate.name === name.replace(/ \(\d+ of \d+\)$/, ''));
      return check === undefined ? [] : [{ check, name }];
    });
}
