import type { Anomaly, Check } from '../checks/check.ts';
import { marker } from '../checks/judging/answers.ts';
import { cite } from '../checks/judging/cite.ts';
import { judgeShape } from '../checks/judging/shape.ts';
import type { History } from '../harness/history/events.ts';
import type { CloudKind } from '../harness/world/cloud.ts';
import type { Requirement } from '../requirements/catalogue.ts';
import type { Target } from '../targets/description.ts';
import { untested } from './applicability.ts';
import { type CaseRun, STUCK_MARKER } from './run-cases.ts';

/** An anomaly with the case that showed it. */
export interface ReportedAnomaly extends Anomaly {
  readonly check: string;
  readonly case: string;
  /** How many more cases of the same check showed the same anomaly. */
  readonly repeats: number;
  /** The case's history, for the smallest message sequence. */
  readonly history: History;
}

/** What became of one requirement. */
export interface RequirementVerdict {
  readonly requirement: Requirement;
  readonly result: 'passed' | 'failed' | 'not_applicable';
  /** Why it is not applicable, not testable, or a known difference. */
  readonly reason: string | null;
  /** True when the target's file knows the failure. */
  readonly known: boolean;
  readonly cases: number;
  readonly anomalies: readonly ReportedAnomaly[];
}

/** Requirements that every published message is held to, whatever the case is about. */
export const UNIVERSAL: readonly string[] = ['MSG-001', 'MSG-002', 'TOPO-001'];

/** Judge every case and say what became of each selected requirement. */
export function judgeRuns(
  requirements: readonly Requirement[],
  runs: readonly CaseRun[],
  target: Target,
  cloud: CloudKind,
): readonly RequirementVerdict[] {
  const anomalies = runs.flatMap(judgeRun);
  return requirements.map((requirement) => {
    const { id } = requirement;
    const own = group(anomalies.filter((anomaly) => anomaly.requirement === id));
    const tested = runs.filter(
      (run) => run.case.check.requirements.includes(id) || UNIVERSAL.includes(id),
    ).length;
    if (tested === 0) {
      const { result, reason } = untested(requirement, target, cloud);
      return { requirement, result, reason, known: false, cases: 0, anomalies: [] };
    }
    return finish(requirement, target, tested, own);
  });
}

function finish(
  requirement: Requirement,
  target: Target,
  cases: number,
  anomalies: readonly ReportedAnomaly[],
): RequirementVerdict {
  const known = target.known_differences.find((difference) => difference.requirement === requirement.id);
  if (anomalies.length > 0) {
    const reason = known === undefined ? null : `known: ${known.reason}`;
    return { requirement, result: 'failed', reason, known: known !== undefined, cases, anomalies };
  }
  if (known !== undefined) {
    const reason = `listed as a known difference ("${known.reason}"), but it is kept now; remove the entry from ${target.file}`;
    return { requirement, result: 'failed', reason, known: false, cases, anomalies };
  }
  return { requirement, result: 'passed', reason: null, known: false, cases, anomalies };
}

/** Judge one case that was run. */
export function judgeRun(run: CaseRun): readonly ReportedAnomaly[] {
  return judgeHistory(run.case.check, run.case.name, run.scene.history());
}

/**
 * Judge the history of one case: the check's own judge, and the shape of everything that was published in it.
 *
 * A case that could not go on says so with a marker; its requirements fail when nothing else is wrong with it.
 */
export function judgeHistory(check: Check, name: string, history: History): readonly ReportedAnomaly[] {
  const found = [...check.judge(history), ...judgeShape(history)];
  const of = (anomaly: Anomaly): ReportedAnomaly => ({
    ...anomaly,
    check: check.name,
    case: name,
    repeats: 0,
    history: ofRun(anomaly, history),
  });
  const stuck = marker(history, STUCK_MARKER);
  if (stuck === undefined || found.length > 0) return found.map(of);
  return check.requirements.map((requirement) =>
    of({
      requirement,
      anomaly: 'stuck',
      proof: `The case could not go on: ${stuck.sentence} (${cite(stuck)}).`,
      events: [stuck.sequence],
    }),
  );
}

/** An explored case has many runs; only the one that shows the anomaly is told. */
function ofRun({ run }: Anomaly, history: History): History {
  return run === undefined ? history : history.filter(({ marks }) => marks.includes(run.mark));
}

/** Keep one anomaly of each kind and check, and count the others. */
export function group(anomalies: readonly ReportedAnomaly[]): readonly ReportedAnomaly[] {
  const kept = new Map<string, ReportedAnomaly>();
  for (const anomaly of anomalies) {
    const key = `${anomaly.check} ${anomaly.anomaly}`;
    const first = kept.get(key);
    kept.set(key, first === undefined ? anomaly : { ...first, repeats: first.repeats + 1 });
  }
  return [...kept.values()];
}

/** Tell whether a target conforms: no MUST failed that is not a known difference. */
export function conforms(verdicts: readonly RequirementVerdict[]): boolean {
  return verdicts.every(
    ({ requirement, result, known, anomalies }) =>
      result !== 'failed' || known || (requirement.level === 'SHOULD' && anomalies.length > 0),
  );
}
