import type { protos } from '@google-cloud/pubsub';
import { durationMs, type WireDuration } from '../config.ts';
import { invalid } from './refusals.ts';

/** A length of time as it may arrive. */
type AnyDuration = protos.google.protobuf.IDuration | null | undefined;

const MINUTES = 60;
const DAYS = 24 * 60 * MINUTES;

/** Bounds in seconds of how long messages are retained. */
export const RETENTION = { minimum_seconds: 10 * MINUTES, maximum_seconds: 31 * DAYS } as const;

/** Bounds in seconds of how long a subscription that nobody uses is kept. */
export const EXPIRATION = { minimum_seconds: DAYS, maximum_seconds: 365 * DAYS } as const;

/** Bounds in seconds of a backoff. */
export const BACKOFF = { minimum_seconds: 0, maximum_seconds: 10 * MINUTES } as const;

/** Reads a length of time and checks its bounds; undefined when it is unset. @throws {RpcError} INVALID_ARGUMENT. */
export function readDuration(
  field: string,
  value: AnyDuration,
  bounds: { readonly minimum_seconds: number; readonly maximum_seconds: number },
): WireDuration | undefined {
  if (value === null || value === undefined) return undefined;
  const duration = { seconds: String(value.seconds ?? 0), nanos: value.nanos ?? 0 };
  const seconds = durationMs(duration) / 1000;
  if (seconds >= bounds.minimum_seconds && seconds <= bounds.maximum_seconds) return duration;
  throw invalid(field, `${bounds.minimum_seconds} to ${bounds.maximum_seconds} seconds`, seconds);
}

/** Writes whole seconds as a length of time on the wire. */
export function seconds(count: number): WireDuration {
  return { seconds: String(count), nanos: 0 };
}
