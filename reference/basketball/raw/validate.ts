import { keyOf, type Row, type Scalar, sortRows } from '../row.ts';
import type { ScrapedFile } from '../scrape.ts';

/** Say what a field must be; `expected` continues the sentence "… must be". */
export type FieldRule = Readonly<{ expected: string; holds: (value: Scalar | undefined) => boolean }>;

/** Say what must hold between the fields of one row; `expected` is the whole sentence. */
export type RowRule = Readonly<{
  field: string;
  expected: string;
  holds: (row: Row, game_date: string) => boolean;
}>;

/** Describe a raw table: its fields in column order, the rules between them and the columns of its key. */
export type RawTable = Readonly<{
  fields: Readonly<Record<string, FieldRule>>;
  rules: readonly RowRule[];
  key: readonly string[];
}>;

/** Tell why one scraped row did not enter its table. */
export type RejectedRow = Readonly<{ row: Row; field: string; problem: string }>;

/** Hold the rows of a raw table in order of key, and the scraped rows that are not among them. */
export type RawResult = Readonly<{ rows: readonly Row[]; rejected: readonly RejectedRow[] }>;

/**
 * Turn a scraped file into rows of a raw table.
 *
 * Every scraped row ends up in exactly one of `rows` and `rejected`, so their lengths are the record_count
 * and records_failed of the run. Columns that the table does not have are dropped, `game_date` is added.
 */
export function validateFile(file: ScrapedFile, table: RawTable): RawResult {
  const checked = file.rows.map((row) => ({ row, rejection: findProblem(row, table, file.game_date) }));
  const sound = checked.filter(({ rejection }) => rejection === undefined).map(({ row }) => row);
  const { kept, repeated } = dropRepeated(sound, table);
  const rows = kept.map((row) => ({ game_date: file.game_date, ...pickFields(row, table) }));
  return {
    rows: sortRows(rows, keyOf(table.key)),
    rejected: [...checked.flatMap(({ rejection }) => rejection ?? []), ...repeated],
  };
}

function findProblem(row: Row, table: RawTable, game_date: string): RejectedRow | undefined {
  for (const [field, rule] of Object.entries(table.fields)) {
    if (rule.holds(row[field])) continue;
    return { row, field, problem: `${field} must be ${rule.expected}, got ${JSON.stringify(row[field])}` };
  }
  const broken = table.rules.find((rule) => !rule.holds(row, game_date));
  if (broken === undefined) return undefined;
  const { field, expected } = broken;
  return { row, field, problem: `${expected}, got ${field} ${JSON.stringify(row[field])}` };
}

function dropRepeated(
  rows: readonly Row[],
  table: RawTable,
): Readonly<{ kept: Row[]; repeated: RejectedRow[] }> {
  const key = keyOf(table.key);
  const alike = new Map<string, readonly Row[]>();
  for (const row of rows) alike.set(key(row), [...(alike.get(key(row)) ?? []), row]);
  const kept: Row[] = [];
  const repeated: RejectedRow[] = [];
  const field = table.key.join(', ');
  for (const [value, [first, ...others]] of alike) {
    if (first === undefined) continue;
    const same = (row: Row) =>
      JSON.stringify(pickFields(row, table)) === JSON.stringify(pickFields(first, table));
    if (others.every(same)) {
      kept.push(first);
      repeated.push(...others.map((row) => ({ row, field, problem: `${value} is already in the file` })));
    } else {
      // Nobody can tell which of them is right, and "the first" would make the order of a file matter.
      const problem = `${value} is in the file several times with different values`;
      repeated.push(...[first, ...others].map((row) => ({ row, field, problem })));
    }
  }
  return { kept, repeated };
}

function pickFields(row: Row, table: RawTable): Row {
  return Object.fromEntries(Object.keys(table.fields).map((field) => [field, row[field] ?? null]));
}
