import { ORCHESTRATORS } from '../../generated/topology.ts';
import { CASCADE_ORDER } from '../checks/cascade/levels.ts';
import type { Check } from '../checks/check.ts';
import { FAN_IN_ORDER } from '../checks/fan-in/sets.ts';
import type { OrchestratorName } from '../checks/owed/orchestrators.ts';

/** A check whose judge is sound for messages alone: what an orchestrator owes follows from completions and triggers. */
export interface RecordingCheck {
  readonly check: Check;
  readonly orchestrator: OrchestratorName;
  readonly levels: readonly number[];
}

/** The checks by which a recording can be judged. */
export const RECORDING_CHECKS: readonly RecordingCheck[] = [
  { check: FAN_IN_ORDER, ...of('phase3-to-phase4-orchestrator') },
  { check: CASCADE_ORDER, ...of('phase4-orchestrator') },
];

/** Components to which the completions of a recording are taken as delivered. */
export const ORCHESTRATORS_JUDGED: readonly string[] = Object.keys(ORCHESTRATORS);

function of(orchestrator: OrchestratorName): Omit<RecordingCheck, 'check'> {
  return { orchestrator, levels: ORCHESTRATORS[orchestrator].levels.map(({ level }) => level) };
}
