/** One thing that may be broken on purpose. */
export interface Drill {
  readonly name: string;
  /** What the button says. */
  readonly title: string;
  /** What happens, in a sentence. */
  readonly sentence: string;
  /** The page of the runbook that mends it, below docs/operating, with its section. */
  readonly page: string;
}

/** What may be broken on purpose, and the hand that breaks it. */
export interface Drills {
  readonly list: readonly Drill[];
  /**
   * Break something.
   *
   * @returns what was done, as a sentence.
   * @throws {PipelineError} INVALID_REQUEST for a drill that is not on the list; COMPONENT_UNAVAILABLE when what it needs does not come about.
   */
  begin(name: string): Promise<string>;
}
