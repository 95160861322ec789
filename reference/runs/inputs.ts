import type { ProcessorRunHistory, UpstreamRun } from '../../generated/models.ts';
import { PROCESSORS } from '../../generated/registry.ts';
import type { TableReader } from '../basketball/row.ts';
import type { Ports, TableName } from '../ports/ports.ts';

/** Every table of the contract by name; no two phases have one of the same name. */
const TABLES: ReadonlyMap<string, TableName> = new Map(
  Object.values(PROCESSORS).flatMap((phase) =>
    Object.values(phase).map(({ dataset, table }) => [table, { dataset, table }] as const),
  ),
);

/**
 * Read the tables that a computation needs, for one date and run.
 *
 * @returns a reader of exactly these; a table that nobody wrote is empty.
 */
export async function readInputs(
  ports: Pick<Ports, 'warehouse'>,
  inputs: readonly string[],
  game_date: string,
  run: number,
): Promise<TableReader> {
  const tables = await Promise.all(
    inputs.map(async (name) => {
      const table = TABLES.get(name);
      const rows = table === undefined ? [] : await ports.warehouse.rows(table, game_date, run);
      return [name, rows] as const;
    }),
  );
  const rowsByTable = new Map(tables);
  return (table) => rowsByTable.get(table) ?? [];
}

/**
 * Leave out the runs that were to trigger nobody, unless there are no others: a backfill stands in for no live run.
 *
 * @see requirements BACK-001, BACK-004
 */
export function preferLive(runs: readonly ProcessorRunHistory[]): readonly ProcessorRunHistory[] {
  const live = runs.filter(({ skip_downstream_trigger }) => !skip_downstream_trigger);
  return live.length > 0 ? live : runs;
}

/** Name runs as the upstream of another, in order of processor. */
export function upstreamOf(runs: readonly ProcessorRunHistory[]): readonly UpstreamRun[] {
  return runs
    .map(({ processor_name, execution_id, correlation_id }) => ({
      processor: processor_name,
      execution_id,
      correlation_id,
    }))
    .sort((a, b) => (a.processor < b.processor ? -1 : 1));
}
