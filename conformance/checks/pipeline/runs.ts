import { TOPIC } from '../../../generated/topology.ts';
import type { History, Payload, PublishEvent } from '../../history/events.ts';
import { deliveries, executionOf, metadataOf, publishes, runOf, text } from '../../history/select.ts';
import type { Anomaly } from '../check.ts';
import { cite } from '../judging/cite.ts';
import { IDENTITY_REQUIREMENTS, judgeIdentity } from '../judging/identity.ts';

/** What `judgeDateRuns` judges. */
export const RUN_REQUIREMENTS = [...IDENTITY_REQUIREMENTS, 'CORR-007', 'CORR-008'] as const;

/** Judge what the messages of a whole date say about the runs that made them. */
export function judgeDateRuns(history: History): readonly Anomaly[] {
  const unified = publishes(history).filter(({ message }) => text(message, 'processor_name') !== '');
  return [
    ...judgeIdentity(history),
    ...unified.flatMap((event) => judgeParent(history, event)),
    ...publishes(history, TOPIC.phase5PredictionsComplete).flatMap((event) => judgeTrace(unified, event)),
  ].slice(0, MOST);
}

/** More proofs than this say nothing new. */
const MOST = 12;

function judgeParent(history: History, event: PublishEvent): readonly Anomaly[] {
  const cause = deliveries(history).find(
    ({ message_id, sequence }) =>
      message_id === text(event.message, 'trigger_message_id') && sequence < event.sequence,
  );
  const wanted = text(cause?.message ?? null, 'processor_name');
  const got = text(event.message, 'parent_processor');
  if (cause === undefined || wanted === '' || got === wanted) return [];
  return [
    {
      requirement: 'CORR-007',
      anomaly: 'broken provenance',
      proof: `${cite(event)} of ${text(event.message, 'processor_name')} names parent_processor "${got}"; the delivery that it names as its cause (#${cause.sequence}) came from ${wanted}.`,
      events: [cause.sequence, event.sequence],
    },
  ];
}

/** Follows metadata.upstream from the announcement back to the scrapers. */
function judgeTrace(unified: readonly PublishEvent[], end: PublishEvent): readonly Anomaly[] {
  const reached = new Set<string>();
  const open = upstreamIds(end.message);
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (reached.has(id)) continue;
    reached.add(id);
    const found = unified.find(({ message }) => executionOf(message) === id);
    open.push(...upstreamIds(found?.message ?? null));
  }
  const lost = unified.filter(
    ({ message }) =>
      text(message, 'phase') === 'phase_1_scrapers' &&
      text(message, 'game_date') === text(end.message, 'game_date') &&
      runOf(message) === runOf(end.message) &&
      !reached.has(executionOf(message)),
  );
  if (lost.length === 0) return [];
  return [
    {
      requirement: 'CORR-008',
      anomaly: 'broken provenance',
      proof: `From the announcement ${cite(end)} metadata.upstream leads back to ${reached.size} runs, but not to ${lost
        .map((event) => `${text(event.message, 'processor_name')} (${cite(event)})`)
        .join(', ')}. Which file a prediction came from cannot be told.`,
      events: [end.sequence, ...lost.map(({ sequence }) => sequence)],
    },
  ];
}

function upstreamIds(message: Payload | null): string[] {
  const upstream = metadataOf(message)['upstream'];
  return Array.isArray(upstream) ? upstream.map((entry) => executionOf(entry as object)) : [];
}
