import type { ComponentName } from '../../contract/names.ts';
import type { History } from '../../history/events.ts';
import { owedByCoordinator } from './coordinator.ts';
import type { Owed } from './deliveries.ts';
import { owedByOrchestrator } from './orchestrators.ts';
import { owedByAnalytics, owedByPrecompute, owedByRaw, owedByWorker } from './processors.ts';

/** Work out from the deliveries what a component owed. Pure: everything follows from the history and the contract. */
export function owedBy(history: History, component: ComponentName): readonly Owed[] {
  switch (component) {
    case 'phase2-raw':
      return owedByRaw(history);
    case 'phase3-analytics':
      return owedByAnalytics(history);
    case 'phase3-to-phase4-orchestrator':
    case 'phase4-orchestrator':
      return owedByOrchestrator(history, component);
    case 'phase4-precompute':
      return owedByPrecompute(history);
    case 'phase5-worker':
      return owedByWorker(history);
    case 'phase5-coordinator':
      return owedByCoordinator(history);
    case 'phase1-scrapers':
      return [];
  }
}
