import type { Command } from 'commander';
import type { StrainWatch } from '../verdict/bounds/strain.ts';

/** Where a command writes, so that tests can read it. */
export interface Output {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly out_is_terminal: boolean;
  readonly err_is_terminal: boolean;
  /** Told what cases are doing, for whoever looks after this thread. */
  readonly steps?: (words: string) => void;
  /** Shows whoever looks after this thread that it is at work, between pieces of work that do not let the loop go on. */
  readonly alive?: () => void;
  /** Watches how the machine treats the judge, in place of its own pulse. */
  readonly watchStrain?: () => StrainWatch;
}

/** What a command needs of the program that it belongs to. */
export interface Context {
  readonly output: Output;
  /** Tells the exit code; 0 when it is not called. */
  readonly finish: (code: number) => void;
}

/** Adds one command, with its options and its help, to the program. */
export type AddCommand = (program: Command, context: Context) => void;

/** The meaning of exit codes, for the end of a command's help. */
export const EXIT_HELP = `
Exit codes: 0 conforms, 1 does not, 2 usage or configuration, 3 target or environment not available,
4 fault of the judge, 130 interrupted.`;

/** Write examples for the end of a command's help: a comment and the command below it. */
export function examples(...pairs: readonly (readonly [string, string])[]): string {
  const lines = pairs.map(([why, command]) => `  # ${why}\n  conformance ${command}`);
  return `\nExamples:\n${lines.join('\n')}`;
}
