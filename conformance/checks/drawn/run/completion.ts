import { changeMessage, type Overrides, without } from '../../../harness/messages/build.ts';
import type { Payload } from '../../../history/events.ts';
import { isObject, runOf } from '../../../history/select.ts';
import type { DrawnParcel } from '../value/history.ts';
import type { ParcelIds } from './ids.ts';

/** Build the completion that a parcel stands for, with the fields that its status obliges it to have. */
export function completionOf(
  parcel: DrawnParcel,
  { timestamp }: { readonly timestamp: string },
  ids: ParcelIds,
  build: (processor: string, overrides: Overrides) => Payload,
): Payload {
  const { name, skip = false, backfill = null } = parcel;
  const completion = build(name, {
    execution_id: ids.execution(parcel),
    correlation_id: ids.correlation(parcel),
    timestamp,
    skip_downstream_trigger: skip,
    backfill_mode: backfill !== null,
    backfill_reason: backfill,
    ...statusFields(parcel),
  });
  const said = parcel.says === undefined ? completion : changeMessage(completion, parcel.says);
  return withUnknown(withoutSome(said, parcel), parcel);
}

/** The first run of a date is meant where no run is said; that of another one is always said. A level is said by whoever likes. */
function withoutSome(message: Payload, { without: unsaid = [] }: DrawnParcel): Payload {
  const { metadata } = message;
  const fields = ['level', ...(runOf(message) === 1 ? ['run'] : [])];
  const left_out = fields.filter((field) => unsaid.includes(`metadata.${field}`));
  if (left_out.length === 0 || !isObject(metadata)) return message;
  return { ...message, metadata: without(metadata, left_out) };
}

/** Add a field of more objects and lists than a message of the contract has, where the parcel says so. */
export function withUnknown(message: Payload, { wide }: DrawnParcel): Payload {
  return wide === true ? { ...message, remarks: REMARKS } : message;
}

const REMARKS = Array.from({ length: 150 }, (_, index) => ({ of: [index] }));

function statusFields({ status }: DrawnParcel): Overrides {
  switch (status) {
    case 'partial':
      return { status, records_failed: 1 };
    case 'no_data':
      return { status, record_count: 0 };
    case 'failed':
      return { status, error_message: 'expected rows, found none', error_type: 'BAD_DATA' };
    default:
      return { status: 'success' };
  }
}
