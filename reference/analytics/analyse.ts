import type { ProcessorRunHistory, RawCompletion } from '../../generated/models.ts';
import { TOPIC } from '../../generated/topology.ts';
import { ANALYTICS_COMPUTATIONS } from '../basketball/analytics/computations.ts';
import type { Computation } from '../basketball/row.ts';
import { combineBackfill, type Received } from '../message/cause.ts';
import type { Ports } from '../ports/ports.ts';
import type { Runner } from '../runs/execute.ts';
import { readInputs, upstreamOf } from '../runs/inputs.ts';
import { registered, requireComputation } from '../runs/output.ts';
import { type ComputedRows, runProcessor } from '../runs/processor-run.ts';
import { decideReady } from './decide-ready.ts';

/**
 * Run one analytics processor for a date if its raw tables are ready, at most once per date and run.
 *
 * When all tables have reported and one that must not be empty is, the run ends `no_data` without computing: a table
 * computed from half of its inputs would count, and keep the right one out.
 *
 * @returns what came of it, or `waiting` when nothing was to be done yet.
 * @see requirements IDEM-002, IDEM-005, LIVE-002
 */
export async function analyse(
  ports: Ports,
  runner: Runner,
  received: Received<RawCompletion>,
  processor: string,
  raw_runs: readonly ProcessorRunHistory[],
): Promise<'waiting' | 'worked' | 'published' | 'duplicate'> {
  const { cause } = received;
  const { output, requires } = registered('phase_3_analytics', processor);
  const readiness = decideReady(requires, raw_runs, cause.skip_downstream_trigger);
  if (readiness.state === 'waiting') {
    const { correlation_id, game_date } = cause;
    const missing = readiness.missing.join(', ');
    ports.log.info(`${processor} waits for ${missing}`, { correlation_id, game_date });
    return 'waiting';
  }
  const computation = requireComputation(ANALYTICS_COMPUTATIONS, processor);
  const upstream = upstreamOf(readiness.inputs);
  const { outcome } = await runProcessor(ports, runner, {
    phase: 'phase_3_analytics',
    processor,
    output,
    cause: { ...cause, ...combineBackfill([cause, ...readiness.inputs]) },
    upstream,
    key: `${processor}.${cause.game_date}.r${cause.run}`,
    inputs: upstream.map(({ execution_id }) => execution_id).join(','),
    asked_by: cause.message_id ?? '',
    as_of: null,
    topics: [TOPIC.phase3AnalyticsComplete],
    metadata: {},
    compute: () =>
      readiness.state === 'empty'
        ? Promise.resolve({ rows: [], key: computation.key, records_failed: 0 })
        : computeRows(ports, computation, cause),
  });
  return outcome;
}

async function computeRows(
  ports: Ports,
  computation: Computation,
  { game_date, run }: { readonly game_date: string; readonly run: number },
): Promise<ComputedRows> {
  const tables = await readInputs(ports, computation.inputs, game_date, run);
  return { rows: computation.compute(tables), key: computation.key, records_failed: 0 };
}
