import { compareValues } from '../values/compare.ts';
import { isNumeric, NULL, type NumericValue, type Value } from '../values/value.ts';
import type { Transform } from './write.ts';

const INT64_MAX = 2n ** 63n - 1n;
const INT64_MIN = -(2n ** 63n);

/**
 * Computes what one transform stores.
 *
 * @param before     the field's value, `undefined` when it is not set.
 * @param now_micros the time of the commit; a server timestamp is cut to milliseconds, as documented.
 * @returns          the value to store, and the result that the client is told.
 */
export function applyTransform(
  before: Value | undefined,
  transform: Transform,
  now_micros: bigint,
): { stored: Value; result: Value } {
  switch (transform.kind) {
    case 'request_time':
      return told({ type: 'timestamp', micros: now_micros - (now_micros % 1000n) });
    case 'increment':
      return told(increment(before, transform.operand));
    case 'maximum':
    case 'minimum':
      return told(extreme(before, transform.operand, transform.kind === 'maximum' ? 1 : -1));
    case 'append_missing':
      return { stored: append(before, transform.elements), result: NULL };
    case 'remove_all':
      return { stored: removeAll(before, transform.elements), result: NULL };
  }
}

function told(value: Value): { stored: Value; result: Value } {
  return { stored: value, result: value };
}

function increment(before: Value | undefined, by: NumericValue): Value {
  if (before === undefined || !isNumeric(before)) return by;
  if (before.type === 'integer' && by.type === 'integer') {
    return { type: 'integer', value: saturate(before.value + by.value) };
  }
  return { type: 'double', value: Number(before.value) + Number(by.value) };
}

function saturate(sum: bigint): bigint {
  if (sum > INT64_MAX) return INT64_MAX;
  return sum < INT64_MIN ? INT64_MIN : sum;
}

/** Equal numbers leave the stored one as it is, also where 3 meets 3.0 or 0.0 meets -0.0; NaN always wins. */
function extreme(before: Value | undefined, operand: NumericValue, direction: 1 | -1): Value {
  if (before === undefined || !isNumeric(before)) return operand;
  if (Number.isNaN(before.value)) return before;
  if (Number.isNaN(operand.value)) return operand;
  return compareValues(operand, before) * direction > 0 ? operand : before;
}

function append(before: Value | undefined, elements: readonly Value[]): Value {
  const values = before?.type === 'array' ? [...before.values] : [];
  for (const element of elements) if (!contains(values, element)) values.push(element);
  return { type: 'array', values };
}

function removeAll(before: Value | undefined, elements: readonly Value[]): Value {
  const values = before?.type === 'array' ? before.values : [];
  return { type: 'array', values: values.filter((value) => !contains(elements, value)) };
}

function contains(values: readonly Value[], wanted: Value): boolean {
  return values.some((value) => compareValues(value, wanted) === 0);
}
