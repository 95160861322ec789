import type { Artefacts } from '../execution/artefacts.ts';
import type { Step } from '../plan/plan.ts';
import type { Definition } from '../topology/contract.ts';
import type { Place } from '../topology/place.ts';

/** One run of gcloud, or one request to BigQuery, and the steps that it carries out. */
export interface Call {
  /** Arguments of gcloud; empty for a request. */
  readonly args: readonly string[];
  readonly steps: readonly Step[];
  /** What gcloud reads from its standard input. */
  readonly input?: string;
  /** What is asked of BigQuery, which has no command of gcloud that takes a table or view as a whole. */
  readonly request?: BigQueryRequest;
}

/** One thing to do in BigQuery. The path is that below `bigquery/v2/`. */
export type BigQueryRequest =
  | { readonly method: 'POST' | 'PATCH'; readonly path: string; readonly body: Definition }
  | { readonly method: 'DELETE'; readonly path: string }
  | { readonly method: 'GRANT'; readonly path: string; readonly role: string; readonly member: string };

/** What calls need to know beside the steps. */
export interface Surroundings {
  readonly place: Place;
  readonly database: string;
  /** The dataset of BigQuery; empty when the contract has none. */
  readonly dataset: string;
  readonly artefacts: Artefacts;
  /** E-mail of the identity that builds. */
  readonly builder: string;
  /** Scheduler jobs that are made paused. */
  readonly paused: readonly string[];
}
