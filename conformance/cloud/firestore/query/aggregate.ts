import type { Wire } from '../../rpc/service.ts';
import type { StoredDocument } from '../store/document.ts';
import { type FieldPath, fieldAt, isNamePath, parseFieldPath } from '../values/field-path.ts';
import { type Fields, isNumeric, NULL, type NumericValue, type Value } from '../values/value.ts';
import { invalid, messageOf, textOf } from '../wire/fields.ts';

const AGGREGATIONS_MAX = 5;
const INT64_MAX = 2n ** 63n - 1n;
const INT64_MIN = -(2n ** 63n);

/** One figure over the documents of a query, and the name it is answered under. */
export type Aggregation = { readonly alias: string } & (
  | { readonly kind: 'count'; readonly up_to: bigint | undefined }
  | { readonly kind: 'sum' | 'avg'; readonly path: FieldPath }
);

/**
 * Reads the aggregations of a query; those without a name are called `field_1`, `field_2` and so on.
 *
 * @throws {RpcError} INVALID_ARGUMENT for none, more than five, or a name that comes twice.
 */
export function aggregationsFromWire(messages: readonly Wire[]): readonly Aggregation[] {
  if (messages.length === 0 || messages.length > AGGREGATIONS_MAX) {
    throw invalid(`a query has 1 to ${AGGREGATIONS_MAX} aggregations, got ${messages.length}`);
  }
  const unnamed = messages.filter((message) => textOf(message, 'alias') === '');
  const aggregations = messages.map((message) =>
    readAggregation(message, textOf(message, 'alias') || `field_${unnamed.indexOf(message) + 1}`),
  );
  const aliases = aggregations.map(({ alias }) => alias);
  const twice = aliases.find((alias, index) => aliases.indexOf(alias) !== index);
  if (twice !== undefined) throw invalid(`two aggregations are called "${twice}"`);
  return aggregations;
}

function readAggregation(message: Wire, alias: string): Aggregation {
  const operator = textOf(message, 'operator');
  if (operator === 'count') {
    const limit = messageOf(messageOf(message, 'count') ?? {}, 'upTo');
    const up_to = limit === undefined ? undefined : BigInt(textOf(limit, 'value') || '0');
    if (up_to !== undefined && up_to < 0n) throw invalid(`count.up_to must not be negative, got ${up_to}`);
    return { kind: 'count', alias, up_to };
  }
  if (operator !== 'sum' && operator !== 'avg') throw invalid(`the aggregation "${alias}" has no operator`);
  const field = messageOf(messageOf(message, operator) ?? {}, 'field') ?? {};
  const path = parseFieldPath(textOf(field, 'fieldPath'));
  if (isNamePath(path)) throw invalid(`${operator} does not apply to __name__`);
  return { kind: operator, alias, path };
}

/** The fields that a document must have to be looked at: all that are summed or averaged. */
export function aggregatedPaths(aggregations: readonly Aggregation[]): readonly FieldPath[] {
  return aggregations.flatMap((aggregation) => (aggregation.kind === 'count' ? [] : [aggregation.path]));
}

/** Computes every figure; values that are no numbers are left out of sums and averages. */
export function aggregate(
  documents: readonly StoredDocument[],
  aggregations: readonly Aggregation[],
): Fields {
  return new Map(aggregations.map((aggregation) => [aggregation.alias, figure(documents, aggregation)]));
}

function figure(documents: readonly StoredDocument[], aggregation: Aggregation): Value {
  if (aggregation.kind === 'count') {
    const count = BigInt(documents.length);
    const { up_to } = aggregation;
    return { type: 'integer', value: up_to !== undefined && up_to < count ? up_to : count };
  }
  const numbers = documents
    .map((document) => fieldAt(document.fields, aggregation.path))
    .filter((value): value is NumericValue => value !== undefined && isNumeric(value));
  const total = sum(numbers);
  if (aggregation.kind === 'sum') return total;
  return numbers.length === 0 ? NULL : { type: 'double', value: Number(total.value) / numbers.length };
}

/** Exact among integers; a double as soon as one is among them, or when 64 bits do not hold the sum. */
function sum(numbers: readonly NumericValue[]): NumericValue {
  let integers = 0n;
  let doubles = 0;
  for (const number of numbers) {
    if (number.type === 'integer') integers += number.value;
    else doubles += number.value;
  }
  const exact = numbers.every(({ type }) => type === 'integer');
  if (exact && integers <= INT64_MAX && integers >= INT64_MIN) return { type: 'integer', value: integers };
  return { type: 'double', value: Number(integers) + doubles };
}
