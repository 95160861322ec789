import type { Wire } from '../../rpc/service.ts';
import { invalid } from './fields.ts';

const MIN_SECONDS = -62_135_596_800n; // 0001-01-01T00:00:00Z
const MAX_SECONDS = 253_402_300_799n; // 9999-12-31T23:59:59Z

/** Reads a timestamp as microseconds since the Unix epoch; what is finer is cut off, as the service does. */
export function microsFromWire(timestamp: Wire): bigint {
  const seconds = BigInt(typeof timestamp['seconds'] === 'string' ? timestamp['seconds'] : '0');
  const nanos = typeof timestamp['nanos'] === 'number' ? timestamp['nanos'] : 0;
  if (seconds < MIN_SECONDS || seconds > MAX_SECONDS) {
    throw invalid(`a timestamp lies between the years 1 and 9999, got ${seconds} seconds`);
  }
  if (nanos < 0 || nanos > 999_999_999) {
    throw invalid(`a timestamp's nanos lie between 0 and 999999999, got ${nanos}`);
  }
  return seconds * 1_000_000n + BigInt(Math.floor(nanos / 1000));
}

/** Writes microseconds since the Unix epoch as a timestamp. */
export function microsToWire(micros: bigint): Wire {
  const remainder = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n;
  return { seconds: String((micros - remainder) / 1_000_000n), nanos: Number(remainder) * 1000 };
}
