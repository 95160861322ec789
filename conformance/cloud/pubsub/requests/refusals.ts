import { status } from '@grpc/grpc-js';
import { RpcError } from '../../rpc/service.ts';

/** Creates the error for a field that holds what the API does not allow. */
export function invalid(field: string, expected: string, got: unknown): RpcError {
  return new RpcError(
    status.INVALID_ARGUMENT,
    `${field} must be ${expected}, got ${JSON.stringify(got ?? null)}`,
  );
}

/** Creates the error for a field that Pub/Sub knows and this server does not serve. */
export function unserved(field: string): RpcError {
  return new RpcError(
    status.UNIMPLEMENTED,
    `${field} is not part of the embedded pubsub; leave it unset, docs/embedded-cloud.md lists what is served`,
  );
}

/** Told of each field that is kept and shown without any effect. Without it such a field is refused. */
export type KeepUnserved = (field: string) => void;

/**
 * Refuses fields whose meaning this server would otherwise silently drop, or keeps them where that was asked for.
 *
 * @param fields wire name as the decoder spells it, to its name in Google's definition.
 * @returns      the fields that are kept.
 * @throws {RpcError} UNIMPLEMENTED with the first one that is set, unless they are kept.
 */
export function refuseUnserved(
  message: object,
  owner: string,
  fields: Readonly<Record<string, string>>,
  keep?: KeepUnserved,
): Readonly<Record<string, unknown>> {
  const values = new Map<string, unknown>(Object.entries(message));
  const kept: Record<string, unknown> = {};
  for (const [field, name] of Object.entries(fields)) {
    if (!isSet(values.get(field))) continue;
    if (keep === undefined) throw unserved(`${owner}.${name}`);
    keep(`${owner}.${name}`);
    kept[field] = values.get(field);
  }
  return kept;
}

function isSet(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return value !== undefined && value !== null && value !== false && value !== '' && value !== 0;
}

/** Checks an integer against bounds and returns it. @throws {RpcError} INVALID_ARGUMENT. */
export function requireWithin(field: string, value: number, minimum: number, maximum: number): number {
  if (value >= minimum && value <= maximum) return value;
  throw invalid(field, `${minimum} to ${maximum}`, value);
}
