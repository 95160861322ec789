/** How the judge comes to know what the target published. */
export interface Observation {
  /** Resolves when everything that was published before this call is in the record. */
  settle(): Promise<void>;
  stop(): Promise<void>;
}
