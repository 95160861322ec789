/** What is wrong with a place of a target file that its schema alone cannot tell. */
export interface FileProblem {
  /** The way to the place, from the top of the file. */
  readonly steps: readonly string[];
  /** A key of that place which should not be there. */
  readonly key?: string;
  /** What was expected, what came, and what to do. */
  readonly sentence: string;
}
