import type { Wire } from '../../rpc/service.ts';
import { microsToWire } from '../wire/timestamps.ts';
import type { Fields, Value } from './value.ts';

/** Writes a document's or map's fields as Google's definition has them. */
export function fieldsToWire(fields: Fields): Wire {
  return Object.fromEntries([...fields].map(([name, value]) => [name, valueToWire(value)]));
}

/** Writes one value as Google's definition has it. */
export function valueToWire(value: Value): Wire {
  switch (value.type) {
    case 'null':
      return { nullValue: 'NULL_VALUE' };
    case 'boolean':
      return { booleanValue: value.value };
    case 'integer':
      return { integerValue: String(value.value) };
    case 'double':
      return { doubleValue: value.value };
    case 'timestamp':
      return { timestampValue: microsToWire(value.micros) };
    case 'string':
      return { stringValue: value.value };
    case 'bytes':
      return { bytesValue: value.value };
    case 'reference':
      return { referenceValue: value.name };
    case 'geo_point':
      return { geoPointValue: { latitude: value.latitude, longitude: value.longitude } };
    case 'array':
      return { arrayValue: { values: value.values.map(valueToWire) } };
    case 'map':
      return { mapValue: { fields: fieldsToWire(value.fields) } };
  }
}
