import { PROCESSORS } from '../../../generated/registry.ts';
import { ORCHESTRATORS, TOPICS } from '../../../generated/topology.ts';
import type { DeliveryEvent, History, PublishEvent } from '../../history/events.ts';
import { deliveries, executionOf, metadataOf, publishes, runOf, text } from '../../history/select.ts';
import type { Anomaly } from '../check.ts';
import { datesOf, processorsNamed, runsOf } from '../identifying/facets.ts';
import { outputKey } from '../identifying/keys.ts';
import { hasField, phaseOfTopic } from '../identifying/topics.ts';
import { dateAndRun, processorOf, type RegistryPhase } from '../owed/names.ts';
import { cite, listed } from './cite.ts';

/** What `judgeIdentity` judges. */
export const IDENTITY_REQUIREMENTS = ['MSG-026', 'CORR-005', 'CORR-006', 'TOPO-003'] as const;

/** A message that the judge brought or that the target published. */
type Told = DeliveryEvent | PublishEvent;

/** Judge what each unified message says of its own run: its name, its table, its id, and what started it. */
export function judgeIdentity(history: History): readonly Anomaly[] {
  const unified = publishes(history).filter(
    (event) => event.message !== null && hasField(event.topic, 'processor_name') && !isStray(event),
  );
  const brought = deliveries(history).filter(
    ({ defect, message }) => defect === null && text(message, 'processor_name') !== '',
  );
  return [
    ...unified.flatMap(judgeName),
    ...unified.flatMap(judgeOutput),
    ...unified.flatMap((event) => judgeSource(history, event)),
    ...unified.flatMap(judgeId),
    ...judgeIds(history, [...unified, ...brought]),
  ];
}

/** A message of another phase; that it came here is told by `shape.ts`. */
function isStray({ message, topic }: PublishEvent): boolean {
  const phase = text(message, 'phase');
  return phase !== phaseOfTopic(topic) && text(message, 'processor_name') in entriesOf(phase);
}

/** Name the sender as it names itself, or say that it does not. */
function nameOf(event: Told): string {
  return text(event.message, 'processor_name') || 'a sender without processor_name';
}

function judgeName(event: PublishEvent): readonly Anomaly[] {
  const name = text(event.message, 'processor_name');
  const phase = phaseOfTopic(event.topic);
  const known = phase === 'orchestration' ? Object.keys(ORCHESTRATORS) : Object.keys(entriesOf(phase));
  if (known.includes(name)) return [];
  return [
    {
      requirement: 'MSG-026',
      anomaly: 'invalid message',
      proof: `${cite(event)} on ${event.topic} calls its sender "${name}"; the canonical names of ${phase} are ${known.join(', ')}.`,
      events: [event.sequence],
    },
  ];
}

/** Who does not say its name may say its table all the same, and has to say one of its phase. */
function judgeOutput(event: PublishEvent): readonly Anomaly[] {
  const { message } = event;
  const entries = entriesOf(phaseOfTopic(event.topic));
  const known = entries[text(message, 'processor_name')];
  const owed = Object.values(known === undefined ? entries : { known }).map(
    ({ dataset, table }) => `${dataset}.${table}`,
  );
  const said = `${text(message, 'output_dataset')}.${text(message, 'output_table')}`;
  if (owed.length === 0 || owed.includes(said)) return [];
  return [
    {
      requirement: 'TOPO-003',
      anomaly: 'wrong topic',
      proof: `${cite(event)} of ${nameOf(event)} says that it wrote ${said}; the registry gives it ${owed.join(' or ')}. Whoever reads the table looks in the wrong place.`,
      events: [event.sequence],
    },
  ];
}

function judgeSource(history: History, event: PublishEvent): readonly Anomaly[] {
  const source = text(event.message, 'trigger_source');
  const is_first = phaseOfTopic(event.topic) === 'phase_1_scrapers';
  const calls = ['scheduler', 'manual'];
  const owed = is_first ? calls : ['pubsub', ...(wasCalled(history, event) ? calls : [])];
  if (owed.includes(source)) return [];
  return [
    {
      requirement: 'CORR-006',
      anomaly: 'broken provenance',
      proof: `${cite(event)} of ${nameOf(event)} says trigger_source "${source}", but ${is_first ? 'POST /scrape was called by hand' : 'a delivery caused it, and nobody called its sender'}.`,
      events: [event.sequence],
    },
  ];
}

function judgeId(event: PublishEvent): readonly Anomaly[] {
  if (text(event.message, 'execution_id') !== '') return [];
  return [
    {
      requirement: 'CORR-005',
      anomaly: 'broken provenance',
      proof: `${cite(event)} of ${nameOf(event)} has no execution_id, so that nothing names its run.`,
      events: [event.sequence],
    },
  ];
}

/** A sweep, of this case or of a neighbour, may find what the deliveries made complete before the last of them does. */
function wasCalled(history: History, { topic, sequence }: PublishEvent): boolean {
  const senders: readonly string[] =
    Object.entries(TOPICS).find(([name]) => name === topic)?.[1].senders ?? [];
  return history.some(
    (event) =>
      (event.kind === 'request' || event.kind === 'neighbour') &&
      event.sequence < sequence &&
      event.component !== null &&
      senders.includes(event.component),
  );
}

/** A run that publishes to two topics says the same id on both; two runs, published or delivered, never do. */
function judgeIds(history: History, told: readonly Told[]): readonly Anomaly[] {
  const byId = new Map<string, Told[]>();
  for (const event of told) {
    const id = executionOf(event.message);
    if (id !== '') byId.set(id, [...(byId.get(id) ?? []), event]);
  }
  return [...byId].flatMap(([id, events]): readonly Anomaly[] => {
    const runs = [...new Set(events.map((event) => runNamed(history, event)))];
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

/** Name the run that a message is of; a malformed one is of the run that it stands for. */
function runNamed(history: History, event: Told): string {
  const phase = phaseOfTopic(event.topic);
  if (event.kind === 'publish' && phase === 'orchestration') return `trigger of ${outputKey(history, event)}`;
  if (phase === 'orchestration')
    return `trigger of level ${String(metadataOf(event.message)['level'])} of ${dateAndRun(event.message)}`;
  const name = processorNamed(phase, event);
  const [date] = event.kind === 'publish' ? datesOf(history, event) : [];
  const run = event.kind === 'publish' ? (runsOf(history, event)[0] ?? 1) : runOf(event.message);
  return `${name} of ${date ?? text(event.message, 'game_date')} run ${run}`;
}

function processorNamed(phase: string, event: Told): string {
  const known = Object.keys(PROCESSORS).find((name): name is RegistryPhase => name === phase);
  const said = text(event.message, 'processor_name');
  if (known === undefined) return said;
  if (event.kind === 'delivery') return processorOf(known, event.message) ?? said;
  return processorsNamed(known, event)[0] ?? said;
}

interface RegistryEntry {
  readonly dataset: string;
  readonly table: string;
}

function entriesOf(phase: string): Readonly<Record<string, RegistryEntry>> {
  if (phase === 'orchestration') return ORCHESTRATORS;
  return (
    Object.entries<Readonly<Record<string, RegistryEntry>>>(PROCESSORS).find(
      ([name]) => name === phase,
    )?.[1] ?? {}
  );
}
