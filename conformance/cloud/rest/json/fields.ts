import protobuf from 'protobufjs';

/** Finds a field by its JSON name, or by the name that the definition gives it (`ack_ids` for `ackIds`). */
export function fieldOf(type: protobuf.Type, name: string): protobuf.Field | undefined {
  const camel = name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  const field = Object.hasOwn(type.fields, camel) ? type.fields[camel] : undefined;
  return field?.resolve();
}

/** Tells whether a field's type is google.protobuf.NullValue, whose only value JSON writes as null. */
export function isNullEnum(field: protobuf.Field): boolean {
  return field.resolvedType?.fullName === '.google.protobuf.NullValue';
}

/** Gives the message type of a field, if it is a message. */
export function messageTypeOf(field: protobuf.Field): protobuf.Type | undefined {
  return field.resolvedType instanceof protobuf.Type ? field.resolvedType : undefined;
}

/** Gives the enum of a field, if it is one. */
export function enumOf(field: protobuf.Field): protobuf.Enum | undefined {
  return field.resolvedType instanceof protobuf.Enum ? field.resolvedType : undefined;
}
