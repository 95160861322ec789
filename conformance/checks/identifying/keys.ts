import { FEATURE_STORE } from '../../../generated/registry.ts';
import { ORCHESTRATORS, TOPIC, TOPICS } from '../../../generated/topology.ts';
import type { History, PublishEvent } from '../../history/events.ts';
import { executionOf, metadataOf, publishes, text } from '../../history/select.ts';
import { batchOf, endKey, requestKey } from '../owed/coordinator.ts';
import type { RegistryPhase } from '../owed/names.ts';
import { predictionKey, rawKey } from '../owed/processors.ts';
import { causesOf, datesOf, distinct, levelsOf, processorsNamed, runsOf } from './facets.ts';

/** List the topics that the contract lets a component send to. */
export function outputTopics(component: string): readonly string[] {
  return Object.entries(TOPICS)
    .filter(([, topic]) => (topic.senders as readonly string[]).includes(component))
    .map(([name]) => name);
}

/** Name the work that a published message stands for, in the words of what is owed; of several the likeliest. */
export function outputKey(history: History, published: PublishEvent): string {
  return candidateKeys(history, published)[0] ?? '';
}

/**
 * Name every piece of work that a published message may stand for, the likeliest first. A message as the contract wants it
 * stands for one; what a malformed one does not say of date, run, name or level follows from the rest of it.
 *
 * @param component whose message it is, where that is known; it tells the level of a trigger that says nothing.
 */
export function candidateKeys(
  history: History,
  published: PublishEvent,
  component: string | undefined = published.component,
): readonly string[] {
  const { message, topic } = published;
  const days = (): readonly string[] => datesAndRuns(history, published);
  const named = (phase: RegistryPhase): readonly string[] =>
    pairs(processorsNamed(phase, published), days(), (name, day) => `${name} of ${day}`);
  switch (topic) {
    case TOPIC.phase2RawComplete:
      return processorsNamed('phase_2_raw', published).flatMap((name) =>
        pairs(days(), upstreamExecutions(history, published), (day, above) => rawKey(name, day, above)),
      );
    case TOPIC.phase3AnalyticsComplete:
      return named('phase_3_analytics');
    case TOPIC.phase4Trigger:
      return pairs(levelsBy(published, component), days(), (level, day) => `level ${level} of ${day}`);
    case TOPIC.phase4ProcessorComplete:
      return named('phase_4_precompute');
    case TOPIC.phase4PrecomputeComplete:
      return days().map((day) => `${FEATURE_STORE} of ${day}`);
    case TOPIC.phase5PredictionReady:
      return pairs(playersOf(history, published), batchesOf(history, published), (player, batch) =>
        predictionKey({ player_lookup: player, batch_id: batch }),
      );
    case TOPIC.phase5PredictionRequest:
      return playersOf(history, published).flatMap((player) =>
        pairs(days(), attemptsOf(published), (day, attempt) => requestKey(player, day, attempt)),
      );
    case TOPIC.phase5PredictionsComplete:
      return batchesOf(history, published).map(endKey);
    default:
      return days().map((day) => `${text(message, 'processor_name')} of ${day}`);
  }
}

function datesAndRuns(history: History, published: PublishEvent): readonly string[] {
  const dates = datesOf(history, published);
  const said = text(published.message, 'game_date');
  return pairs(
    dates.length === 0 ? [said] : dates,
    runsOf(history, published),
    (date, run) => `${date} run ${run}`,
  );
}

/** Both orchestrators send to one topic; a trigger that does not tell its level is of one of its sender's. */
function levelsBy(published: PublishEvent, component: string | undefined): readonly number[] {
  const levels = levelsOf(published);
  const own = Object.entries(ORCHESTRATORS).find(([name]) => name === component)?.[1].levels ?? [];
  const likely = levels.filter((level) => own.some((one) => one.level === level));
  return likely.length === 0 ? levels : likely;
}

function attemptsOf({ message }: PublishEvent): readonly number[] {
  const said = message?.['attempt'];
  const attempt = typeof said === 'string' && said !== '' ? Number(said) : said;
  return typeof attempt === 'number' && Number.isInteger(attempt) ? [attempt] : [1, 2, 3];
}

function playersOf(history: History, published: PublishEvent): readonly string[] {
  const said = text(published.message, 'player_lookup');
  if (said !== '') return [said];
  const seeded = history.flatMap((event) => (event.kind === 'seed' ? event.players_ready : []));
  const brought = causesOf(history, published).map(({ message }) => text(message, 'player_lookup'));
  return distinct([...brought, ...seeded].filter((player) => player !== ''));
}

/** List the batches that a message may be of: as it says; else those of what caused it, and those whose players were requested. */
export function batchesOf(history: History, published: PublishEvent): readonly string[] {
  const said = batchOf(published.message);
  if (said !== '') return [said];
  const brought = causesOf(history, published).map(({ message }) => batchOf(message));
  const requested = publishes(history, TOPIC.phase5PredictionRequest)
    .filter(({ sequence }) => sequence < published.sequence)
    .map(({ message }) => batchOf(message));
  const found = distinct([...brought, ...requested].filter((batch) => batch !== ''));
  return found.length === 0 ? [''] : found;
}

/** The scraper run behind a raw run: as the message says, else those of the deliveries that may have caused it. */
function upstreamExecutions(history: History, published: PublishEvent): readonly string[] {
  const { upstream } = metadataOf(published.message);
  const first = Array.isArray(upstream) ? (upstream[0] as object | null | undefined) : undefined;
  const said = executionOf(first ?? null);
  if (said !== '') return [said];
  const brought = causesOf(history, published).map(({ message }) => executionOf(message));
  return brought.length === 0 ? [''] : distinct(brought);
}

function pairs<One, Other>(
  ones: readonly One[],
  others: readonly Other[],
  name: (one: One, other: Other) => string,
): readonly string[] {
  return ones.flatMap((one) => others.map((other) => name(one, other)));
}
