import type { Column } from '../../scripts/generate/bigquery/columns.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * List where a message does not fit into columns, as BigQuery would see it; written apart from what derives the columns.
 *
 * A record may lack what its schema leaves open, since the view shows the message whole too; the message itself may not.
 */
export function misfits(columns: readonly Column[], message: unknown): readonly string[] {
  const fields = asFields(message);
  if (fields === undefined) return ['the message is no object'];
  const unknown = Object.keys(fields).filter((name) => !columns.some((column) => column.name === name));
  return [...unknown.map((name) => `${name} has no column`), ...misfitsIn(columns, fields, '')];
}

function asFields(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

function misfitsIn(columns: readonly Column[], fields: Fields, path: string): readonly string[] {
  return columns.flatMap((column) => misfitsOf(column, fields[column.name], `${path}${column.name}`));
}

function misfitsOf(column: Column, value: unknown, path: string): readonly string[] {
  if (column.mode === 'REPEATED') {
    if (value === undefined) return [];
    if (!Array.isArray(value)) return [`${path} is no list: ${JSON.stringify(value)}`];
    if (value.includes(null)) return [`${path} has a null`];
    return value.flatMap((one, index) => misfitsOf({ ...column, mode: 'REQUIRED' }, one, `${path}.${index}`));
  }
  if (value === undefined || value === null)
    return column.mode === 'REQUIRED'
      ? [`${path} is required and ${value === null ? 'null' : 'missing'}`]
      : [];
  if (column.type === 'RECORD') {
    const fields = asFields(value);
    if (fields !== undefined) return misfitsIn(column.fields ?? [], fields, `${path}.`);
  }
  return isOf(column.type, value) ? [] : [`${path} is no ${column.type}: ${JSON.stringify(value)}`];
}

function isOf(type: Column['type'], value: unknown): boolean {
  switch (type) {
    case 'STRING':
      return typeof value === 'string';
    case 'INTEGER':
      return typeof value === 'number' && Number.isInteger(value) && Math.abs(value) < 2 ** 63;
    case 'FLOAT':
      return typeof value === 'number';
    case 'BOOLEAN':
      return typeof value === 'boolean';
    case 'DATE':
      return (
        typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(value))
      );
    case 'TIMESTAMP':
      return typeof value === 'string' && /T.*Z$/.test(value) && !Number.isNaN(Date.parse(value));
    case 'JSON':
      return true;
    default:
      return false;
  }
}
