/** Hold one value of a table row; every row survives `JSON.parse(JSON.stringify(row))`. */
export type Scalar = string | number | boolean | null;

/** Hold one row of any table as the warehouse sees it: flat, readonly, of scalars. */
export type Row = Readonly<Record<string, Scalar>>;

/** Give the rows of one table for the game_date at hand; a table without rows is an empty array. */
export type TableReader = (table: string) => readonly Row[];

/**
 * Describe one table that is computed from others.
 *
 * `inputs` are the tables that `compute` reads, and no others. `key` identifies a row within its table and
 * date. `compute` never depends on the order of the rows it reads, and returns rows in order of their key.
 */
export type Computation = Readonly<{
  table: string;
  inputs: readonly string[];
  key: (row: Row) => string;
  compute: (tables: TableReader) => readonly Row[];
  /** Only for a table that looks back: how what it hands on from date to date takes part. */
  looks_back?: LooksBack;
}>;

/**
 * Describe how a table looks back without reading its history: each date hands on one text of bounded length, in which all
 * that later dates need is added up.
 *
 * `hand_on` adds the games of a date to the text of the last earlier one; undefined when there is none. A game that is in
 * the text already is not added again. `compute` makes the rows from the text that includes them; a computation without a
 * text starts from nothing.
 */
export type LooksBack = Readonly<{
  hand_on: (tables: TableReader, earlier: string | undefined) => string;
  compute: (tables: TableReader, handed_on: string) => readonly Row[];
}>;

/**
 * Make a computation of typed rows usable where only flat rows are known.
 *
 * `columns` names the columns that make up the key, in order; `rows` computes the table in any order.
 */
export function defineComputation<T extends Row>(
  table: string,
  inputs: readonly string[],
  columns: readonly (keyof T & string)[],
  rows: (tables: TableReader) => readonly T[],
): Computation {
  const key = keyOf(columns);
  return { table, inputs, key, compute: (tables) => sortRows(rows(tables), key) };
}

/** Say how a table that looks back adds up its games (`State` survives JSON) and makes its rows. */
export type Memory<State, T extends Row> = Readonly<{
  empty: State;
  add: (state: State, tables: TableReader) => State;
  rows: (tables: TableReader, state: State) => readonly T[];
}>;

/**
 * Make a computation of a table that looks back.
 *
 * @param version  of the state: a text of another version counts as none, as before the first date.
 */
export function defineLookingBack<State, T extends Row>(
  table: string,
  inputs: readonly string[],
  columns: readonly (keyof T & string)[],
  version: number,
  memory: Memory<State, T>,
): Computation {
  const key = keyOf(columns);
  const read = (text: string | undefined): State => {
    const held = text === undefined ? undefined : (JSON.parse(text) as { version: number; state: State });
    return held?.version === version ? held.state : memory.empty;
  };
  const looks_back: LooksBack = {
    hand_on: (tables, earlier) => JSON.stringify({ version, state: memory.add(read(earlier), tables) }),
    compute: (tables, handed_on) => sortRows(memory.rows(tables, read(handed_on)), key),
  };
  const compute = (tables: TableReader) => looks_back.compute(tables, looks_back.hand_on(tables, undefined));
  return { table, inputs, key, compute, looks_back };
}

/** Build the row key made of the given columns, joined by `|`. */
export function keyOf(columns: readonly string[]): (row: Row) => string {
  return (row) => columns.map((column) => String(row[column])).join('|');
}

/** Sort rows by key without regard to language settings; the given array stays as it is. */
export function sortRows<T extends Row>(rows: readonly T[], key: (row: T) => string): readonly T[] {
  return rows.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}

/**
 * Read a table whose rows were validated when they were written.
 *
 * The type is the caller's claim: raw rows are checked field by field in `raw/`, all later rows are computed.
 */
export function readRows<T extends Row>(tables: TableReader, table: string): readonly T[] {
  return tables(table) as readonly T[];
}

/** Index rows by a key that is unique among them. */
export function indexRows<T extends Row>(
  rows: readonly T[],
  key: (row: T) => string,
): ReadonlyMap<string, T> {
  return new Map(rows.map((row) => [key(row), row]));
}

/** Read a table and index its rows by a column that is unique among them. */
export function indexTable<T extends Row>(
  tables: TableReader,
  table: string,
  column: keyof T & string,
): ReadonlyMap<string, T> {
  return indexRows(readRows<T>(tables, table), (row) => String(row[column]));
}
