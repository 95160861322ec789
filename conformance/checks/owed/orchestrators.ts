import { ORCHESTRATORS } from '../../../generated/topology.ts';
import type { History } from '../../history/events.ts';
import { arrivals, type Owed, workedDeliveries } from './deliveries.ts';
import { counts, dateAndRun, processorOf, skips } from './names.ts';

/** Components that decide triggers. */
export type OrchestratorName = keyof typeof ORCHESTRATORS;

/** Phase whose completions each orchestrator counts. */
export const LISTENS: Readonly<Record<OrchestratorName, 'phase_3_analytics' | 'phase_4_precompute'>> = {
  'phase3-to-phase4-orchestrator': 'phase_3_analytics',
  'phase4-orchestrator': 'phase_4_precompute',
};

/** Work out which triggers an orchestrator owed: one for each level of each date and run whose set is complete. */
export function owedByOrchestrator(history: History, orchestrator: OrchestratorName): readonly Owed[] {
  const phase = LISTENS[orchestrator];
  const counted = workedDeliveries(history, orchestrator).filter(
    ({ message }) => counts(message) && !skips(message) && processorOf(phase, message) !== undefined,
  );
  const arrived = arrivals(counted, (message) => `${dateAndRun(message)} ${processorOf(phase, message)}`);
  const dates = [...new Set(counted.map(({ message }) => dateAndRun(message)))];

  return dates.flatMap((date) =>
    ORCHESTRATORS[orchestrator].levels.flatMap((level): readonly Owed[] => {
      const set = level.waits_for.map((processor) => arrived.get(`${date} ${processor}`));
      const present = set.filter((arrival) => arrival !== undefined);
      if (present.length < set.length) return [];
      return [
        {
          topic: ORCHESTRATORS[orchestrator].triggers,
          key: `level ${level.level} of ${date}`,
          not_before: Math.max(...present.map(({ first }) => first)),
          causes: present.map(({ first, acked }) => acked ?? first),
          due: present.every(({ acked }) => acked !== undefined),
        },
      ];
    }),
  );
}

/** Find a level in the contract. */
export function levelOf(level: number): {
  readonly waits_for: readonly string[];
  readonly runs: readonly string[];
} {
  for (const orchestrator of Object.values(ORCHESTRATORS)) {
    const found = orchestrator.levels.find((candidate) => candidate.level === level);
    if (found !== undefined) return found;
  }
  throw new Error(`the contract has no cascade level ${level}`);
}
