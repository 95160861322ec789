import { ANALYTICS_COMPUTATIONS } from '../../reference/basketball/analytics/computations.ts';
import { PRECOMPUTE_COMPUTATIONS } from '../../reference/basketball/precompute/computations.ts';
import { RAW_COMPUTATIONS } from '../../reference/basketball/raw/computations.ts';
import type { Row } from '../../reference/basketball/row.ts';
import { scrapeFile } from '../../reference/basketball/scrape.ts';
import { type Known, knownAfter } from '../../reference/figures/known.ts';
import { loadSlate, type Slate } from '../../reference/figures/slate.ts';

/** Hold tables by name, as a warehouse would for one game_date. */
export type Tables = Readonly<Record<string, readonly Row[]>>;

/** Load the shipped slate, which must exist. */
export function shippedSlate(): Slate {
  const slate = loadSlate('2024-01-15');
  if (slate === undefined) throw new Error('The slate of 2024-01-15 must ship with the reference.');
  return slate;
}

/** The date for which the shipped slate is the last one. */
const NEXT_DATE = '2024-01-16';

/** Know the shipped slate, or its first games, on the next morning. */
export function shippedKnown(games_max?: number): Known {
  return knownAfter(shippedSlate(), NEXT_DATE, games_max);
}

/** Compute the six raw tables of what is known before a date. */
export function rawTables(known: Known): Tables {
  return Object.fromEntries(
    Object.values(RAW_COMPUTATIONS).map(({ table, inputs, compute }) => [
      table,
      compute(scrapeFile(inputs[0], known)).rows,
    ]),
  );
}

/** Hold what each table that looks back hands on to the next date. */
export type HandedOn = Readonly<Record<string, string>>;

/**
 * Compute all later tables from raw tables, table by table in the order of the registries.
 *
 * @param arrange  what a warehouse does to the order of the rows that it hands out; nothing by default.
 */
export function computeTables(
  raw: Tables,
  arrange: (rows: readonly Row[]) => readonly Row[] = (rows) => rows,
): Tables {
  return computeDate(raw, {}, arrange).tables;
}

/** Compute all later tables of one date of many, with what the dates before it have handed on. */
export function computeDate(
  raw: Tables,
  earlier: HandedOn,
  arrange: (rows: readonly Row[]) => readonly Row[] = (rows) => rows,
): Readonly<{ tables: Tables; handed_on: HandedOn }> {
  let tables = raw;
  const handed_on: Record<string, string> = { ...earlier };
  const later = [...Object.values(ANALYTICS_COMPUTATIONS), ...Object.values(PRECOMPUTE_COMPUTATIONS)];
  for (const { table, inputs, compute, looks_back } of later) {
    const read = (name: string) => {
      if (!inputs.includes(name)) throw new Error(`${table} reads ${name}, which is not among its inputs.`);
      return arrange(tables[name] ?? []);
    };
    if (looks_back === undefined) tables = { ...tables, [table]: compute(read) };
    else {
      const text = looks_back.hand_on(read, earlier[table]);
      handed_on[table] = text;
      tables = { ...tables, [table]: looks_back.compute(read, text) };
    }
  }
  return { tables, handed_on };
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
