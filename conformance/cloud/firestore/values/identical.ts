import type { Fields, Value } from './value.ts';

/** Tells whether two documents hold the very same: 1 and 1.0 differ here, as do 0.0 and -0.0. */
export function identicalFields(a: Fields, b: Fields): boolean {
  if (a.size !== b.size) return false;
  for (const [key, value] of a) {
    const other = b.get(key);
    if (other === undefined || !identicalValues(value, other)) return false;
  }
  return true;
}

function identicalValues(a: Value, b: Value): boolean {
  switch (a.type) {
    case 'null':
      return b.type === 'null';
    case 'boolean':
    case 'string':
    case 'integer':
    case 'double':
      return a.type === b.type && Object.is(a.value, b.value);
    case 'timestamp':
      return b.type === 'timestamp' && a.micros === b.micros;
    case 'bytes':
      return b.type === 'bytes' && a.value.equals(b.value);
    case 'reference':
      return b.type === 'reference' && a.name === b.name;
    case 'geo_point':
      return (
        b.type === 'geo_point' && Object.is(a.latitude, b.latitude) && Object.is(a.longitude, b.longitude)
      );
    case 'array':
      return b.type === 'array' && identicalArrays(a.values, b.values);
    case 'map':
      return b.type === 'map' && identicalFields(a.fields, b.fields);
  }
}

function identicalArrays(a: readonly Value[], b: readonly Value[]): boolean {
  return (
    a.length === b.length &&
    a.every((value, index) => {
      const other = b[index];
      return other !== undefined && identicalValues(value, other);
    })
  );
}
