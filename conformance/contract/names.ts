import { type ProfileName, PROFILES as SENTENCES } from '../../generated/requirements.ts';
import { RUN_COMPONENTS } from '../../generated/topology.ts';

/** Components of the contract that a target may have. */
export type ComponentName = (typeof RUN_COMPONENTS)[number];

/** The components in the order of the pipeline. */
export const COMPONENT_NAMES: readonly ComponentName[] = RUN_COMPONENTS;

/** What a target may do without, if it says so: the sweep endpoints, and further runs of a date beside the first. */
export const FEATURES = ['sweep', 'runs'] as const;

/** The name of something that a target may do without. */
export type FeatureName = (typeof FEATURES)[number];

/** A profile's name. */
export type Profile = ProfileName;

/** What a target may claim to keep; each requirement belongs to one. */
export const PROFILES = Object.keys(SENTENCES) as readonly Profile[];
