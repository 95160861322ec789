import { canonicalProcessorName, PROCESSORS } from '../../../generated/registry.ts';
import { TOPIC } from '../../../generated/topology.ts';
import type { ComponentName } from '../../contract/names.ts';
import type { DeliveryEvent, History, Payload, PublishEvent } from '../../history/events.ts';
import { deliveries, publishes, runOf, text } from '../../history/select.ts';
import type { Anomaly } from '../check.ts';
import { datesOf } from '../identifying/facets.ts';
import { outputTopics } from '../identifying/keys.ts';
import { hasField } from '../identifying/topics.ts';
import { senderOf } from '../owed/names.ts';
import { cite } from './cite.ts';

/** Judge what a component's messages say about where they come from, against what was delivered to it. */
export function judgeProvenance(history: History, component: ComponentName): readonly Anomaly[] {
  const inputs = deliveries(history, component).filter((delivery) => delivery.defect === null);
  const topics = outputTopics(component);
  return publishes(history)
    .filter((published) => topics.includes(published.topic))
    .flatMap((published) => judgeOne(history, published, inputs));
}

function judgeOne(
  history: History,
  published: PublishEvent,
  inputs: readonly DeliveryEvent[],
): readonly Anomaly[] {
  const { message } = published;
  if (message === null) return [];
  const before = inputs.filter((input) => input.sequence < published.sequence && input.message !== null);
  const messages = before.map((input) => input.message ?? {});
  const [date = ''] = datesOf(history, published);
  return [
    ...judgeDate(published, message, messages),
    ...judgeRunNumber(published, message, messages, date),
    ...judgeBackfill(published, message, messages, date),
    ...judgeCorrelation(history, published, message, messages),
    ...judgeCause(history, published, message, before),
  ];
}

function judgeDate(
  published: PublishEvent,
  message: Payload,
  inputs: readonly Payload[],
): readonly Anomaly[] {
  const dates = new Set(inputs.map(dateIn));
  const date = text(message, 'game_date');
  if (dates.has(date)) return [];
  return [
    {
      requirement: 'MSG-004',
      anomaly: 'changed date',
      proof: `${cite(published)} says game_date "${date}", but what was delivered before it was about ${[...dates].join(', ')}. A date comes from the message and never from a clock.`,
      events: [published.sequence],
    },
  ];
}

function judgeRunNumber(
  published: PublishEvent,
  message: Payload,
  inputs: readonly Payload[],
  date: string,
): readonly Anomaly[] {
  const runs = new Set(inputs.filter((input) => dateIn(input) === date).map(runOf));
  if (runs.size === 0 || runs.has(runOf(message))) return [];
  return [
    {
      requirement: 'MSG-009',
      anomaly: 'changed run',
      proof: `${cite(published)} belongs to run ${runOf(message)} of ${date}, but only run ${[...runs].join(', ')} was delivered before it.`,
      events: [published.sequence],
    },
  ];
}

function judgeBackfill(
  published: PublishEvent,
  message: Payload,
  inputs: readonly Payload[],
  date: string,
): readonly Anomaly[] {
  const of_date = inputs.filter((input) => 'backfill_mode' in input && dateIn(input) === date);
  const of_run = of_date.filter((input) => runOf(input) === runOf(message));
  // A message that changed its run is told as such; its flags are held against what it came from all the same.
  const own = of_run.length === 0 ? of_date : of_run;
  if (own.length === 0 || !hasField(published.topic, 'backfill_mode')) return [];
  const historical = own.filter((input) => input['backfill_mode'] === true);
  const reasons = historical.map((input) => text(input, 'backfill_reason'));
  const all = historical.length === own.length;
  const said = message['backfill_mode'] === true;
  const is_told = typeof message['backfill_mode'] === 'boolean';
  const right = is_told && (said ? reasons.includes(text(message, 'backfill_reason')) : !all);
  if (right) return [];
  return [
    {
      requirement: 'BACK-003',
      anomaly: 'backfill leak',
      proof: `${cite(published)} says backfill_mode ${String(message['backfill_mode'])} with reason "${String(message['backfill_reason'])}", but of the ${own.length} messages delivered before it ${historical.length} were backfills${reasons.length > 0 ? ` with reason "${reasons[0]}"` : ''}.`,
      events: [published.sequence],
    },
  ];
}

function judgeCorrelation(
  history: History,
  published: PublishEvent,
  message: Payload,
  inputs: readonly Payload[],
): readonly Anomaly[] {
  const given = new Set(
    inputs.flatMap((input) => text(input, 'correlation_id') || text(input, 'execution_id') || []),
  );
  // A table may have been filled by a scraper run whose completion came by another way than the last delivery.
  for (const scraped of publishes(history, TOPIC.phase1ScrapersComplete)) {
    given.add(text(scraped.message, 'execution_id'));
  }
  const own = text(message, 'correlation_id');
  if (given.size === 0 || given.has(own)) return [];
  const missing = inputs.some((input) => text(input, 'correlation_id') === '');
  return [
    {
      requirement: missing ? 'CORR-002' : 'CORR-001',
      anomaly: 'broken correlation',
      proof: `${cite(published)} carries correlation_id "${own}", which none of the ${inputs.length} messages delivered before it carried (they had ${[...given].slice(0, 3).join(', ')}). The chain back to the scraper is cut here.`,
      events: [published.sequence],
    },
  ];
}

function judgeCause(
  history: History,
  published: PublishEvent,
  message: Payload,
  inputs: readonly DeliveryEvent[],
): readonly Anomaly[] {
  if (!hasField(published.topic, 'trigger_message_id') || inputs.length === 0) return [];
  // A run that a call started was caused by no delivery.
  if (text(message, 'trigger_source') !== 'pubsub' && isCalled(history, published, inputs)) return [];
  const named = text(message, 'trigger_message_id');
  const cause = inputs.find((input) => input.message_id === named);
  const parent = text(message, 'parent_processor');
  const wanted = senderOf(cause?.message ?? null);
  if (cause !== undefined && parent !== '' && (wanted === '' || canonical(parent) === canonical(wanted)))
    return [];
  const why =
    cause === undefined
      ? 'no message with that id had been delivered to its sender'
      : `that message (#${cause.sequence}) came from ${wanted || 'a sender that is to be named'}`;
  return [
    {
      requirement: 'CORR-004',
      anomaly: 'broken provenance',
      proof: `${cite(published)} names trigger_message_id "${named}" and parent_processor "${parent}"; ${why}.`,
      events: [...(cause === undefined ? [] : [cause.sequence]), published.sequence],
    },
  ];
}

/** Whether somebody called an endpoint of a sender before it published; a sweep of a neighbour reaches every date. */
function isCalled(history: History, published: PublishEvent, inputs: readonly DeliveryEvent[]): boolean {
  return history.some(
    (event) =>
      (event.kind === 'neighbour' || (event.kind === 'request' && event.method === 'POST')) &&
      event.sequence < published.sequence &&
      inputs.some(({ component }) => component === event.component),
  );
}

/** Lead a name to the canonical one of whichever phase has it. */
function canonical(name: string): string {
  for (const phase of Object.keys(PROCESSORS)) {
    const found = canonicalProcessorName(phase, name);
    if (found !== undefined) return found;
  }
  return name;
}

function dateIn(message: Payload): string {
  return text(message, 'game_date') || (/\/(\d{4}-\d{2}-\d{2})\//.exec(text(message, 'gcs_path'))?.[1] ?? '');
}
