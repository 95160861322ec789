import { FEATURE_STORE, PROCESSORS, type ProcessorPhase } from '../../generated/registry.ts';
import { PipelineError } from '../errors/pipeline-error.ts';
import type { TableName } from '../ports/ports.ts';

/** What the contract registers for one processor. */
export interface Registered {
  readonly output: TableName;
  /** Canonical names of the processors whose tables it reads. */
  readonly requires: readonly string[];
  /** Cascade level; null outside Phase 4. */
  readonly level: number | null;
}

/**
 * Look up a processor by its canonical name.
 *
 * @throws {PipelineError} UNKNOWN_PROCESSOR; names from messages are checked at the door, so this is a fault of the program.
 */
export function registered(phase: ProcessorPhase, processor: string): Registered {
  const found = Object.entries(PROCESSORS[phase]).find(([name]) => name === processor)?.[1];
  if (found !== undefined) {
    const { dataset, table, requires, level } = found;
    return { output: { dataset, table }, requires, level };
  }
  throw new PipelineError(
    'UNKNOWN_PROCESSOR',
    `expected a canonical name of ${phase}, got "${processor}"; add it to the contract's x-processors`,
    { phase, processor },
  );
}

/** The table that Phase 5 waits for and reads. */
export const FEATURE_TABLE = registered('phase_4_precompute', FEATURE_STORE).output;

/** List the processors of a phase that read the output of `input`, by canonical name, in registry order. */
export function processorsReading(phase: ProcessorPhase, input: string): readonly string[] {
  return Object.keys(PROCESSORS[phase]).filter((name) => registered(phase, name).requires.includes(input));
}

/**
 * Find the computation of a processor.
 *
 * @throws {PipelineError} INVALID_CONFIGURATION when the contract lists a processor that nobody has written.
 */
export function requireComputation<Computation>(
  computations: Readonly<Record<string, Computation>>,
  processor: string,
): Computation {
  const computation = computations[processor];
  if (computation !== undefined) return computation;
  throw new PipelineError(
    'INVALID_CONFIGURATION',
    `expected a computation for ${processor}, which the contract lists, found none; write it in reference/basketball`,
    { processor },
  );
}

const { prediction_worker } = PROCESSORS.phase_5_predictions;

/** Where the predictions are. */
export const PREDICTION_TABLE: TableName = {
  dataset: prediction_worker.dataset,
  table: prediction_worker.table,
};
