import type { Artefacts } from '../execution/artefacts.ts';
import type { Step } from '../plan/plan.ts';
import type { Place } from '../topology/place.ts';

/** One run of gcloud: its arguments, and the steps that it carries out. */
export interface Call {
  readonly args: readonly string[];
  readonly steps: readonly Step[];
  /** What gcloud reads from its standard input. */
  readonly input?: string;
}

/** What calls need to know beside the steps. */
export interface Surroundings {
  readonly place: Place;
  readonly database: string;
  readonly artefacts: Artefacts;
  /** E-mail of the identity that builds. */
  readonly builder: string;
  /** Schedules that are made paused. */
  readonly paused: readonly string[];
}
