import { TOPIC } from '../../generated/topology.ts';
import { workedDeliveries } from '../checks/owed/deliveries.ts';
import { counts, processorOf, skips } from '../checks/owed/names.ts';
import { levelOf } from '../checks/owed/orchestrators.ts';
import { publishes } from '../history/select.ts';
import type { RecordingCheck } from './checks.ts';
import type { RecordedDate } from './dates.ts';
import { levelIn } from './trigger.ts';

/** Say of each level whether it was triggered, or whom it waits for: `level 1 triggered (#6)`. */
export function standingOf(date: RecordedDate, checks: readonly RecordingCheck[]): string {
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
