import type { Resource } from '../topology/resource.ts';

/** What is to be read. */
export interface Question {
  readonly project: string;
  readonly number: string;
  readonly region: string;
  readonly database: string;
  /** What the contract wants: policies are read of these only. */
  readonly wanted: readonly Resource[];
}
