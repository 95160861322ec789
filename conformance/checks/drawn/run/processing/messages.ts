import {
  changeMessage,
  LEGACY_FIELDS,
  type Overrides,
  only,
  without,
} from '../../../../harness/messages/build.ts';
import type { Payload } from '../../../../history/events.ts';
import type { DrawnParcel } from '../../value/history.ts';
import { withUnknown } from '../completion.ts';
import type { ParcelIds } from '../ids.ts';

/** What a legacy completion of a scraper has. */
const LEGACY = [
  ...LEGACY_FIELDS,
  'execution_id',
  'correlation_id',
  'game_date',
  'status',
  'record_count',
  'timestamp',
];

/** Change a completion that came out of the phases before into what a parcel says of it. */
export function changedBy(message: Payload, parcel: DrawnParcel, ids: ParcelIds, began_ms: number): Payload {
  const { fresh, form, says = {}, correlation, backfill, skip, minutes, of } = parcel;
  const changed = changeMessage(message, {
    processor_name: parcel.name,
    ...(fresh === true || (of === undefined && parcel.execution_of !== undefined)
      ? { execution_id: ids.execution(parcel) }
      : {}),
    ...(correlation === undefined ? {} : { correlation_id: ids.correlation(parcel) }),
    ...(backfill === undefined ? {} : { backfill_mode: true, backfill_reason: backfill }),
    ...(skip === undefined ? {} : { skip_downstream_trigger: true }),
    ...(minutes === undefined ? {} : { timestamp: new Date(began_ms + minutes * 60_000).toISOString() }),
    ...statusOf(parcel),
    ...(form === 'legacy' ? { name: parcel.name, scraper_name: parcel.name } : {}),
    ...says,
  });
  return inFormat(withUnknown(without(changed, parcel.without ?? []), parcel), form);
}

function statusOf({ status }: DrawnParcel): Overrides {
  switch (status) {
    case 'partial':
      return { status, records_failed: 1, record_count: 2, error_message: null, error_type: null };
    case 'no_data':
      return { status, record_count: 0, records_failed: 0, error_message: null, error_type: null };
    case 'failed':
      return { status, error_message: 'expected rows, found none', error_type: 'BAD_DATA' };
    default:
      return {};
  }
}

function inFormat(message: Payload, form: DrawnParcel['form']): Payload {
  switch (form) {
    case 'unified':
      return without(message, LEGACY_FIELDS);
    case 'legacy':
      return only(message, LEGACY);
    default:
      return message;
  }
}
