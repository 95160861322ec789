/** Flags of `pipeline run`. */
export interface RunOptions {
  readonly date: string;
  readonly backfill: boolean;
  readonly json: boolean;
  readonly logs: boolean;
}
