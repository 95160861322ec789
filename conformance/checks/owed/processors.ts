import { canonicalProcessorName, FEATURE_STORE } from '../../../generated/registry.ts';
import { TABLE_READINESS, TOPIC } from '../../../generated/topology.ts';
import type { History, Payload } from '../../history/events.ts';
import { executionOf, runOf, text } from '../../history/select.ts';
import { arrivals, type Owed, workedDeliveries } from './deliveries.ts';
import {
  counts,
  dateAndRun,
  dependants,
  processorOf,
  processorsOf,
  requiredBy,
  scraperOf,
  skips,
} from './names.ts';

/** Work out which raw runs Phase 2 owed: one for each scraper run that was delivered. */
export function owedByRaw(history: History): readonly Owed[] {
  const worked = workedDeliveries(history, 'phase2-raw').filter(
    ({ message }) => (counts(message) || text(message, 'status') === '') && !skips(message),
  );
  const runs = arrivals(worked, (message) => {
    const scraper = scraperOf(message);
    const date = dateOf(message);
    if (scraper === undefined || date === '') return undefined;
    return `${scraper}/${date} run ${runOf(message)}/${executionOf(message)}`;
  });
  return [...runs].flatMap(([run, arrival]) => {
    const [scraper = '', date = '', execution_id = ''] = run.split('/');
    return dependants('phase_2_raw', scraper).map(
      (processor): Owed => ({
        topic: TOPIC.phase2RawComplete,
        key: rawKey(processor, date, execution_id),
        not_before: arrival.first,
        causes: [arrival.acked ?? arrival.first],
        due: arrival.acked !== undefined,
      }),
    );
  });
}

/** Work out which analytics runs Phase 3 owed: each processor once its raw tables are ready and told of. */
export function owedByAnalytics(history: History): readonly Owed[] {
  const told = workedDeliveries(history, 'phase3-analytics').filter(
    ({ message }) => isReadyTable(message) && !skips(message),
  );
  const tables = arrivals(told, (message) => {
    const table = processorOf('phase_2_raw', message);
    return table === undefined ? undefined : `${dateAndRun(message)} ${table}`;
  });
  const loaded = loadedTables(history);
  const dates = [...new Set(told.map(({ message }) => dateAndRun(message)))];
  return dates.flatMap((date) =>
    processorsOf('phase_3_analytics').flatMap((processor): readonly Owed[] => {
      const required = requiredBy('phase_3_analytics', processor);
      const arrived = required.map((table) => tables.get(`${date} ${table}`));
      const ready = required.map(
        (table) => loaded.get(`${date} ${table}`) ?? tables.get(`${date} ${table}`)?.first,
      );
      const known = ready.filter((sequence) => sequence !== undefined);
      if (known.length < required.length) return [];
      return [
        {
          topic: TOPIC.phase3AnalyticsComplete,
          key: `${processor} of ${date}`,
          not_before: Math.max(...known),
          causes: arrived.includes(undefined)
            ? []
            : arrived.flatMap((arrival) => arrival?.acked ?? arrival?.first ?? []),
          due: arrived.every((arrival) => arrival?.acked !== undefined),
        },
      ];
    }),
  );
}

/** Work out which precompute runs Phase 4 owed: each processor that an acked trigger names. */
export function owedByPrecompute(history: History): readonly Owed[] {
  const triggers = workedDeliveries(history, 'phase4-precompute').filter(({ message }) => !skips(message));
  const named = new Map<string, Owed>();
  for (const { delivery, message, acked } of triggers) {
    for (const processor of namedProcessors(message)) {
      const key = `${processor} of ${dateAndRun(message)}`;
      const { phase4ProcessorComplete: own, phase4PrecomputeComplete: phase5 } = TOPIC;
      const topics = processor === FEATURE_STORE ? [own, phase5] : [own];
      for (const topic of topics) {
        const before = named.get(`${topic} ${key}`);
        named.set(`${topic} ${key}`, {
          topic,
          key,
          not_before: before?.not_before ?? delivery.sequence,
          causes: [...(before?.causes ?? []), delivery.sequence],
          due: (before?.due ?? false) || acked,
        });
      }
    }
  }
  return [...named.values()];
}

/** Work out which results the worker owed: one for each player of each batch that was requested. */
export function owedByWorker(history: History): readonly Owed[] {
  const requests = arrivals(workedDeliveries(history, 'phase5-worker'), (message) => predictionKey(message));
  return [...requests].map(([key, arrival]) => ({
    topic: TOPIC.phase5PredictionReady,
    key,
    not_before: arrival.first,
    causes: [arrival.acked ?? arrival.first],
    due: arrival.acked !== undefined,
  }));
}

/** Name the work of a raw run. */
export function rawKey(processor: string, date_and_run: string, upstream_execution_id: string): string {
  return `${processor} of ${date_and_run} from ${upstream_execution_id}`;
}

/** Name the player and batch that a request or a result is about. */
export function predictionKey(message: Payload | null): string {
  return `${text(message, 'player_lookup')} in ${text(message, 'batch_id')}`;
}

function dateOf(message: Payload): string {
  const named = text(message, 'game_date');
  return named === '' ? (/\/(\d{4}-\d{2}-\d{2})\//.exec(text(message, 'gcs_path'))?.[1] ?? '') : named;
}

function isReadyTable(message: Payload): boolean {
  if (counts(message)) return true;
  const table = processorOf('phase_2_raw', message);
  return text(message, 'status') === 'no_data' && TABLE_READINESS.may_be_empty.some((name) => name === table);
}

/** When Phase 2 was first told to load each table; a table cannot be ready before. */
function loadedTables(history: History): ReadonlyMap<string, number> {
  const loaded = new Map<string, number>();
  for (const { delivery, message } of workedDeliveries(history, 'phase2-raw')) {
    const scraper = scraperOf(message);
    if (scraper === undefined) continue;
    for (const table of dependants('phase_2_raw', scraper)) {
      const key = `${dateOf(message)} run ${runOf(message)} ${table}`;
      if (!loaded.has(key)) loaded.set(key, delivery.sequence);
    }
  }
  return loaded;
}

function namedProcessors(message: Payload): readonly string[] {
  const metadata = message['metadata'];
  if (typeof metadata !== 'object' || metadata === null || !('processors' in metadata)) return [];
  const names = metadata['processors'];
  if (!Array.isArray(names)) return [];
  return names.flatMap((name) => canonicalProcessorName('phase_4_precompute', String(name)) ?? []);
}
