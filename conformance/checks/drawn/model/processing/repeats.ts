import type { Payload, PublishEvent } from '../../../../history/events.ts';
import { metadataOf } from '../../../../history/select.ts';
import type { Anomaly } from '../../../check.ts';
import { broken, runsIn } from './runs.ts';

/** What one run says of itself wherever and however often it is told of. */
const OF_THE_RUN = [
  'status',
  'records_failed',
  'correlation_id',
  'backfill_mode',
  'backfill_reason',
] as const;

/**
 * Judge that all messages with one execution_id tell of one run: a publish that is repeated, and a second topic, say what the
 * first message said. Its count may differ only where the run says that it has read something else.
 *
 * @param outputs  messages of one date, run and processor, or of several
 */
export function judgeRepeats(outputs: readonly PublishEvent[]): readonly Anomaly[] {
  return runsIn(outputs).flatMap(({ execution_id, first, messages }): readonly Anomaly[] => {
    if (execution_id === '' || first.message === null) return [];
    const { message } = first;
    for (const other of messages.slice(1)) {
      const different = other.message === null ? [] : differences(message, other.message);
      if (different.length === 0) continue;
      const said = different.map(
        (field) => `${field} ${JSON.stringify(message[field])} and ${JSON.stringify(other.message?.[field])}`,
      );
      return [
        broken(
          'CORR-005',
          'broken provenance',
          [first.sequence, other.sequence],
          `#${first.sequence} and #${other.sequence} carry the execution_id ${execution_id} and say ${said.join(', ')}. One id names one run; what is told again says what was said first.`,
        ),
      ];
    }
    return [];
  });
}

function differences(one: Payload, other: Payload): readonly string[] {
  const has_read_the_same =
    JSON.stringify(metadataOf(one)['upstream']) === JSON.stringify(metadataOf(other)['upstream']);
  const fields = [...OF_THE_RUN, ...(has_read_the_same ? (['record_count'] as const) : [])];
  return fields.filter((field) => JSON.stringify(one[field]) !== JSON.stringify(other[field]));
}
