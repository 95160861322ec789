import { status } from '@grpc/grpc-js';
import { RpcError } from '../../rpc/service.ts';
import type { Changes } from '../store/database.ts';
import type { StoredDocument } from '../store/document.ts';
import { fieldAt, withFieldAt, withoutFieldAt } from '../values/field-path.ts';
import { identicalFields } from '../values/identical.ts';
import type { Fields, Value } from '../values/value.ts';
import { invalid } from '../wire/fields.ts';
import { documentSize } from './size.ts';
import { applyTransform } from './transform.ts';
import type { Precondition, Write } from './write.ts';

const DOCUMENT_BYTES_MAX = 1_048_576;

/** What one write did. */
export interface WriteOutcome {
  /** `undefined` when the document is gone. An unchanged document is the very object that was there before. */
  readonly document: StoredDocument | undefined;
  /** One per transform, in order. */
  readonly transform_results: readonly Value[];
}

/**
 * Applies the writes of one commit in order; a later one sees what an earlier one did.
 *
 * @param read       the document at a path before the commit.
 * @param now_micros the time of the commit.
 * @returns          all changes, and the outcome per write.
 * @throws {RpcError} of the first write that fails; then nothing of the commit holds.
 */
export function applyWrites(
  read: (path: string) => StoredDocument | undefined,
  writes: readonly Write[],
  now_micros: bigint,
): { changes: Changes; outcomes: readonly WriteOutcome[] } {
  const changes = new Map<string, StoredDocument | undefined>();
  const outcomes = writes.map((write) => {
    const current = changes.has(write.path) ? changes.get(write.path) : read(write.path);
    const outcome = applyWrite(current, write, now_micros);
    changes.set(write.path, outcome.document);
    return outcome;
  });
  return { changes, outcomes };
}

/**
 * Applies one write to one document.
 *
 * @throws {RpcError} NOT_FOUND, ALREADY_EXISTS or FAILED_PRECONDITION when its precondition does not hold,
 * INVALID_ARGUMENT when the document would be too large.
 */
export function applyWrite(
  current: StoredDocument | undefined,
  write: Write,
  now_micros: bigint,
): WriteOutcome {
  requirePrecondition(current, write.precondition, write.name);
  if (write.change.kind === 'delete') return { document: undefined, transform_results: [] };

  let fields = maskedUpdate(current?.fields ?? new Map(), write.change.fields, write.change.mask);
  const transform_results: Value[] = [];
  for (const transform of write.change.transforms) {
    const { stored, result } = applyTransform(fieldAt(fields, transform.path), transform, now_micros);
    fields = withFieldAt(fields, transform.path, stored);
    transform_results.push(result);
  }
  const size = documentSize(write.segments, fields);
  if (size > DOCUMENT_BYTES_MAX) {
    throw invalid(`${write.name} would take ${size} bytes; a document takes at most ${DOCUMENT_BYTES_MAX}`);
  }
  // A write that changes nothing keeps the update time, as the service does.
  if (current !== undefined && identicalFields(current.fields, fields)) {
    return { document: current, transform_results };
  }
  const { name, path, segments } = write;
  const create_micros = current?.create_micros ?? now_micros;
  return {
    document: { name, path, segments, fields, create_micros, update_micros: now_micros },
    transform_results,
  };
}

function maskedUpdate(
  before: Fields,
  update: Fields,
  mask: readonly (readonly string[])[] | undefined,
): Fields {
  if (mask === undefined) return update;
  let fields = before;
  for (const path of mask) {
    const value = fieldAt(update, path);
    fields = value === undefined ? withoutFieldAt(fields, path) : withFieldAt(fields, path, value);
  }
  return fields;
}

function requirePrecondition(
  current: StoredDocument | undefined,
  precondition: Precondition,
  name: string,
): void {
  if (precondition.kind === 'exists' && precondition.exists && current === undefined) {
    throw new RpcError(status.NOT_FOUND, `no document to change: ${name}`);
  }
  if (precondition.kind === 'exists' && !precondition.exists && current !== undefined) {
    throw new RpcError(status.ALREADY_EXISTS, `the document exists already: ${name}`);
  }
  if (precondition.kind === 'update_time' && precondition.micros !== current?.update_micros) {
    throw new RpcError(
      status.FAILED_PRECONDITION,
      `expected ${name} as last updated at ${precondition.micros} microseconds, it is stored as of ${current?.update_micros ?? 'never'}`,
    );
  }
}
