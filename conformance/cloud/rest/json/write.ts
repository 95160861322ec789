import type protobuf from 'protobufjs';
import type { Wire } from '../../rpc/service.ts';
import { enumOf, isNullEnum, messageTypeOf } from './fields.ts';
import type { Json, JsonObject } from './json.ts';
import { writeScalar } from './scalars.ts';
import { WELL_KNOWN } from './well-known.ts';

/** How an enum is written: by its name, or by its number where the definition has one. */
export type EnumStyle = 'names' | 'numbers';

/**
 * Writes a message in the JSON mapping of proto3, following its definition. As Google's servers do, it leaves out empty
 * lists and maps, and fields at their default that cannot tell "set" from "not set".
 *
 * @param message an instance that protobufjs made; its own properties are the fields that are set.
 */
export function writeMessage(type: protobuf.Type, message: Wire, enums: EnumStyle = 'names'): Json {
  const well_known = WELL_KNOWN.get(type.fullName);
  if (well_known !== undefined) return well_known.write(message);
  const members = type.fieldsArray.flatMap((field): readonly (readonly [string, Json])[] => {
    const value = Object.hasOwn(message, field.name) ? message[field.name] : undefined;
    if (value === undefined || value === null || isLeftOut(field.resolve(), value)) return [];
    return [[field.name, writeField(field, value, enums)]];
  });
  return Object.fromEntries(members);
}

function isLeftOut(field: protobuf.Field, value: unknown): boolean {
  if (field.map) return Object.keys(value as object).length === 0;
  if (field.repeated) return (value as readonly unknown[]).length === 0;
  if (field.partOf !== null || messageTypeOf(field) !== undefined) return false;
  if (field.bytes) return (value as Uint8Array).length === 0;
  return String(value) === String(field.typeDefault);
}

function writeField(field: protobuf.Field, value: unknown, enums: EnumStyle): Json {
  if (field.map) {
    const entries = Object.entries(value as Readonly<Record<string, unknown>>);
    const members: JsonObject = Object.fromEntries(
      entries.map(([key, each]) => [key, writeOne(field, each, enums)]),
    );
    return members;
  }
  if (field.repeated) return (value as readonly unknown[]).map((each) => writeOne(field, each, enums));
  return writeOne(field, value, enums);
}

function writeOne(field: protobuf.Field, value: unknown, enums: EnumStyle): Json {
  const type = messageTypeOf(field);
  if (type !== undefined) return writeMessage(type, value as Wire, enums);
  if (isNullEnum(field)) return null;
  const choices = enumOf(field);
  if (choices === undefined) return writeScalar(field.type, value);
  if (enums === 'numbers') return Number(value);
  return choices.valuesById[Number(value)] ?? Number(value);
}
