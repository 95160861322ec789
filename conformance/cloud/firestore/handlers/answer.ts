import type { Wire } from '../../rpc/service.ts';
import type { StoredDocument } from '../store/document.ts';
import { type FieldPath, maskFields } from '../values/field-path.ts';
import { fieldsToWire, valueToWire } from '../values/to-wire.ts';
import { microsToWire } from '../wire/timestamps.ts';
import type { WriteOutcome } from '../writes/apply.ts';

/** Writes a document with the fields that the mask leaves; `undefined` as mask leaves all. */
export function documentToWire(document: StoredDocument, mask: readonly FieldPath[] | undefined): Wire {
  return {
    name: document.name,
    fields: fieldsToWire(maskFields(document.fields, mask)),
    createTime: microsToWire(document.create_micros),
    updateTime: microsToWire(document.update_micros),
  };
}

/** Writes what one write of a commit did; a delete has no update time. */
export function outcomeToWire(outcome: WriteOutcome): Wire {
  const transformResults = outcome.transform_results.map(valueToWire);
  return outcome.document === undefined
    ? { transformResults }
    : { updateTime: microsToWire(outcome.document.update_micros), transformResults };
}

/** Puts the message that names a transaction just begun in front of the others, as the service does. */
export function afterBegun(begun: Buffer | undefined, messages: readonly Wire[]): readonly Wire[] {
  return begun === undefined ? messages : [{ transaction: begun }, ...messages];
}
