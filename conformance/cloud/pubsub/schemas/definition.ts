import protobuf from 'protobufjs';
import { errorWords } from '../../../contract/errors.ts';
import { invalid } from '../requests/refusals.ts';
import { avroFlaw } from './avro.ts';

/** A schema as it is kept. */
export interface Schema {
  /** `projects/…/schemas/…`. */
  readonly name: string;
  readonly type: 'AVRO' | 'PROTOCOL_BUFFER';
  readonly definition: string;
  readonly revisionId: string;
  readonly revisionCreateTime: { readonly seconds: string; readonly nanos: number };
}

const DEFINITION_BYTES_MAX = 300 * 1024;

/** Checks a definition and returns its kind and text. @throws {RpcError} INVALID_ARGUMENT. */
export function requireDefinition(type: unknown, definition: unknown): Pick<Schema, 'type' | 'definition'> {
  if (type !== 'AVRO' && type !== 'PROTOCOL_BUFFER')
    throw invalid('schema.type', 'AVRO or PROTOCOL_BUFFER', type);
  const text = typeof definition === 'string' ? definition : '';
  if (text === '' || Buffer.byteLength(text) > DEFINITION_BYTES_MAX) {
    throw invalid('schema.definition', `1 to ${DEFINITION_BYTES_MAX} bytes`, Buffer.byteLength(text));
  }
  const flaw = type === 'AVRO' ? avroFlaw(text) : protobufFlaw(text);
  if (flaw !== undefined)
    throw invalid('schema.definition', `a sound schema (${type}); ${flaw}`, text.slice(0, 80));
  return { type, definition: text };
}

/** One message at the top, as Pub/Sub wants it. */
function protobufFlaw(text: string): string | undefined {
  try {
    const { root, package: inside } = protobuf.parse(text, new protobuf.Root());
    const top = inside === undefined ? root : (root.lookup(inside) as protobuf.Namespace);
    root.resolveAll();
    const messages = top.nestedArray.filter((each) => each instanceof protobuf.Type);
    return messages.length === 1 ? undefined : `expected one message at the top, got ${messages.length}`;
  } catch (error) {
    return errorWords(error);
  }
}
