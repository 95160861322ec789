import { roundOf } from '../reports/command.ts';
import type { RunResult } from '../reports/result/result.ts';
import type { StoredFailure } from './failure.ts';

/** Give every failure of a run that can be run again; one that was not testable has no case, and is not among them. */
export function failuresOf(result: RunResult): readonly StoredFailure[] {
  const { target, cloud, seed, contract, requirements, histories } = result;
  const { file, attached, against } = target;
  if (file === null || cloud === null || seed === null) return [];
  return requirements.flatMap(({ id, level, sentence, anomalies }) =>
    anomalies.map((anomaly): StoredFailure => {
      const round = roundOf(anomaly.case) ?? 1;
      return {
        failure_version: 1,
        id: [id, `${anomaly.check}@${round}`, anomaly.anomaly.replaceAll(' ', '-')].join('.'),
        target: {
          name: target.name,
          file,
          ...(attached === undefined ? {} : { attached }),
          ...(against === undefined ? {} : { against }),
        },
        cloud,
        seed,
        contract,
        requirement: id,
        level,
        sentence,
        anomaly: anomaly.anomaly,
        proof: anomaly.proof,
        events: anomaly.events,
        check: anomaly.check,
        round,
        schedule: anomaly.schedule ?? null,
        smallest: anomaly.smallest,
        command: anomaly.command,
        history: histories[anomaly.case] ?? [],
      };
    }),
  );
}
