import type { Wire } from '../../rpc/service.ts';
import type { StoredDocument } from '../store/document.ts';
import { type FieldPath, fieldAt, parseFieldPath, withFieldAt } from '../values/field-path.ts';
import { valueFromWire } from '../values/from-wire.ts';
import { isNumeric, type Value, vectorElements } from '../values/value.ts';
import { invalid, messageOf, numberOf, requireServedFields, textOf } from '../wire/fields.ts';

/** Asks for the documents whose vectors lie nearest to one. */
export interface Nearest {
  readonly path: FieldPath;
  readonly vector: readonly number[];
  readonly measure: 'EUCLIDEAN' | 'COSINE' | 'DOT_PRODUCT';
  readonly limit: number;
  /** Farther ones are left out; for the dot product, smaller ones. */
  readonly threshold: number | undefined;
  /** Where the distance is shown. */
  readonly result_path: FieldPath | undefined;
}

const DIMENSIONS_MAX = 2048;
const LIMIT_MAX = 1000;

/** Reads a search for vectors; none when it is not set. @throws {RpcError} INVALID_ARGUMENT when it breaks a rule. */
export function nearestFromWire(message: Wire | undefined): Nearest | undefined {
  if (message === undefined) return undefined;
  requireServedFields(message, 'FindNearest', [
    'vectorField',
    'queryVector',
    'distanceMeasure',
    'limit',
    'distanceResultField',
    'distanceThreshold',
  ]);
  const measure = textOf(message, 'distanceMeasure');
  if (measure !== 'EUCLIDEAN' && measure !== 'COSINE' && measure !== 'DOT_PRODUCT') {
    throw invalid(`find_nearest.distance_measure must be EUCLIDEAN, COSINE or DOT_PRODUCT, got "${measure}"`);
  }
  const limit = numberOf(messageOf(message, 'limit') ?? {}, 'value');
  if (limit < 1 || limit > LIMIT_MAX)
    throw invalid(`find_nearest.limit must be 1 to ${LIMIT_MAX}, got ${limit}`);
  const vector = numbersOf(valueFromWire(messageOf(message, 'queryVector') ?? {}));
  if (vector === undefined || vector.length === 0 || vector.length > DIMENSIONS_MAX) {
    throw invalid(`find_nearest.query_vector must be a vector of 1 to ${DIMENSIONS_MAX} numbers`);
  }
  if (measure === 'COSINE' && vector.every((each) => each === 0)) {
    throw invalid('find_nearest.query_vector must not be zero where angles are compared (COSINE)');
  }
  const threshold = messageOf(message, 'distanceThreshold');
  const result = textOf(message, 'distanceResultField');
  return {
    path: parseFieldPath(textOf(messageOf(message, 'vectorField') ?? {}, 'fieldPath')),
    vector,
    measure,
    limit,
    threshold: threshold === undefined ? undefined : Number(threshold['value'] ?? 0),
    result_path: result === '' ? undefined : parseFieldPath(result),
  };
}

/**
 * Keeps the documents with the nearest vectors, nearest first; equally near ones stay in their order. A document without a
 * vector of the same dimension at the path is left out, as is one whose vector is zero where angles are compared.
 */
export function nearestOf(documents: readonly StoredDocument[], nearest: Nearest): readonly StoredDocument[] {
  const sign = nearest.measure === 'DOT_PRODUCT' ? -1 : 1;
  const { threshold } = nearest;
  return documents
    .flatMap((document) => {
      const distance = distanceOf(document, nearest);
      if (distance === undefined) return [];
      return threshold !== undefined && sign * distance > sign * threshold ? [] : [{ document, distance }];
    })
    .sort((a, b) => sign * (a.distance - b.distance))
    .slice(0, nearest.limit)
    .map(({ document }) => document);
}

/** Shows a document as a search for vectors answers it: with its distance, where the search asks for that. */
export function withDistance(document: StoredDocument, nearest: Nearest | undefined): StoredDocument {
  if (nearest?.result_path === undefined) return document;
  const value = distanceOf(document, nearest);
  if (value === undefined) return document;
  return {
    ...document,
    fields: withFieldAt(document.fields, nearest.result_path, { type: 'double', value }),
  };
}

function distanceOf(document: StoredDocument, { path, vector, measure }: Nearest): number | undefined {
  const value = fieldAt(document.fields, path);
  const other = value === undefined ? undefined : numbersOf(value);
  if (other === undefined || other.length !== vector.length) return undefined;
  if (measure === 'DOT_PRODUCT') return product(vector, other);
  if (measure === 'EUCLIDEAN') {
    return Math.sqrt(vector.reduce((sum, each, index) => sum + (each - (other[index] ?? 0)) ** 2, 0));
  }
  const lengths = Math.sqrt(product(vector, vector)) * Math.sqrt(product(other, other));
  return lengths === 0 ? undefined : 1 - product(vector, other) / lengths;
}

function product(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, each, index) => sum + each * (b[index] ?? 0), 0);
}

function numbersOf(value: Value): readonly number[] | undefined {
  const elements = value.type === 'map' ? vectorElements(value) : undefined;
  return elements?.flatMap((element) => (isNumeric(element) ? [Number(element.value)] : []));
}
