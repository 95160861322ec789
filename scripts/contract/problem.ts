/** Say what is wrong at one line of the contract, and what to do about it. */
export interface ContractProblem {
  /** Line in the contract, from 1. */
  readonly line: number;
  /** What was expected and what came. */
  readonly what: string;
  /** The next step of the person who reads it. */
  readonly todo: string;
}

/** Carry every problem that was found in a contract; the message lists one per line. */
export class ContractProblems extends Error {
  readonly problems: readonly ContractProblem[];

  constructor(file: string, problems: readonly ContractProblem[]) {
    super(problems.map((problem) => formatProblem(file, problem)).join('\n'));
    this.name = 'ContractProblems';
    this.problems = problems;
  }
}

/** Write one problem as `file:LINE: what; todo`. */
export function formatProblem(file: string, problem: ContractProblem): string {
  return `${file}:${problem.line}: ${problem.what}; ${problem.todo}`;
}
