import type { Wire } from '../../rpc/service.ts';
import { invalid, type Json } from './json.ts';

const TIMESTAMP =
  /^(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(?:[Zz]|([+-])([01]\d|2[0-3]):([0-5]\d))$/;
const DURATION = /^(-?)(\d{1,12})(?:\.(\d{1,9}))?s$/;
const DURATION_SECONDS_MAX = 315_576_000_000;

/** Reads RFC 3339 text, in any time zone, as google.protobuf.Timestamp. @throws {RpcError} INVALID_ARGUMENT. */
export function readTimestamp(json: Json, place: string): Wire {
  const match = typeof json === 'string' ? TIMESTAMP.exec(json) : null;
  const [, day = '', time = '', fraction = '', sign, hours = 0, minutes = 0] = match ?? [];
  const local_ms = Date.parse(`${day}T${time}Z`);
  // A day that no month has is moved into the next one by the parser, so it is compared with what came.
  const real = !Number.isNaN(local_ms) && new Date(local_ms).toISOString().startsWith(`${day}T${time}`);
  if (!real) throw invalid(place, 'a time such as 2024-01-15T12:00:00.123Z', json);
  const offset_seconds = (Number(hours) * 60 + Number(minutes)) * 60 * (sign === '-' ? -1 : 1);
  return { seconds: String(local_ms / 1000 - offset_seconds), nanos: nanosOf(fraction) };
}

/** Writes google.protobuf.Timestamp in UTC with 0, 3, 6 or 9 digits behind the second. */
export function writeTimestamp({ seconds, nanos }: Wire): Json {
  const whole = new Date(Number(seconds ?? 0) * 1000).toISOString().slice(0, -'.000Z'.length);
  return `${whole}${fractionOf(Number(nanos ?? 0))}Z`;
}

/** Reads seconds with an `s` behind them as google.protobuf.Duration. @throws {RpcError} INVALID_ARGUMENT. */
export function readDuration(json: Json, place: string): Wire {
  const match = typeof json === 'string' ? DURATION.exec(json) : null;
  const [, minus = '', whole = '', fraction = ''] = match ?? [];
  if (match === null || Number(whole) > DURATION_SECONDS_MAX) {
    throw invalid(place, 'a duration in seconds such as "1.5s"', json);
  }
  const nanos = nanosOf(fraction);
  return { seconds: `${minus}${whole}`, nanos: minus === '' ? nanos : 0 - nanos };
}

/** Writes google.protobuf.Duration with 0, 3, 6 or 9 digits behind the second. */
export function writeDuration({ seconds, nanos }: Wire): Json {
  const [whole, rest] = [Number(seconds ?? 0), Number(nanos ?? 0)];
  return `${whole < 0 || rest < 0 ? '-' : ''}${Math.abs(whole)}${fractionOf(Math.abs(rest))}s`;
}

function nanosOf(fraction: string): number {
  return Number(fraction.padEnd(9, '0'));
}

function fractionOf(nanos: number): string {
  if (nanos === 0) return '';
  return `.${String(nanos)
    .padStart(9, '0')
    .replace(/(?:000){1,2}$/, '')}`;
}
