import type { History } from '../history/events.ts';
import { failsTheRun, type RequirementVerdict } from '../verdict/verdict.ts';
import { sequenceLines } from './lines.ts';
import type { RequirementResult, RunResult } from './result/result.ts';
import { smallestCase } from './sentences.ts';
import { commandFor, type Summary } from './summary.ts';

/** Write the report for machines: totals, and one entry for each requirement in the order of the contract. */
export function jsonReport(summary: Summary, verdicts: readonly RequirementVerdict[]): string {
  return `${JSON.stringify(resultOf(summary, verdicts), null, 2)}\n`;
}

/** Put a run into the form that every other report is made from. */
export function resultOf(summary: Summary, verdicts: readonly RequirementVerdict[]): RunResult {
  const {
    target,
    target_file,
    attached,
    history_file,
    cloud,
    project: _,
    seed,
    contract_version,
    contract_hash,
    extent,
    interrupted,
    cut_short,
    strict,
    conforms,
    situations,
    ...totals
  } = summary;
  return {
    result_version: 3,
    target: {
      name: target,
      file: target_file,
      ...(Object.keys(attached).length === 0 ? {} : { attached }),
    },
    history_file,
    cloud,
    seed,
    contract: { version: contract_version, hash: contract_hash },
    extent,
    interrupted,
    ...(cut_short === undefined ? {} : { cut_short }),
    strict,
    conforms,
    totals,
    situations,
    requirements: verdicts.map((verdict) => requirementEntry(summary, verdict)),
    histories: failingHistories(verdicts),
  };
}

function requirementEntry(summary: Summary, verdict: RequirementVerdict): RequirementResult {
  const { requirement, result, reason, known, cases, anomalies } = verdict;
  return {
    id: requirement.id,
    level: requirement.level,
    profile: requirement.profile,
    sentence: requirement.sentence,
    result,
    fails_run: failsTheRun(verdict, summary.strict),
    cases,
    ...(reason === null ? {} : { reason }),
    ...(known ? { known } : {}),
    anomalies: anomalies.map((anomaly) => ({
      anomaly: anomaly.anomaly,
      proof: anomaly.proof,
      events: anomaly.events,
      check: anomaly.check,
      case: anomaly.case,
      repeats: anomaly.repeats,
      smallest: smallestCase(anomaly),
      sequence: sequenceLines(anomaly.history, anomaly.events),
      ...(anomaly.run === undefined ? {} : { schedule: anomaly.run.schedule }),
      command: commandFor({ ...anomaly, schedule: anomaly.run?.schedule }, summary),
    })),
  };
}

/** Keep the history of each case that shows an anomaly, once, however many requirements it breaks. */
function failingHistories(verdicts: readonly RequirementVerdict[]): Readonly<Record<string, History>> {
  const histories: Record<string, History> = {};
  for (const { anomalies } of verdicts) {
    for (const anomaly of anomalies) histories[anomaly.case] = anomaly.history;
  }
  return histories;
}
