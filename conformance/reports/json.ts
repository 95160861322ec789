import type { RequirementVerdict } from '../verdict/verdict.ts';
import { sequenceLines } from './lines.ts';
import { commandFor, type Summary } from './summary.ts';

/** Write the report for machines: totals, and one entry for each requirement in the order of the contract. */
export function jsonReport(summary: Summary, verdicts: readonly RequirementVerdict[]): string {
  const { target, target_file, cloud, seed, contract_version, contract_hash, conforms, ...totals } = summary;
  const report = {
    target: { name: target, file: target_file },
    cloud,
    seed,
    contract: { version: contract_version, hash: contract_hash },
    conforms,
    totals,
    requirements: verdicts.map((verdict) => requirementEntry(summary, verdict)),
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}

function requirementEntry(summary: Summary, verdict: RequirementVerdict): object {
  const { requirement, result, reason, known, cases, anomalies } = verdict;
  return {
    id: requirement.id,
    level: requirement.level,
    profile: requirement.profile,
    sentence: requirement.sentence,
    result,
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
      sequence: sequenceLines(anomaly.history, anomaly.events),
      ...(anomaly.run === undefined ? {} : { schedule: anomaly.run.schedule }),
      command: commandFor(anomaly.check, summary, anomaly.run?.schedule),
    })),
  };
}
