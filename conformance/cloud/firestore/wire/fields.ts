import { status } from '@grpc/grpc-js';
import { isWire, RpcError, type Wire } from '../../rpc/service.ts';

/** Builds the error for a request that Firestore's rules forbid. */
export function invalid(message: string): RpcError {
  return new RpcError(status.INVALID_ARGUMENT, message);
}

/** Builds the error for a request that is legal, but that this server does not serve. */
export function unserved(what: string): RpcError {
  return new RpcError(
    status.UNIMPLEMENTED,
    `the embedded firestore does not serve ${what}; docs/embedded-cloud.md lists what is served`,
  );
}

/**
 * Refuses every field of `message` that is set and not listed, so that nothing is ignored in silence.
 *
 * @param message a decoded message; fields at their protobuf default count as not set.
 * @param label   how the message is called in the error, such as `RunQuery`.
 * @param served  names of the fields that the caller reads, and of the message's oneofs.
 * @throws {RpcError} UNIMPLEMENTED that names the field.
 */
export function requireServedFields(message: Wire, label: string, served: readonly string[]): void {
  for (const [name, value] of Object.entries(message)) {
    if (!served.includes(name) && !isDefault(value)) throw unserved(`${label}.${snakeCase(name)}`);
  }
}

function isDefault(value: unknown): boolean {
  if (Array.isArray(value) || Buffer.isBuffer(value)) return value.length === 0;
  return value === undefined || value === null || value === '' || value === 0 || value === false;
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Reads a string field; empty when it is not set. */
export function textOf(message: Wire, name: string): string {
  const value = message[name];
  return typeof value === 'string' ? value : '';
}

/** Reads an int32 field; 0 when it is not set. */
export function numberOf(message: Wire, name: string): number {
  const value = message[name];
  return typeof value === 'number' ? value : 0;
}

/** Reads a bytes field; `undefined` when it is not set or empty. */
export function bytesOf(message: Wire, name: string): Buffer | undefined {
  const value = message[name];
  return Buffer.isBuffer(value) && value.length > 0 ? value : undefined;
}

/** Reads a message field; `undefined` when it is not set. */
export function messageOf(message: Wire, name: string): Wire | undefined {
  const value = message[name];
  return isWire(value) ? value : undefined;
}

/** Reads a repeated message field. */
export function messagesOf(message: Wire, name: string): readonly Wire[] {
  const value = message[name];
  return Array.isArray(value) ? value.filter(isWire) : [];
}

/** Reads a repeated string field. */
export function textsOf(message: Wire, name: string): readonly string[] {
  const value = message[name];
  return Array.isArray(value) ? value.filter((entry): entry is string => typeof entry === 'string') : [];
}
