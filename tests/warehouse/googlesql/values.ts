/** One value of GoogleSQL as its interface writes it: at most one member, and none for NULL. */
export type Cell = Readonly<Record<string, unknown>>;

/** A type of GoogleSQL as its interface writes it. */
export interface GoogleType {
  readonly type_kind: string;
  readonly array_type?: { readonly element_type: GoogleType } | null;
  readonly struct_type?: {
    readonly field: readonly { readonly field_name: string; readonly field_type: GoogleType }[];
  } | null;
}

interface Time {
  readonly seconds?: string | number;
  readonly nanos?: number;
}

/** Read a value; null for NULL. Whole numbers come as numbers, times as ISO 8601 with as many digits as JavaScript keeps. */
export function valueIn(type: GoogleType, cell: Cell): unknown {
  const value = Object.entries(cell).find(
    ([name, member]) => name.endsWith('_value') && member !== null,
  )?.[1];
  if (value === undefined) return null;
  switch (type.type_kind) {
    case 'TYPE_INT64':
      return Number(value);
    case 'TYPE_DATE':
      return new Date(Number(value) * 86_400_000).toISOString().slice(0, 10);
    case 'TYPE_TIMESTAMP': {
      const { seconds = 0, nanos = 0 } = value as Time;
      return new Date(Number(seconds) * 1000 + Math.floor(nanos / 1e6)).toISOString();
    }
    case 'TYPE_JSON':
      return JSON.parse(String(value));
    case 'TYPE_BYTES':
      return Buffer.from(value as Uint8Array).toString('base64');
    case 'TYPE_ARRAY': {
      const element = type.array_type?.element_type ?? type;
      const { element: elements = [] } = value as { readonly element?: readonly Cell[] };
      return elements.map((one) => valueIn(element, one));
    }
    case 'TYPE_STRUCT': {
      const { field: fields = [] } = value as { readonly field?: readonly Cell[] };
      const names = type.struct_type?.field ?? [];
      return Object.fromEntries(
        names.map(({ field_name, field_type }, index) => [
          field_name,
          valueIn(field_type, fields[index] ?? {}),
        ]),
      );
    }
    default:
      return value;
  }
}

const SCALARS: Readonly<Record<string, string>> = {
  STRING: 'TYPE_STRING',
  BYTES: 'TYPE_BYTES',
  TIMESTAMP: 'TYPE_TIMESTAMP',
};

/** The type of a scalar column of a table that subscriptions write to. */
export function scalarType(type: string): GoogleType {
  const type_kind = SCALARS[type];
  if (type_kind === undefined)
    throw new Error(`expected one of ${Object.keys(SCALARS).join(', ')}, got ${type}`);
  return { type_kind };
}
