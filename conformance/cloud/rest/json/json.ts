import { status } from '@grpc/grpc-js';
import { RpcError } from '../../rpc/service.ts';

/** What JSON.parse gives and JSON.stringify takes. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  readonly [name: string]: Json;
}

/** Tells an object apart from lists, texts, numbers and null. */
export function isJsonObject(json: Json | undefined): json is JsonObject {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

/** Creates the error for a place in a request that holds what it must not. */
export function invalid(place: string, expected: string, got: Json | undefined): RpcError {
  const shown = JSON.stringify(got ?? null);
  return new RpcError(
    status.INVALID_ARGUMENT,
    `${place === '' ? 'the request' : place} must be ${expected}, got ${shown.length > 120 ? `${shown.slice(0, 119)}…` : shown}`,
  );
}
