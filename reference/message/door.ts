import type { FeatureStoreCompletion, Phase4Trigger } from '../../generated/models.ts';
import { FEATURE_STORE } from '../../generated/registry.ts';
import { TOPIC } from '../../generated/topology.ts';
import { PipelineError } from '../errors/pipeline-error.ts';
import type { HttpRequest, Ports } from '../ports/ports.ts';
import { logArrival } from '../watching/arrival.ts';
import type { Received } from './cause.ts';
import { type Delivery, decodeDelivery } from './decode.ts';
import { receiveScraperCompletion } from './legacy.ts';
import { logNotes, receiveMessage, receiveUnified, requireProcessor } from './receive.ts';

/** How the receiver of each topic takes a unified message. */
const UNIFIED = {
  [TOPIC.phase1ScrapersComplete]: receiveScraperCompletion,
  [TOPIC.phase2RawComplete]: (delivery: Delivery) => receiveUnified(delivery, 'RawCompletion'),
  [TOPIC.phase3AnalyticsComplete]: (delivery: Delivery) => receiveUnified(delivery, 'AnalyticsCompletion'),
  [TOPIC.phase4Trigger]: receiveTrigger,
  [TOPIC.phase4ProcessorComplete]: (delivery: Delivery) => receiveUnified(delivery, 'PrecomputeCompletion'),
  [TOPIC.phase4PrecomputeComplete]: receiveFeatureStore,
};

/** A topic whose messages carry the unified fields, and have a receiver here. */
export type UnifiedTopic = keyof typeof UNIFIED;

/** What comes through the door of a topic. */
export type Taken<Topic extends UnifiedTopic> = ReturnType<(typeof UNIFIED)[Topic]>;

/**
 * Take a delivery through the door: decoded, valid, by canonical names; its notes and its arrival go into the log.
 *
 * @throws {PipelineError} INVALID_ENVELOPE, INVALID_JSON, INVALID_MESSAGE, UNKNOWN_PROCESSOR.
 */
export function takeDelivery<Topic extends UnifiedTopic>(
  ports: Pick<Ports, 'log' | 'clock'>,
  request: HttpRequest,
  topic: Topic,
): Taken<Topic> {
  const delivery = decodeDelivery(request);
  const received = UNIFIED[topic](delivery) as Taken<Topic>;
  logNotes(received, ports.log);
  logArrival(ports, topic, received.cause, delivery.payload);
  return received;
}

/**
 * Take a delivery of any topic through the door of its receiver, and leave no trace.
 *
 * @throws {PipelineError} as the receiver does. Predictions-complete has no receiver here, so all of them pass.
 */
export function tryDoor(topic: string, delivery: Delivery): void {
  if (topic in UNIFIED) UNIFIED[topic as UnifiedTopic](delivery);
  if (topic === TOPIC.phase5PredictionRequest) receiveMessage(delivery, 'PredictionRequest');
  if (topic === TOPIC.phase5PredictionReady) receiveMessage(delivery, 'PredictionReady');
}

/** All names are checked before the first runs: a trigger is obeyed as a whole or nacked as a whole. */
function receiveTrigger(delivery: Delivery): Received<Phase4Trigger> {
  const received = receiveUnified(delivery, 'Phase4Trigger');
  const { metadata } = received.message;
  const processors = metadata.processors.map((name) =>
    requireProcessor('phase_4_precompute', name, delivery.message_id),
  );
  return { ...received, message: { ...received.message, metadata: { ...metadata, processors } } };
}

function receiveFeatureStore(delivery: Delivery): Received<FeatureStoreCompletion> {
  const received = receiveUnified(delivery, 'FeatureStoreCompletion');
  if (received.cause.processor === FEATURE_STORE) return received;
  const { message_id } = delivery;
  const processor_name = received.cause.processor;
  throw new PipelineError(
    'UNKNOWN_PROCESSOR',
    `processor_name must be ${FEATURE_STORE} on ${TOPIC.phase4PrecomputeComplete}, got "${processor_name}" (message_id: ${message_id}); correct the sender`,
    { message_id, processor_name },
  );
}
