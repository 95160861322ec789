import type { HttpHandler, Ports } from '../ports/ports.ts';
import type { Settings } from '../ports/settings.ts';

/** Makes a component on given ports. */
export type CreateComponent = (ports: Ports, settings: Settings) => HttpHandler;

/**
 * Every component that runs, by its name in the contract. Each is loaded when it is asked for: a process needs one, and
 * eight of them start together.
 *
 * @see asyncapi.yaml#/x-components
 */
export const COMPONENT_LOADERS: Readonly<Record<string, () => Promise<CreateComponent>>> = {
  'phase1-scrapers': async () => (await import('../scrapers/service.ts')).createScrapers,
  'phase2-raw': async () => (await import('../raw/service.ts')).createRaw,
  'phase3-analytics': async () => (await import('../analytics/service.ts')).createAnalytics,
  'phase3-to-phase4-orchestrator': async () => {
    const { createOrchestrator } = await import('../orchestration/service.ts');
    return (ports, settings) => createOrchestrator('phase3-to-phase4-orchestrator', ports, settings);
  },
  'phase4-precompute': async () => (await import('../precompute/service.ts')).createPrecompute,
  'phase4-orchestrator': async () => {
    const { createOrchestrator } = await import('../orchestration/service.ts');
    return (ports, settings) => createOrchestrator('phase4-orchestrator', ports, settings);
  },
  'phase5-coordinator': async () => (await import('../predictions/coordinator.ts')).createCoordinator,
  'phase5-worker': async () => (await import('../predictions/worker.ts')).createWorker,
};
