import type { ProcessorRunHistory } from '../../generated/models.ts';
import { FEATURE_STORE } from '../../generated/registry.ts';
import { TOPIC } from '../../generated/topology.ts';
import { PRECOMPUTE_COMPUTATIONS } from '../basketball/precompute/computations.ts';
import { countFeatures } from '../basketball/precompute/ml-feature-store-v2.ts';
import type { Computation } from '../basketball/row.ts';
import { combineBackfill, type Received, upstreamRun } from '../message/cause.ts';
import type { Ports, TableName } from '../ports/ports.ts';
import type { Runner, RunOutcome } from '../runs/execute.ts';
import { readInputs, upstreamOf } from '../runs/inputs.ts';
import { registered, requireComputation } from '../runs/output.ts';
import { type ComputedRows, runProcessor } from '../runs/processor-run.ts';

/** Where every Phase 4 processor announces its table, and where Phase 5 is told of the feature store as well. */
const { phase4ProcessorComplete: OWN, phase4PrecomputeComplete: PHASE_5 } = TOPIC;

/**
 * Run one precompute processor for a date, at most once per date and run.
 *
 * Whoever calls has seen to it that the inputs are there, so they are read as they are. The feature store announces itself
 * on two topics with one execution_id: to the cascade and to Phase 5.
 *
 * @see requirements IDEM-003, LIVE-002
 */
export async function precompute(
  ports: Ports,
  runner: Runner,
  received: Pick<Received<unknown>, 'cause'>,
  processor: string,
): Promise<RunOutcome> {
  const { cause } = received;
  const { output, requires, level } = registered('phase_4_precompute', processor);
  const computation = requireComputation(PRECOMPUTE_COMPUTATIONS, processor);
  const inputs = await findInputs(ports, requires, cause.game_date, cause.run);
  const isFeatureStore = processor === FEATURE_STORE;
  return runProcessor(ports, runner, {
    phase: 'phase_4_precompute',
    processor,
    output,
    cause: { ...cause, ...combineBackfill([cause, ...inputs]) },
    // The trigger itself only where the history knows none of the inputs, so that a trace never ends here.
    upstream: inputs.length === 0 ? [upstreamRun(received)] : upstreamOf(inputs),
    key: `${processor}.${cause.game_date}.r${cause.run}`,
    inputs: inputs.map(({ execution_id }) => execution_id).join(','),
    asked_by: cause.message_id ?? '',
    as_of: null,
    topics: isFeatureStore ? [OWN, PHASE_5] : [OWN],
    metadata: { level, ...(isFeatureStore ? countFeatures([]) : {}) },
    compute: () => computeRows(ports, computation, output, cause, isFeatureStore),
  });
}

/** The last counting run of each required table, in the order in which they are required. */
async function findInputs(
  ports: Ports,
  requires: readonly string[],
  game_date: string,
  run: number,
): Promise<readonly ProcessorRunHistory[]> {
  const [analytics, own] = await Promise.all([
    ports.warehouse.runs({ phase: 'phase_3_analytics', game_date, run }),
    ports.warehouse.runs({ phase: 'phase_4_precompute', game_date, run }),
  ]);
  const counting = [...analytics, ...own].filter(
    ({ status }) => status === 'success' || status === 'partial',
  );
  return requires.flatMap(
    (table) => counting.findLast(({ processor_name }) => processor_name === table) ?? [],
  );
}

async function computeRows(
  ports: Ports,
  { inputs, key, compute, looks_back }: Computation,
  output: TableName,
  { game_date, run }: { readonly game_date: string; readonly run: number },
  isFeatureStore: boolean,
): Promise<ComputedRows> {
  const [tables, earlier] = await Promise.all([
    readInputs(ports, inputs, game_date, run),
    looks_back === undefined ? undefined : ports.warehouse.handedOnBefore(output, game_date),
  ]);
  if (looks_back !== undefined) {
    const handed_on = looks_back.hand_on(tables, earlier);
    return { rows: looks_back.compute(tables, handed_on), key, records_failed: 0, handed_on };
  }
  const rows = compute(tables);
  if (!isFeatureStore) return { rows, key, records_failed: 0 };
  const players = countFeatures(rows);
  return { rows, key, records_failed: players.players_failed, players };
}
