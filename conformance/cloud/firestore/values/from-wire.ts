import type { Wire } from '../../rpc/service.ts';
import { invalid, messageOf, messagesOf, textOf, unserved } from '../wire/fields.ts';
import { parseDocumentName } from '../wire/names.ts';
import { microsFromWire } from '../wire/timestamps.ts';
import {
  commonName,
  FALSE,
  type Fields,
  integerOf,
  NULL,
  TRUE,
  type Value,
  vectorElements,
} from './value.ts';

const DEPTH_MAX = 20;
const FIELD_NAME_BYTES_MAX = 1500;

/** Where a value stands: how deep, and in a document or in what documents are compared with. */
interface Place {
  readonly depth: number;
  readonly is_stored: boolean;
}

const COMPARED: Place = { depth: 0, is_stored: false };
const inside = (place: Place): Place => ({ ...place, depth: place.depth + 1 });

/**
 * Reads a document's fields and checks them against the documented limits.
 *
 * @throws {RpcError} INVALID_ARGUMENT for what Firestore does not store: reserved or empty names, an array
 * or a vector directly in an array, more than 20 levels, coordinates or times out of range.
 */
export function fieldsFromWire(message: Wire): Fields {
  return readFields(message, { depth: 0, is_stored: true }, true);
}

/** Reads one value, such as a filter's operand or a transform's. */
export function valueFromWire(message: Wire): Value {
  return readValue(message, COMPARED);
}

/** Reads the elements of an `ArrayValue` that is stored, as the array transforms do. */
export function elementsFromWire(message: Wire): readonly Value[] {
  return readElements(message, { depth: 1, is_stored: true });
}

/** Reads the list of a filter such as IN, whose elements may be arrays themselves. */
export function operandsFromWire(message: Wire): readonly Value[] {
  return messagesOf(message, 'values').map((element) => readValue(element, COMPARED));
}

function readFields(message: Wire, place: Place, reserved_refused: boolean): Fields {
  const fields = new Map<string, Value>();
  for (const [name, value] of Object.entries(messageOf(message, 'fields') ?? {})) {
    if (name === '') throw invalid('a field name must not be empty');
    if (reserved_refused) requireFieldName(name);
    if (typeof value !== 'object' || value === null) throw invalid(`the field "${name}" has no value`);
    fields.set(commonName(name), readValue(value as Wire, place));
  }
  return fields;
}

/** Refuses a field name that Firestore keeps for itself, or that is too long. */
export function requireFieldName(name: string): void {
  if (/^__.*__$/s.test(name))
    throw invalid(`the field name "${name}" is reserved: names must not match __.*__`);
  if (Buffer.byteLength(name) > FIELD_NAME_BYTES_MAX) {
    throw invalid(
      `a field name is at most ${FIELD_NAME_BYTES_MAX} bytes long, got ${Buffer.byteLength(name)}`,
    );
  }
}

function readValue(message: Wire, place: Place): Value {
  if (place.depth > DEPTH_MAX) throw invalid(`maps and arrays nest at most ${DEPTH_MAX} levels deep`);
  const type = textOf(message, 'valueType');
  switch (type) {
    case 'nullValue':
      return NULL;
    case 'booleanValue':
      return message['booleanValue'] === true ? TRUE : FALSE;
    case 'integerValue':
      return integerOf(textOf(message, 'integerValue'));
    case 'doubleValue':
      return { type: 'double', value: Number(message['doubleValue']) };
    case 'timestampValue':
      return { type: 'timestamp', micros: microsFromWire(messageOf(message, 'timestampValue') ?? {}) };
    case 'stringValue':
      return { type: 'string', value: textOf(message, 'stringValue') };
    case 'bytesValue':
      return { type: 'bytes', value: Buffer.from(message['bytesValue'] as Buffer) };
    case 'referenceValue':
      parseDocumentName(textOf(message, 'referenceValue'));
      return { type: 'reference', name: textOf(message, 'referenceValue') };
    case 'geoPointValue':
      return readGeoPoint(messageOf(message, 'geoPointValue') ?? {});
    case 'arrayValue':
      return { type: 'array', values: readElements(messageOf(message, 'arrayValue') ?? {}, inside(place)) };
    case 'mapValue':
      return readMap(messageOf(message, 'mapValue') ?? {}, inside(place));
    case '':
      throw invalid('a value has no type set; null is written as null_value');
    default:
      throw unserved(`values of the kind ${type}`);
  }
}

function readElements(message: Wire, place: Place): readonly Value[] {
  const values = messagesOf(message, 'values').map((element) => readValue(element, place));
  if (values.some((element) => element.type === 'array')) {
    throw invalid('an array must not hold another array directly; put it into a map');
  }
  if (place.is_stored && values.some((element) => vectorElements(element) !== undefined)) {
    throw invalid('an array must not hold a vector directly; put it into a map');
  }
  return values;
}

function readMap(message: Wire, place: Place): Value {
  const map: Value = { type: 'map', fields: readFields(message, place, false) };
  // Reserved names are legal inside the one documented form: a vector embedding.
  if (vectorElements(map) === undefined) for (const name of map.fields.keys()) requireFieldName(name);
  return map;
}

function readGeoPoint(message: Wire): Value {
  const latitude = Number(message['latitude'] ?? 0);
  const longitude = Number(message['longitude'] ?? 0);
  if (!(Math.abs(latitude) <= 90)) throw invalid(`a latitude lies between -90 and 90, got ${latitude}`);
  if (!(Math.abs(longitude) <= 180)) throw invalid(`a longitude lies between -180 and 180, got ${longitude}`);
  return { type: 'geo_point', latitude, longitude };
}
