import type { Phase, ProcessorRunHistory, RunStatus, UpstreamRun } from '../../generated/models.ts';
import { PipelineError } from '../errors/pipeline-error.ts';
import { buildCompletion, buildHistory, type FinishedRun } from '../message/build.ts';
import type { Cause } from '../message/cause.ts';
import type { Ports, Row, TableName } from '../ports/ports.ts';
import { decideRows, type RowsOutcome } from './decide-rows.ts';
import type { Runner, RunOutcome, RunResult, RunStart } from './execute.ts';

/** One table of one date to be computed by one processor. */
export interface ProcessorTask {
  readonly phase: Phase;
  /** Canonical name. */
  readonly processor: string;
  readonly output: TableName;
  readonly cause: Cause;
  /** Every run whose output `compute` reads. */
  readonly upstream: readonly UpstreamRun[];
  /** Idempotency key, fingerprint and asker; see RunRequest. */
  readonly key: string;
  readonly inputs: string;
  readonly asked_by: string;
  /** When the source of the rows was collected, ISO 8601 in UTC; null where it has no time of its own. */
  readonly as_of: string | null;
  /** Where the completion goes. */
  readonly topics: readonly string[];
  /** What the phase adds to metadata beside run and upstream. */
  readonly metadata: object;
  /**
   * Reads the inputs and computes the rows.
   *
   * @throws {PipelineError} one that is not retryable when the work failed for good.
   */
  readonly compute: () => Promise<ComputedRows>;
}

/** What a processor computed. */
export interface ComputedRows {
  readonly rows: readonly Row[];
  readonly key: (row: Row) => string;
  readonly records_failed: number;
  readonly players?: Required<PlayerCounts>;
  /** What a table that looks back hands on to later dates. */
  readonly handed_on?: string;
}

/** Counts that only the feature store has. */
export type PlayerCounts = Pick<ProcessorRunHistory, 'players_ready' | 'players_total' | 'players_failed'>;

/**
 * Compute one table at most once per key, store it, and say so downstream.
 *
 * Work that failed for good is announced as `failed`; a transient failure is thrown on and announced to nobody.
 *
 * @see requirements LIVE-002, BACK-001, asyncapi.yaml#/x-idempotency
 */
export function runProcessor(ports: Ports, runner: Runner, task: ProcessorTask): Promise<RunOutcome> {
  return runner({
    key: task.key,
    inputs: task.inputs,
    cause: task.asked_by,
    skip_downstream_trigger: task.cause.skip_downstream_trigger,
    work: (start) => computeTable(ports, task, start),
  });
}

async function computeTable(ports: Ports, task: ProcessorTask, start: RunStart): Promise<RunResult> {
  const fields = logFields(task, start);
  let computed: ComputedRows;
  try {
    computed = await task.compute();
  } catch (error) {
    if (!(error instanceof PipelineError) || error.retryable) throw error;
    ports.log.error(`${task.processor} failed for good: ${error.message}`, fields);
    return endRun(ports, task, start, 'failed', NOTHING, {
      error_type: error.code,
      error_message: error.message,
    });
  }
  const outcome = await storeRows(ports, task, start, computed);
  if (outcome !== 'superseded') return endRun(ports, task, start, statusOf(computed), computed, null);
  // Announced as empty, so that nobody names this run as the source of rows that are another's.
  const { table } = task.output;
  ports.log.warn(
    `${table} holds what was collected after ${task.as_of}; nothing of this run is kept`,
    fields,
  );
  return endRun(ports, task, start, 'no_data', NOTHING, null);
}

function storeRows(
  ports: Ports,
  { output, cause, as_of }: ProcessorTask,
  { execution_id, started_at }: RunStart,
  { rows, key, handed_on }: ComputedRows,
): Promise<RowsOutcome> {
  const { game_date, run, skip_downstream_trigger } = cause;
  const own = { execution_id, started_at, as_of, skip_downstream_trigger, record_count: rows.length };
  const note = handed_on === undefined ? own : { ...own, handed_on };
  return ports.warehouse.replaceRows(output, game_date, run, rows, key, (held) => decideRows(held, note));
}

const NOTHING: ComputedRows = { rows: [], key: () => '', records_failed: 0 };

function statusOf({ rows, records_failed }: ComputedRows): RunStatus {
  if (rows.length === 0) return 'no_data';
  return records_failed > 0 ? 'partial' : 'success';
}

function endRun(
  ports: Ports,
  task: ProcessorTask,
  start: RunStart,
  status: RunStatus,
  computed: ComputedRows,
  error: FinishedRun['error'],
): RunResult {
  const run: FinishedRun = {
    phase: task.phase,
    processor: task.processor,
    output_dataset: task.output.dataset,
    output_table: task.output.table,
    execution_id: start.execution_id,
    started_at: start.started_at,
    finished_at: ports.clock.now().toISOString(),
    cause: task.cause,
    status,
    record_count: computed.rows.length,
    records_failed: computed.records_failed,
    error,
    upstream: task.upstream,
  };
  const message = buildCompletion(run, { ...task.metadata, ...computed.players, upstream: task.upstream });
  return {
    status,
    messages: task.topics.map((topic) => ({ topic, message })),
    history: buildHistory(run, computed.players),
  };
}

function logFields(task: ProcessorTask, start: RunStart): Readonly<Record<string, unknown>> {
  const { correlation_id, game_date } = task.cause;
  const { phase, processor } = task;
  return { correlation_id, game_date, phase, processor_name: processor, execution_id: start.execution_id };
}
