import { TOPIC, TOPICS } from '../../../generated/topology.ts';
import type { History, PublishEvent } from '../../history/events.ts';
import { deliveries, text } from '../../history/select.ts';
import { batchOf, endKey, requestKey } from '../owed/coordinator.ts';
import { dateAndRun, processorOf, type RegistryPhase } from '../owed/names.ts';
import { triggerKey } from '../owed/orchestrators.ts';
import { predictionKey, rawKey } from '../owed/processors.ts';

/** List the topics that the contract lets a component send to. */
export function outputTopics(component: string): readonly string[] {
  return Object.entries(TOPICS)
    .filter(([, topic]) => (topic.senders as readonly string[]).includes(component))
    .map(([name]) => name);
}

/** Name the work that a published message stands for, in the words of what is owed. */
export function outputKey(history: History, published: PublishEvent): string {
  const { message, topic } = published;
  switch (topic) {
    case TOPIC.phase2RawComplete:
      return rawKey(
        nameIn('phase_2_raw', message),
        dateAndRun(message),
        upstreamExecution(history, published),
      );
    case TOPIC.phase3AnalyticsComplete:
      return `${nameIn('phase_3_analytics', message)} of ${dateAndRun(message)}`;
    case TOPIC.phase4Trigger:
      return triggerKey(message);
    case TOPIC.phase4ProcessorComplete:
    case TOPIC.phase4PrecomputeComplete:
      return `${nameIn('phase_4_precompute', message)} of ${dateAndRun(message)}`;
    case TOPIC.phase5PredictionReady:
      return predictionKey(message);
    case TOPIC.phase5PredictionRequest:
      return requestKey(text(message, 'player_lookup'), dateAndRun(message), Number(message?.['attempt']));
    case TOPIC.phase5PredictionsComplete:
      return endKey(batchOf(message));
    default:
      return `${text(message, 'processor_name')} of ${dateAndRun(message)}`;
  }
}

function nameIn(phase: RegistryPhase, message: object | null): string {
  return processorOf(phase, message) ?? text(message, 'processor_name');
}

/** The scraper run behind a raw run: as the message says, else as the delivery says that it names. */
function upstreamExecution(history: History, { message }: PublishEvent): string {
  const metadata = message?.['metadata'] as { readonly upstream?: unknown } | undefined;
  const upstream = Array.isArray(metadata?.upstream)
    ? (metadata.upstream[0] as object | undefined)
    : undefined;
  if (upstream !== undefined) return text(upstream, 'execution_id');
  const named = text(message, 'trigger_message_id');
  const cause = deliveries(history).find((delivery) => delivery.message_id === named);
  return text(cause?.message ?? null, 'execution_id');
}
