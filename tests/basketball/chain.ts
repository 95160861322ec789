import { ANALYTICS_COMPUTATIONS } from '../../reference/basketball/analytics/computations.ts';
import { PRECOMPUTE_COMPUTATIONS } from '../../reference/basketball/precompute/computations.ts';
import { RAW_COMPUTATIONS } from '../../reference/basketball/raw/computations.ts';
import type { Row } from '../../reference/basketball/row.ts';
import { scrapeFile } from '../../reference/basketball/scrape.ts';
import { loadSlate, type Slate } from '../../reference/figures/slate.ts';

/** Hold tables by name, as a warehouse would for one game_date. */
export type Tables = Readonly<Record<string, readonly Row[]>>;

/** Load the shipped slate, which must exist. */
export function shippedSlate(): Slate {
  const slate = loadSlate('2024-01-15');
  if (slate === undefined) throw new Error('The slate of 2024-01-15 must ship with the reference.');
  return slate;
}

/** Compute the six raw tables of a slate. */
export function rawTables(slate: Slate): Tables {
  return Object.fromEntries(
    Object.values(RAW_COMPUTATIONS).map(({ table, inputs, compute }) => [
      table,
      compute(scrapeFile(inputs[0], slate)).rows,
    ]),
  );
}

/**
 * Compute all later tables from raw tables, table by table in the order of the registries.
 *
 * @param arrange  what a warehouse does to the order of the rows that it hands out; nothing by default.
 */
export function computeTables(
  raw: Tables,
  arrange: (rows: readonly Row[]) => readonly Row[] = (rows) => rows,
): Tables {
  let tables = raw;
  const later = [...Object.values(ANALYTICS_COMPUTATIONS), ...Object.values(PRECOMPUTE_COMPUTATIONS)];
  for (const { table, inputs, compute } of later) {
    const read = (name: string) => {
      if (!inputs.includes(name)) throw new Error(`${table} reads ${name}, which is not among its inputs.`);
      return arrange(tables[name] ?? []);
    };
    tables = { ...tables, [table]: compute(read) };
  }
  return tables;
}

/** Find the one row whose columns have the given values. */
export function findRow(tables: Tables, table: string, wanted: Row): Row {
  const rows = (tables[table] ?? []).filter((row) =>
    Object.entries(wanted).every(([column, value]) => row[column] === value),
  );
  const [row] = rows;
  if (row === undefined || rows.length > 1) {
    throw new Error(`Expected one row of ${table} with ${JSON.stringify(wanted)}, got ${rows.length}.`);
  }
  return row;
}
