import { TOPIC } from '../../generated/topology.ts';
import type { Anomaly, Check } from '../checks/check.ts';
import { explained } from '../checks/consequences.ts';
import { judgeShape } from '../checks/judging/shape.ts';
import { workedDeliveries } from '../checks/owed/deliveries.ts';
import { counts, processorOf, skips } from '../checks/owed/names.ts';
import { levelOf } from '../checks/owed/orchestrators.ts';
import type { History } from '../history/events.ts';
import { publishes } from '../history/select.ts';
import { CATALOGUE, UNIVERSAL } from '../requirements/catalogue.ts';
import type { ReportedAnomaly } from '../verdict/anomalies.ts';
import { RecordedHistoryError, verdictOn } from '../verdict/recorded.ts';
import type { RequirementVerdict } from '../verdict/verdict.ts';
import { RECORDING_CHECKS, type RecordingCheck } from './checks.ts';
import { datesOf, type RecordedDate } from './dates.ts';
import { type DateJudgement, isOfJudge, judgeDate } from './judge.ts';
import { levelIn } from './trigger.ts';

/** What came of a recording of messages alone. */
export interface RecordingVerdict {
  readonly verdicts: readonly RequirementVerdict[];
  /** How far each date and run came, one line each. */
  readonly standings: readonly string[];
  /** How many dates and runs were judged. */
  readonly cases: number;
  readonly checks: readonly Check[];
}

/**
 * Judge what subscriptions gave: each date and run by itself, by the check of this name or by all that can judge messages alone.
 *
 * @throws {RecordedHistoryError} when the named check needs more than messages.
 */
export function judgeRecording(recording: History, check_name: string | undefined): RecordingVerdict {
  const checks = RECORDING_CHECKS.filter(
    ({ check }) => check_name === undefined || check.name === check_name,
  );
  const [first] = checks;
  if (first === undefined) {
    const known = RECORDING_CHECKS.map(({ check }) => check.name).join(' or ');
    throw new RecordedHistoryError(
      `--check "${check_name}": expected ${known} for a recording of messages alone, since every other check needs deliveries and answers; leave --check out for all of them`,
    );
  }
  const dates = datesOf(recording);
  const own = dates.filter((date) => !isOfJudge(date));
  const judged = own.flatMap((date) => checks.map((one) => judgeDate(recording, date, one)));
  const shapes = own.map((date) => reported(first.check, date, judgeShape(date.published), date.published));
  return {
    verdicts: [
      ...CATALOGUE.filter(({ id }) => UNIVERSAL.includes(id)).map((requirement) =>
        verdictOn(
          requirement,
          own.length,
          shapes,
          own.some(({ published }) => published.length > 0) ? null : 'no message was recorded',
        ),
      ),
      ...requirementsOf(checks, judged).map((requirement) => verdictOf(requirement, judged)),
    ].sort((a, b) => CATALOGUE.indexOf(a.requirement) - CATALOGUE.indexOf(b.requirement)),
    standings: dates
      .filter(({ name }) => name !== 'no date')
      .map((date) => `${date.name}: ${isOfJudge(date) ? OF_JUDGE : standingOf(date, checks)}`),
    cases: own.length,
    checks: checks.map(({ check }) => check),
  };
}

const OF_JUDGE = 'not judged, since a judge published messages of this date';

function requirementsOf(checks: readonly RecordingCheck[], judged: readonly DateJudgement[]) {
  const found = judged.flatMap(({ anomalies }) => anomalies.map(({ requirement }) => requirement));
  const asked = [...checks.flatMap(({ check }) => check.requirements), ...found];
  return CATALOGUE.filter(({ id }) => asked.includes(id) && !UNIVERSAL.includes(id));
}

function verdictOf(
  requirement: RequirementVerdict['requirement'],
  judged: readonly DateJudgement[],
): RequirementVerdict {
  const { id } = requirement;
  const about = judged.filter(({ check, anomalies }) =>
    [...check.requirements, ...anomalies.map((one) => one.requirement)].includes(id),
  );
  const shown = about.filter(({ is_shown }) => is_shown);
  const doubts = about.flatMap((one) => one.doubts.filter((doubt) => doubt.requirement === id));
  return verdictOn(
    requirement,
    shown.length,
    about.map(({ date, check, anomalies }) => reported(check, date, anomalies, date.history)),
    doubts[0]?.reason ?? (shown.length > 0 ? null : 'no trigger was recorded, and no set is complete'),
  );
}

/** The same anomaly of another date is told apart: each date misses a trigger of its own. */
function reported(
  check: Check,
  date: RecordedDate,
  anomalies: readonly Anomaly[],
  history: History,
): readonly ReportedAnomaly[] {
  return anomalies.map((anomaly) => ({
    ...anomaly,
    check: check.name,
    case: date.name,
    repeats: 0,
    explained_by: explained(anomaly, anomalies),
    history,
  }));
}

/** Say of each level whether it was triggered, or whom it waits for: `level 1 triggered (#6)`. */
function standingOf(date: RecordedDate, checks: readonly RecordingCheck[]): string {
  return checks.flatMap((one) => one.levels.map((level) => levelStanding(date, one, level))).join('; ');
}

function levelStanding({ history }: RecordedDate, { orchestrator }: RecordingCheck, level: number): string {
  const triggers = publishes(history, TOPIC.phase4Trigger).filter((event) => levelIn(event) === level);
  const cited = triggers.map(({ sequence }) => `#${sequence}`).join(', ');
  if (triggers.length > 0) return `level ${level} triggered (${cited})`;
  const phase = level === 1 ? 'phase_3_analytics' : 'phase_4_precompute';
  const complete = workedDeliveries(history, orchestrator)
    .filter(({ message }) => counts(message) && !skips(message))
    .map(({ message }) => processorOf(phase, message));
  const { waits_for } = levelOf(level);
  const missing = waits_for.filter((name) => !complete.includes(name));
  if (missing.length === 0) return `level ${level} complete, NOT TRIGGERED`;
  return `level ${level} waits for ${missing.join(', ')} (${waits_for.length - missing.length} of ${waits_for.length} are complete)`;
}
