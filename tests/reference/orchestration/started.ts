import { EXAMPLES } from '../../../generated/examples.ts';
import { createShell } from '../../../reference/http/shell.ts';
import { createOrchestrator } from '../../../reference/orchestration/service.ts';
import type { OrchestratorName } from '../../../reference/orchestration/state.ts';
import { push, request, SETTINGS } from '../deliveries.ts';
import { createMemoryPorts, type MemoryPorts } from '../memory-ports.ts';

/** A completion of Phase 3. */
const EXAMPLE = EXAMPLES.find(({ message }) => message === 'AnalyticsCompletion')?.payload as object;

/** The processors that the fan-in waits for. */
export const FIVE = [
  'player_game_summary',
  'team_defense_game_summary',
  'team_offense_game_summary',
  'upcoming_player_game_context',
  'upcoming_team_game_context',
];

/** A completion of a Phase 3 processor. */
export function completion(processor_name: string, changes: object = {}): object {
  return { ...EXAMPLE, processor_name, ...changes };
}

/** A completion of a Phase 4 processor. */
export function precomputed(processor_name: string): object {
  const example = EXAMPLES.find(({ message }) => message === 'PrecomputeCompletion')?.payload as object;
  return { ...example, processor_name };
}

/** Starts an orchestrator in memory. */
export function start(name: OrchestratorName = 'phase3-to-phase4-orchestrator', ports = createMemoryPorts()) {
  const handler = createShell(createOrchestrator(name, ports, SETTINGS), ports.log);
  const deliver = async (message: object, message_id = 'm-1') =>
    (await handler(push('/', message, message_id))).status;
  return { ports, handler, deliver, sweep: () => handler(request('POST', '/sweep')) };
}

/** Delivers all five completions, and tells how each was answered. */
export async function deliverFive(deliver: (message: object) => Promise<number>, changes: object = {}) {
  const statuses: number[] = [];
  for (const name of FIVE) statuses.push(await deliver(completion(name, changes)));
  return statuses;
}

/** The execution_id of each trigger that was published. */
export const ids = (ports: MemoryPorts) => ports.published.map(({ message }) => message['execution_id']);
