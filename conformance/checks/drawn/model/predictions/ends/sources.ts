import { FEATURE_STORE } from '../../../../../../generated/registry.ts';
import { TOPIC } from '../../../../../../generated/topology.ts';
import type { History, Payload, PublishEvent } from '../../../../../history/events.ts';
import {
  correlationOf,
  deliveries,
  executionOf,
  metadataOf,
  publishes,
  text,
} from '../../../../../history/select.ts';
import type { Anomaly } from '../../../../check.ts';
import { dateAndRun } from '../../../../owed/names.ts';
import { type Clock, clockOf } from '../../clock.ts';
import { isFeatureStore, placeOfCall } from '../batch.ts';
import { type Span, spansOf } from '../spans.ts';

const COMPONENT = 'phase5-coordinator';

/** Judge what announcements say of their origin: who asked for the batch, and which feature store it was made from. */
export function judgeSources(history: History): readonly Anomaly[] {
  const spans = spansOf(history, COMPONENT);
  const clock = clockOf(history);
  return publishes(history, TOPIC.phase5PredictionsComplete).flatMap((end) => [
    ...judgeSource(spans, end, clock),
    ...judgeUpstream(history, end),
  ]);
}

/**
 * Judge that requests and announcements carry the correlation_id of a run that fed them, also where a call started the batch: that of
 * the feature store as it was seeded, or of a trigger of its date and run.
 */
export function judgeChains(history: History): readonly Anomaly[] {
  const made = [
    ...publishes(history, TOPIC.phase5PredictionRequest),
    ...publishes(history, TOPIC.phase5PredictionsComplete),
  ];
  return made.flatMap((event): readonly Anomaly[] => {
    const place = dateAndRun(event.message);
    const seeds = history
      .filter(isFeatureStore)
      .filter(
        ({ game_date, run, sequence }) => `${game_date} run ${run}` === place && sequence < event.sequence,
      );
    // What a target does not keep with its feature store nobody can carry on.
    if (seeds.length === 0 || seeds.some(({ correlation_id }) => correlation_id === undefined)) return [];
    const triggers = deliveries(history).filter(
      ({ topic, message, sequence }) =>
        topic === TOPIC.phase4PrecomputeComplete &&
        dateAndRun(message) === place &&
        sequence < event.sequence,
    );
    const own = text(event.message, 'correlation_id');
    const fed = [
      ...seeds.flatMap(({ correlation_id = '', execution_id = '' }) => [correlation_id, execution_id]),
      ...triggers.map(({ message }) => correlationOf(message)),
    ];
    if (fed.includes(own)) return [];
    const known = [
      ...seeds.map(({ correlation_id }) => correlation_id),
      ...triggers.map(({ message }) => correlationOf(message)),
    ];
    return [
      {
        requirement: 'CORR-001',
        anomaly: 'broken correlation',
        proof: `#${event.sequence} is of a batch of ${place} and carries correlation_id "${own}"; what fed it carried ${[...new Set(known)].slice(0, 3).join(', ')}. The chain back to the scraper is cut here.`,
        events: [
          ...seeds.map(({ sequence }) => sequence),
          ...triggers.map(({ sequence }) => sequence),
          event.sequence,
        ],
      },
    ];
  });
}

/** From the announcement the way leads back to the scrapers through the feature store, whose ids a trigger or a seed told. */
function judgeUpstream(history: History, end: PublishEvent): readonly Anomaly[] {
  const place = dateAndRun(end.message);
  const seeds = history
    .filter(isFeatureStore)
    .filter(({ game_date, run }) => `${game_date} run ${run}` === place);
  const triggers = deliveries(history).filter(
    ({ topic, message }) => topic === TOPIC.phase4PrecomputeComplete && dateAndRun(message) === place,
  );
  const known = [
    ...seeds.map(({ sequence, execution_id = '' }) => ({ sequence, execution_id })),
    ...triggers.map(({ sequence, message }) => ({ sequence, execution_id: executionOf(message) })),
  ].filter(({ sequence, execution_id }) => sequence < end.sequence && execution_id !== '');
  const upstream = metadataOf(end.message)['upstream'];
  const entries = Array.isArray(upstream) ? (upstream as readonly Payload[]) : [];
  const stores = entries.filter((entry) => text(entry, 'processor') === FEATURE_STORE);
  const what = `#${end.sequence} announced a batch of ${place}`;
  const events = [...known.map(({ sequence }) => sequence), end.sequence];
  if (stores.length === 0) {
    const proof = `${what} and lists no run of ${FEATURE_STORE} in metadata.upstream, so that nobody can follow it back to the scrapers.`;
    return [{ requirement: 'CORR-008', anomaly: 'broken provenance', proof, events }];
  }
  const strange = stores.find((entry) =>
    known.every(({ execution_id }) => execution_id !== executionOf(entry)),
  );
  // A target that fills its feature store by itself gives it ids that nobody told.
  if (strange === undefined || seeds.some(({ execution_id }) => execution_id === undefined)) return [];
  const proof = `${what} from run ${executionOf(strange)} of ${FEATURE_STORE}; those of its date are ${known.map(({ execution_id }) => execution_id).join(', ') || 'none'}.`;
  return [{ requirement: 'CORR-010', anomaly: 'broken provenance', proof, events }];
}

/** Who called last before a round was announced, or its start: the contract does not say which of them a later round names. */
function judgeSource(spans: readonly Span[], end: PublishEvent, clock: Clock): readonly Anomaly[] {
  const place = dateAndRun(end.message);
  const said = text(end.message, 'trigger_source');
  const calls = spans.filter(
    ({ event, from }) =>
      event.kind === 'request' &&
      (event.path === '/start' || event.path === '/retry') &&
      from < end.sequence &&
      placeOfCall(event, clock) === place,
  );
  const is_triggered = spans.some(
    ({ event, from }) =>
      event.kind === 'delivery' &&
      event.topic === TOPIC.phase4PrecomputeComplete &&
      from < end.sequence &&
      dateAndRun(event.message) === place,
  );
  const sources = new Set(calls.flatMap(({ event }) => sourcesOf(event)));
  if (is_triggered) sources.add('pubsub');
  if (sources.has(said)) return [];
  const known = [...sources].join(' or ');
  return [
    {
      requirement: 'COORD-038',
      anomaly: 'broken provenance',
      proof: `#${end.sequence} announced a batch of ${place} and says trigger_source ${said}; it was asked for by ${known || 'nobody'}.`,
      events: [...calls.map(({ from }) => from), end.sequence],
    },
  ];
}

/** Who says to be Pub/Sub has no message to show for it, and is a person; where header and body differ, either decides. */
function sourcesOf(event: Span['event']): readonly string[] {
  if (event.kind !== 'request') return [];
  const body = typeof event.body === 'object' ? (event.body as Payload | null) : null;
  const by_header = event.headers?.['X-CloudScheduler'] === 'true' ? 'scheduler' : 'manual';
  const said = text(body, 'trigger_source');
  if (said === '') return [by_header];
  const by_body = said === 'scheduler' ? said : 'manual';
  return by_header === 'scheduler' ? [by_header, by_body] : [by_body];
}
