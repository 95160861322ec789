import { CHECKS } from '../checks/all.ts';
import type { Check } from '../checks/check.ts';
import type { History } from '../history/events.ts';
import { CATALOGUE, type Requirement, UNIVERSAL } from '../requirements/catalogue.ts';
import { group, judgeHistory, type ReportedAnomaly } from './anomalies.ts';
import { missingIn } from './evidence.ts';
import type { RequirementVerdict } from './verdict.ts';

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
 * @throws {RecordedHistoryError} when the name is no check's, no event names a case, or the check is about components that
 *         the history has nothing of.
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
  const own = named.find((one) => one.check === check);
  if (own !== undefined) return own;
  requireComponents(history, check);
  return { check, name: check.name };
}

/** A case that the events do not name as this check's is judged by it only when it was about the same components. */
function requireComponents(history: History, check: Check): void {
  const met = history.flatMap((event) =>
    event.kind === 'delivery' || event.kind === 'request' ? event.component : [],
  );
  const missing = check.components.filter((name) => !met.includes(name));
  if (missing.length === 0) return;
  const seen = [...new Set(met)].join(', ') || 'no component';
  throw new RecordedHistoryError(
    `${check.name} is about ${missing.join(', ')}, and nothing was delivered to it in this history of ${seen}; name a check of what it has`,
  );
}

/**
 * Judge one recorded history: a verdict for each requirement of its check, and for those of every message. Where nothing
 * was published, what held only for that reason is not judged.
 */
export function judgeRecorded(history: History, one: RecordedCase): readonly RequirementVerdict[] {
  const anomalies = judgeHistory(one.check, one.name, history);
  const tested = (id: string): boolean =>
    UNIVERSAL.includes(id) ||
    one.check.requirements.some((requirement) => requirement === id) ||
    anomalies.some(({ requirement }) => requirement === id);
  return CATALOGUE.filter(({ id }) => tested(id)).map((requirement) => {
    const missing = missingIn(one.check, history, requirement.id);
    const why = missing === undefined ? null : `${missing.why} in this history`;
    return verdictOn(requirement, 1, [anomalies], why);
  });
}

/**
 * Say what became of a requirement: broken, kept, or not judged for a reason.
 *
 * @param anomalies of each recorded case by itself; alike ones are told once a case. Those of other requirements are left out.
 * @param missing why nothing can be said of it where no anomaly was found; null when something can.
 */
export function verdictOn(
  requirement: Requirement,
  cases: number,
  anomalies: readonly (readonly ReportedAnomaly[])[],
  missing: string | null,
): RequirementVerdict {
  const own = anomalies.flatMap((of_case) =>
    group(of_case.filter((anomaly) => anomaly.requirement === requirement.id)),
  );
  const common = { requirement, known: false, cases, anomalies: own };
  if (own.length > 0) return { ...common, result: 'failed', reason: null };
  return missing === null
    ? { ...common, result: 'passed', reason: null }
    : { ...common, result: 'not_judged', reason: missing };
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
