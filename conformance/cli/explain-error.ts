import { CONTRACT } from '../../generated/version.ts';
import { KeyFileError } from '../certificates/envelope/keys.ts';
import { errorWords } from '../contract/errors.ts';
import { FailureFileError } from '../failures/store.ts';
import { CloudUnavailableError } from '../harness/world/cloud.ts';
import { ProjectRefusedError } from '../project/guard.ts';
import { PulledError } from '../recordings/pulled.ts';
import { ComparisonError } from '../reports/comparison/compare.ts';
import { ResultFileError } from '../reports/result/read.ts';
import { SelectionError } from '../requirements/selection.ts';
import { TargetError } from '../targets/load.ts';
import { TargetUnavailableError } from '../targets/starting/running.ts';
import { RecordedHistoryError } from '../verdict/recorded.ts';
import { EXIT, UsageError } from './exit-codes.ts';

/** Errors that the caller can mend: arguments, files, names. */
const USAGE = [
  UsageError,
  TargetError,
  SelectionError,
  ResultFileError,
  ComparisonError,
  PulledError,
  RecordedHistoryError,
  FailureFileError,
  KeyFileError,
  ProjectRefusedError,
];

/** Choose the exit code that an error stands for. */
export function exitCodeOf(error: unknown): number {
  if (USAGE.some((kind) => error instanceof kind)) return EXIT.usage;
  if (error instanceof TargetUnavailableError || error instanceof CloudUnavailableError)
    return EXIT.unavailable;
  return EXIT.judge_fault;
}

/** Say what an error means; of a fault of the judge, also what to report. */
export function explainError(error: unknown, argv: readonly string[] = []): string {
  const message = errorWords(error);
  switch (exitCodeOf(error)) {
    case EXIT.usage:
      return `conformance: ${message}`;
    case EXIT.unavailable:
      return `conformance: the target or its environment is not available: ${message}`;
    default:
      return [
        `conformance: the judge itself failed, which says nothing about the target: ${message}`,
        '',
        'Please report it to the keepers of the contract with these lines and your target file:',
        `  command   conformance ${argv.join(' ')}`,
        `  contract  ${CONTRACT.version} ${CONTRACT.hash}`,
        `  platform  node ${process.version} on ${process.platform} ${process.arch}`,
        `  trace     ${traceOf(error)}`,
      ].join('\n');
  }
}

function traceOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const trace = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
  return trace.split('\n').slice(0, 12).join('\n            ');
}
