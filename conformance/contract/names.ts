import type { COMPONENTS } from '../../generated/topology.ts';

/** Components of the contract that a target may have. */
export type ComponentName = Exclude<
  keyof typeof COMPONENTS,
  'prediction-consumers' | 'pubsub-service' | 'operators'
>;

/** The components in the order of the pipeline. */
export const COMPONENT_NAMES = [
  'phase1-scrapers',
  'phase2-raw',
  'phase3-analytics',
  'phase3-to-phase4-orchestrator',
  'phase4-precompute',
  'phase4-orchestrator',
  'phase5-coordinator',
  'phase5-worker',
] as const satisfies readonly ComponentName[];

/** What a target may claim to keep; each requirement belongs to one. */
export const PROFILES = [
  'message',
  'phase-1',
  'phase-2',
  'phase-3',
  'phase-4',
  'phase-5',
  'fan-in',
  'cascade',
  'coordinator',
  'state',
] as const;

/** A profile's name. */
export type Profile = (typeof PROFILES)[number];
