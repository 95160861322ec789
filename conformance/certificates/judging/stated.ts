import type { RequirementResult, RunResult } from '../../reports/result/result.ts';
import type { CertifiedRequirement, CertifiedRun } from '../certificate.ts';

/** Cut a result down to what a certificate states of each requirement. */
export function statedRequirements({ requirements }: RunResult): readonly CertifiedRequirement[] {
  return requirements.map(statedRequirement);
}

function statedRequirement({
  id,
  result,
  fails_run,
  cases,
  reason,
  known,
  anomalies,
}: RequirementResult): CertifiedRequirement {
  return {
    id,
    result,
    fails_run,
    cases,
    ...(reason === undefined ? {} : { reason }),
    ...(known === undefined ? {} : { known }),
    anomalies: anomalies.map(({ anomaly, case: name, repeats, proof, events }) => ({
      anomaly,
      case: name,
      repeats,
      proof,
      events,
    })),
  };
}

/** Cut a result down to what a certificate states of the situations of its cases. */
export function statedSituations({ situations }: RunResult): CertifiedRun['situations'] {
  return situations.map(({ name, times, cases, occurred_in }) => ({ name, times, cases, occurred_in }));
}
