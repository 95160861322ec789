import { PROCESSORS } from '../../../generated/registry.ts';
import { ORCHESTRATORS } from '../../../generated/topology.ts';
import type { History, Payload, PublishEvent } from '../../harness/history/events.ts';
import { deliveries, publishes, runOf, text } from '../../harness/history/select.ts';
import type { Anomaly } from '../check.ts';
import { cite, listed } from '../judging/cite.ts';
import { dateAndRun } from '../owed/names.ts';

/** What `judgeRuns` judges. */
export const RUN_REQUIREMENTS = [
  'MSG-026',
  'CORR-005',
  'CORR-006',
  'CORR-007',
  'CORR-008',
  'TOPO-003',
] as const;

/** Judge what the messages of a whole date say about the runs that made them. */
export function judgeRuns(history: History): readonly Anomaly[] {
  const unified = publishes(history).filter(({ message }) => text(message, 'processor_name') !== '');
  return [
    ...unified.flatMap(judgeName),
    ...unified.flatMap(judgeOutput),
    ...unified.flatMap(judgeSource),
    ...unified.flatMap((event) => judgeParent(history, event)),
    ...judgeIds(unified),
    ...publishes(history, 'nba-phase5-predictions-complete').flatMap((event) => judgeTrace(unified, event)),
  ].slice(0, MOST);
}

/** More proofs than this say nothing new. */
const MOST = 12;

function judgeName(event: PublishEvent): readonly Anomaly[] {
  const name = text(event.message, 'processor_name');
  const phase = text(event.message, 'phase');
  const known = phase === 'orchestration' ? Object.keys(ORCHESTRATORS) : Object.keys(entriesOf(phase));
  if (known.length === 0 || known.includes(name)) return [];
  return [
    {
      requirement: 'MSG-026',
      anomaly: 'invalid message',
      proof: `${cite(event)} on ${event.topic} calls its sender "${name}"; the canonical names of ${phase} are ${known.join(', ')}.`,
      events: [event.sequence],
    },
  ];
}

function judgeOutput(event: PublishEvent): readonly Anomaly[] {
  const { message } = event;
  const known = entriesOf(text(message, 'phase'))[text(message, 'processor_name')];
  const said = `${text(message, 'output_dataset')}.${text(message, 'output_table')}`;
  if (known === undefined || said === `${known.dataset}.${known.table}`) return [];
  return [
    {
      requirement: 'TOPO-003',
      anomaly: 'wrong topic',
      proof: `${cite(event)} of ${text(message, 'processor_name')} says that it wrote ${said}; the registry gives it ${known.dataset}.${known.table}. Whoever reads the table looks in the wrong place.`,
      events: [event.sequence],
    },
  ];
}

function judgeSource(event: PublishEvent): readonly Anomaly[] {
  const source = text(event.message, 'trigger_source');
  const is_first = text(event.message, 'phase') === 'phase_1_scrapers';
  if ((source === 'pubsub') !== is_first) return [];
  return [
    {
      requirement: 'CORR-006',
      anomaly: 'broken provenance',
      proof: `${cite(event)} of ${text(event.message, 'processor_name')} says trigger_source ${source}, but ${is_first ? 'POST /scrape was called by hand' : 'a delivery caused it, and nobody called its sender'}.`,
      events: [event.sequence],
    },
  ];
}

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

/** A run that publishes to two topics says the same id on both; two runs never do. */
function judgeIds(unified: readonly PublishEvent[]): readonly Anomaly[] {
  const byId = new Map<string, PublishEvent[]>();
  for (const event of unified) {
    const id = text(event.message, 'execution_id');
    byId.set(id, [...(byId.get(id) ?? []), event]);
  }
  return [...byId].flatMap(([id, events]): readonly Anomaly[] => {
    const runs = [...new Set(events.map(runNamed))];
    if (runs.length < 2) return [];
    const sequences = events.map(({ sequence }) => sequence);
    return [
      {
        requirement: 'CORR-005',
        anomaly: 'broken provenance',
        proof: `${runs.join(' and ')} share the execution_id ${id} (${listed('publish', sequences)}). One id names one run; which of them failed, or is repeated, cannot be told.`,
        events: sequences,
      },
    ];
  });
}

function runNamed({ message }: PublishEvent): string {
  const level =
    text(message, 'phase') === 'orchestration' ? ` level ${String(metadataOf(message)['level'])}` : '';
  return `${text(message, 'processor_name')}${level} of ${dateAndRun(message)}`;
}

/** Follows metadata.upstream from the announcement back to the scrapers. */
function judgeTrace(unified: readonly PublishEvent[], end: PublishEvent): readonly Anomaly[] {
  const reached = new Set<string>();
  const open = upstreamIds(end.message);
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (reached.has(id)) continue;
    reached.add(id);
    const found = unified.find(({ message }) => text(message, 'execution_id') === id);
    open.push(...upstreamIds(found?.message ?? null));
  }
  const lost = unified.filter(
    ({ message }) =>
      text(message, 'phase') === 'phase_1_scrapers' &&
      text(message, 'game_date') === text(end.message, 'game_date') &&
      runOf(message) === runOf(end.message) &&
      !reached.has(text(message, 'execution_id')),
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
  return Array.isArray(upstream) ? upstream.map((entry) => text(entry as object, 'execution_id')) : [];
}

function metadataOf(message: Payload | null): Payload {
  return (message?.['metadata'] ?? {}) as Payload;
}

interface RegistryEntry {
  readonly dataset: string;
  readonly table: string;
}

function entriesOf(phase: string): Readonly<Record<string, RegistryEntry | undefined>> {
  return (
    Object.entries<Readonly<Record<string, RegistryEntry>>>(PROCESSORS).find(
      ([name]) => name === phase,
    )?.[1] ?? {}
  );
}
