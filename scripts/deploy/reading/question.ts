import type { LiveResource, Resource } from '../topology/resource.ts';

/** What is to be read. */
export interface Question {
  readonly project: string;
  readonly number: string;
  readonly region: string;
  readonly database: string;
  /** The dataset of BigQuery; null when the contract has none. */
  readonly dataset: string | null;
  /** What the contract wants beside what was found: policies are read of these only. */
  readonly wantedBeside: (found: readonly LiveResource[]) => readonly Resource[];
}
