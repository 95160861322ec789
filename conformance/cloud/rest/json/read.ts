import { status } from '@grpc/grpc-js';
import type protobuf from 'protobufjs';
import { RpcError, type Wire } from '../../rpc/service.ts';
import { enumOf, fieldOf, isNullEnum, messageTypeOf } from './fields.ts';
import { invalid, isJsonObject, type Json } from './json.ts';
import { readScalar } from './scalars.ts';
import { WELL_KNOWN } from './well-known.ts';

/**
 * Reads a message from the JSON mapping of proto3, following its definition.
 *
 * @param place where the message stands in the request, for errors; empty for the request itself.
 * @returns     an object that protobufjs makes a message of.
 * @throws {RpcError} INVALID_ARGUMENT that names a field which the type does not have, which is set twice, or whose
 * value is of another kind. Nothing is ignored.
 */
export function readMessage(type: protobuf.Type, json: Json, place: string): Wire {
  const well_known = WELL_KNOWN.get(type.fullName);
  if (well_known !== undefined) return well_known.read(json, place);
  if (!isJsonObject(json)) throw invalid(place, `an object (${type.name})`, json);

  const message: Wire = {};
  for (const [name, value] of Object.entries(json)) {
    const inside = place === '' ? name : `${place}.${name}`;
    const field = fieldOf(type, name);
    if (field === undefined) throw unknownField(type, inside);
    if (value === null && !takesNull(field)) continue;
    requireFirst(field, message, inside);
    message[field.name] = readField(field, value, inside);
  }
  return message;
}

function unknownField(type: protobuf.Type, place: string): RpcError {
  const known = type.fieldsArray.map(({ name }) => name).join(', ');
  return new RpcError(
    status.INVALID_ARGUMENT,
    `${place} is unknown: ${type.name} has the fields ${known === '' ? '(none)' : known}`,
  );
}

function takesNull(field: protobuf.Field): boolean {
  return isNullEnum(field) || WELL_KNOWN.get(field.resolvedType?.fullName ?? '')?.takes_null === true;
}

function requireFirst(field: protobuf.Field, message: Wire, place: string): void {
  const rivals = field.partOf?.oneof ?? [field.name];
  const taken = rivals.find((rival) => Object.hasOwn(message, rival));
  if (taken === undefined) return;
  throw new RpcError(
    status.INVALID_ARGUMENT,
    `${place} must not be set beside ${taken}: only one of ${rivals.join(', ')} can be`,
  );
}

function readField(field: protobuf.Field, json: Json, place: string): unknown {
  if (field.map) {
    if (!isJsonObject(json)) throw invalid(place, 'an object', json);
    return Object.fromEntries(
      Object.entries(json).map(([key, value]) => {
        // protobufjs would set the object's prototype instead of an entry, and the field would be gone.
        if (key === '__proto__') throw invalid(place, 'an object without the key "__proto__"', json);
        return [key, readOne(field, value, `${place}.${key}`)];
      }),
    );
  }
  if (field.repeated) {
    if (!Array.isArray(json)) throw invalid(place, 'a list', json);
    return json.map((element: Json, index) => readOne(field, element, `${place}[${index}]`));
  }
  return readOne(field, json, place);
}

function readOne(field: protobuf.Field, json: Json, place: string): unknown {
  const type = messageTypeOf(field);
  if (type !== undefined) return readMessage(type, json, place);
  const choices = enumOf(field);
  return choices === undefined ? readScalar(field.type, json, place) : readEnum(choices, json, place);
}

function readEnum(choices: protobuf.Enum, json: Json, place: string): string {
  if (json === null && choices.fullName === '.google.protobuf.NullValue') return 'NULL_VALUE';
  if (typeof json === 'string' && Object.hasOwn(choices.values, json)) return json;
  const name = typeof json === 'number' ? choices.valuesById[json] : undefined;
  if (name !== undefined) return name;
  throw invalid(place, `one of ${Object.keys(choices.values).join(', ')}`, json);
}
