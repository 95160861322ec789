import { PROCESSORS } from '../../../generated/registry.ts';
import { ORCHESTRATORS } from '../../../generated/topology.ts';
import type { DeliveryEvent, History, Payload, PublishEvent } from '../../history/events.ts';
import { deliveries, publishes, text } from '../../history/select.ts';
import type { Anomaly } from '../check.ts';
import { dateAndRun } from '../owed/names.ts';
import { cite, listed } from './cite.ts';

/** What `judgeIdentity` judges. */
export const IDENTITY_REQUIREMENTS = ['MSG-026', 'CORR-005', 'CORR-006', 'TOPO-003'] as const;

/** A message that the judge brought or that the target published. */
type Told = DeliveryEvent | PublishEvent;

/** Judge what each unified message says of its own run: its name, its table, its id, and what started it. */
export function judgeIdentity(history: History): readonly Anomaly[] {
  const unified = publishes(history).filter(isUnified);
  const brought = deliveries(history).filter((event) => event.defect === null && isUnified(event));
  return [
    ...unified.flatMap(judgeName),
    ...unified.flatMap(judgeOutput),
    ...unified.flatMap(judgeSource),
    ...judgeIds([...unified, ...brought]),
  ];
}

function isUnified({ message }: Told): boolean {
  return text(message, 'processor_name') !== '';
}

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

/** A run that publishes to two topics says the same id on both; two runs, published or delivered, never do. */
function judgeIds(told: readonly Told[]): readonly Anomaly[] {
  const byId = new Map<string, Told[]>();
  for (const event of told) {
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
        proof: `${runs.join(' and ')} share the execution_id ${id} (${listed('event', sequences)}). One id names one run; which of them failed, or is repeated, cannot be told.`,
        events: sequences,
      },
    ];
  });
}

function runNamed({ message }: Told): string {
  const level = text(message, 'phase') === 'orchestration' ? ` level ${String(levelOf(message))}` : '';
  return `${text(message, 'processor_name')}${level} of ${dateAndRun(message)}`;
}

function levelOf(message: Payload | null): unknown {
  return (message?.['metadata'] as Payload | null | undefined)?.['level'];
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
