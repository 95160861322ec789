import type { CauseResult, RequirementResult, RunResult } from '../result/result.ts';
import type { Standing } from './comparison.ts';

/** Say how a requirement stands in a result. */
export function standingOf(entry: RequirementResult | undefined): Standing {
  if (entry === undefined) return 'absent';
  if (entry.result !== 'failed') return entry.result;
  // A stale known difference has no anomaly either, and was tested.
  if (entry.anomalies.length === 0 && entry.reason?.includes('not testable') === true) return 'untestable';
  return entry.fails_run ? 'failed' : 'tolerated';
}

/** Whether cases said something of it. */
export function isJudged(standing: Standing): boolean {
  return standing === 'passed' || isBroken(standing);
}

/** Whether a case showed that it is broken. */
export function isBroken(standing: Standing): boolean {
  return standing === 'failed' || standing === 'tolerated';
}

/**
 * Name what causes the failure of a requirement. Two results agree in it when anomalies, components and circumstances do; proofs
 * and events differ from run to run.
 */
export function causesOfFailure(entry: RequirementResult | undefined, result: RunResult): readonly string[] {
  if (entry === undefined || entry.result !== 'failed') return [];
  const own = [...new Set(entry.anomalies.map(({ anomaly }) => anomaly))].sort();
  const causes = result.causes.filter(({ requirements }) => requirements.includes(entry.id));
  const places = [...new Set(causes.map(placeOf))].sort();
  if (own.length === 0) return [entry.reason ?? 'no reason is known'];
  return places.length === 0 ? own : places.map((place) => `${own.join(', ')}${place}`);
}

/** Where and when, as the cause's own sentence says it. */
function placeOf({ sentence, anomaly }: CauseResult): string {
  return sentence.slice(0, Math.max(0, sentence.indexOf('. '))).slice(anomaly.length);
}
