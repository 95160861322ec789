import type { Wire } from '../../rpc/service.ts';
import { type FieldPath, isNamePath, parseFieldPath } from '../values/field-path.ts';
import { elementsFromWire, fieldsFromWire, requireFieldName, valueFromWire } from '../values/from-wire.ts';
import { isNumeric } from '../values/value.ts';
import {
  invalid,
  messageOf,
  messagesOf,
  requireServedFields,
  textOf,
  textsOf,
  unserved,
} from '../wire/fields.ts';
import { type DatabaseName, formatDatabase, parseDocumentName } from '../wire/names.ts';
import { microsFromWire } from '../wire/timestamps.ts';
import type { Precondition, Transform, Write } from './write.ts';

/**
 * Reads one write of a Commit or BatchWrite.
 *
 * @throws {RpcError} INVALID_ARGUMENT when it breaks a rule, UNIMPLEMENTED when it asks for what is not served.
 */
export function writeFromWire(message: Wire, database: DatabaseName): Write {
  requireServedFields(message, 'Write', [
    'operation',
    'update',
    'delete',
    'transform',
    'updateMask',
    'updateTransforms',
    'currentDocument',
  ]);
  const precondition = preconditionFromWire(messageOf(message, 'currentDocument'));
  const operation = textOf(message, 'operation');
  if (operation === 'delete') return readDelete(message, database, precondition);
  if (operation === 'update') return readUpdate(message, database, precondition);
  if (operation === 'transform') return readTransform(message, database, precondition);
  throw invalid('a write has no operation this server knows: expected update, delete or transform');
}

function readDelete(message: Wire, database: DatabaseName, precondition: Precondition): Write {
  if (messageOf(message, 'updateMask') !== undefined) throw invalid('a delete must not have an update_mask');
  if (messagesOf(message, 'updateTransforms').length > 0) {
    throw invalid('a delete must not have update_transforms');
  }
  return { ...target(textOf(message, 'delete'), database), precondition, change: { kind: 'delete' } };
}

function readUpdate(message: Wire, database: DatabaseName, precondition: Precondition): Write {
  const document = messageOf(message, 'update') ?? {};
  const mask = maskFromWire(messageOf(message, 'updateMask'));
  return {
    ...target(textOf(document, 'name'), database),
    precondition,
    change: {
      kind: 'update',
      fields: fieldsFromWire(document),
      mask: mask?.filter((path) => !isNamePath(path)),
      transforms: messagesOf(message, 'updateTransforms').map(transformFromWire),
    },
  };
}

/** The older form of a transform: it changes the named fields only and creates a document that is missing. */
function readTransform(message: Wire, database: DatabaseName, precondition: Precondition): Write {
  const transform = messageOf(message, 'transform') ?? {};
  return {
    ...target(textOf(transform, 'document'), database),
    precondition,
    change: {
      kind: 'update',
      fields: new Map(),
      mask: [],
      transforms: messagesOf(transform, 'fieldTransforms').map(transformFromWire),
    },
  };
}

function target(text: string, database: DatabaseName): Pick<Write, 'name' | 'path' | 'segments'> {
  const name = parseDocumentName(text);
  if (name.project !== database.project || name.database !== database.database) {
    throw invalid(
      `expected a document of ${formatDatabase(database)}, which the request names, got "${text}"`,
    );
  }
  return { name: text, path: name.segments.join('/'), segments: name.segments };
}

/** Reads a precondition; none when it is not set. */
function preconditionFromWire(message: Wire | undefined): Precondition {
  const kind = message === undefined ? '' : textOf(message, 'conditionType');
  if (message === undefined || kind === '') return { kind: 'none' };
  if (kind === 'exists') return { kind: 'exists', exists: message['exists'] === true };
  return { kind: 'update_time', micros: microsFromWire(messageOf(message, 'updateTime') ?? {}) };
}

/** Reads a document mask; `undefined` when it is not set, empty when it names nothing. */
export function maskFromWire(message: Wire | undefined): readonly FieldPath[] | undefined {
  return message === undefined ? undefined : textsOf(message, 'fieldPaths').map(parseFieldPath);
}

function transformFromWire(message: Wire): Transform {
  const path = parseFieldPath(textOf(message, 'fieldPath'));
  for (const name of path) requireFieldName(name);
  const kind = textOf(message, 'transformType');
  switch (kind) {
    case 'setToServerValue':
      if (message['setToServerValue'] !== 'REQUEST_TIME') {
        throw invalid(`set_to_server_value must be REQUEST_TIME, got ${String(message['setToServerValue'])}`);
      }
      return { path, kind: 'request_time' };
    case 'increment':
    case 'maximum':
    case 'minimum': {
      const operand = valueFromWire(messageOf(message, kind) ?? {});
      if (!isNumeric(operand)) throw invalid(`${kind} needs an integer or a double, got ${operand.type}`);
      return { path, kind, operand };
    }
    case 'appendMissingElements':
      return { path, kind: 'append_missing', elements: elementsFromWire(messageOf(message, kind) ?? {}) };
    case 'removeAllFromArray':
      return { path, kind: 'remove_all', elements: elementsFromWire(messageOf(message, kind) ?? {}) };
    case '':
      throw invalid('a field transform has no type set');
    default:
      throw unserved(`field transforms of the kind ${kind}`);
  }
}
