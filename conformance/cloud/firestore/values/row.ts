import type { Fields, Value } from './value.ts';

/** Names of fields in one order, held once for all documents that have them. */
interface Columns {
  readonly names: readonly string[];
  readonly places: ReadonlyMap<string, number>;
  /** The columns with one more name, by that name. */
  readonly next: Map<string, Columns>;
}

/** More names, or more orders of names, are not shared: such documents keep the map that they have. */
const NAMES_MAX = 100;
const COLUMNS_MAX = 10_000;

const EMPTY: Columns = { names: [], places: new Map(), next: new Map() };
let columns_count = 0;

/**
 * Holds the fields of a document without their names, which it shares with other documents of the same fields: a map of
 * its own would take some 45 bytes a field for its table alone.
 */
export function rowOf(fields: Fields): Fields {
  if (fields.size === 0 || fields.size > NAMES_MAX || fields instanceof Row) return fields;
  let columns = EMPTY;
  for (const name of fields.keys()) {
    const next = columns.next.get(name) ?? widened(columns, name);
    if (next === undefined) return fields;
    columns = next;
  }
  return new Row(columns, [...fields.values()]);
}

function widened(columns: Columns, name: string): Columns | undefined {
  if (columns_count >= COLUMNS_MAX) return undefined;
  columns_count += 1;
  const names = [...columns.names, name];
  const next = { names, places: new Map(names.map((each, place) => [each, place])), next: new Map() };
  columns.next.set(name, next);
  return next;
}

/** A class, because its methods must be held once and not by each document. */
class Row implements ReadonlyMap<string, Value> {
  private readonly columns: Columns;
  private readonly cells: readonly Value[];

  constructor(columns: Columns, cells: readonly Value[]) {
    this.columns = columns;
    this.cells = cells;
  }

  get size(): number {
    return this.cells.length;
  }

  get(name: string): Value | undefined {
    const place = this.columns.places.get(name);
    return place === undefined ? undefined : this.cells[place];
  }

  has(name: string): boolean {
    return this.columns.places.has(name);
  }

  keys() {
    return this.columns.names[Symbol.iterator]();
  }

  values() {
    return this.cells[Symbol.iterator]();
  }

  entries() {
    return this.pairs()[Symbol.iterator]();
  }

  [Symbol.iterator]() {
    return this.entries();
  }

  forEach(act: (value: Value, name: string, fields: Fields) => void): void {
    for (const [name, value] of this.pairs()) act(value, name, this);
  }

  private pairs(): [string, Value][] {
    return this.cells.map((value, place) => [this.columns.names[place] ?? '', value]);
  }
}
