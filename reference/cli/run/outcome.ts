import type { PredictionBatch, TriggerRecord } from '../../../generated/models.ts';
import { ORCHESTRATORS, STATE } from '../../../generated/topology.ts';
import type { Ports, Row } from '../../ports/ports.ts';
import { PREDICTION_TABLE } from '../../runs/output.ts';
import { type TraceNode, traceRun } from '../../trace/trace.ts';

/** What one orchestrator's document says about a date. */
export interface OrchestratorOutcome {
  readonly document: string;
  readonly completed: readonly string[];
  readonly triggers: readonly {
    readonly entry: string;
    readonly status: string;
    readonly execution_id: string;
  }[];
}

/** What is on record for a date once its run is over. */
export interface Outcome {
  /** false when the run did not come to its end in time. */
  readonly done: boolean;
  readonly orchestrators: readonly OrchestratorOutcome[];
  readonly batch: PredictionBatch | null;
  readonly predictions: number;
  /** Raw tables with a finished run; a backfill fills them without saying so on a topic. */
  readonly tables_loaded: number;
  /** The highest estimate of the date and every run behind it; null when there is no prediction. */
  readonly traced: { readonly row: Row; readonly trace: TraceNode } | null;
}

/** Reads state documents, predictions and run history of run 1 of a date. */
export async function readOutcome(game_date: string, ports: Ports, done: boolean): Promise<Outcome> {
  const predictions = await ports.warehouse.rows(PREDICTION_TABLE, game_date, 1);
  const batch = await ports.documents.get<PredictionBatch>(`prediction_batches/${game_date}`);
  return {
    done,
    orchestrators: await orchestratorOutcomes(game_date, ports),
    batch: batch ?? null,
    predictions: predictions.length,
    tables_loaded: (await ports.warehouse.runs({ game_date, phase: 'phase_2_raw' })).length,
    traced: await traceHighest(game_date, predictions, ports),
  };
}

async function orchestratorOutcomes(
  game_date: string,
  ports: Ports,
): Promise<readonly OrchestratorOutcome[]> {
  return Promise.all(
    Object.values(ORCHESTRATORS).map(async (orchestrator) => {
      const document = STATE[orchestrator.state].path.replace('{game_date}{run_suffix}', game_date);
      const state = (await ports.documents.get<Readonly<Record<string, object>>>(document)) ?? {};
      const triggers = orchestrator.levels.flatMap(({ entry }) => {
        const record = state[entry] as TriggerRecord | undefined;
        return record === undefined
          ? []
          : [{ entry, status: record.status, execution_id: record.execution_id }];
      });
      return {
        document,
        completed: Object.keys(state)
          .filter((name) => !name.startsWith('_'))
          .sort(),
        triggers,
      };
    }),
  );
}

async function traceHighest(
  game_date: string,
  predictions: readonly Row[],
  ports: Ports,
): Promise<Outcome['traced']> {
  const highest = [...predictions].sort(
    (a, b) => Number(b['predicted_points']) - Number(a['predicted_points']),
  )[0];
  if (highest === undefined) return null;
  const history = await ports.warehouse.runs({ game_date });
  return { row: highest, trace: traceRun(String(highest['execution_id']), history) };
}
