import { PubSub, type Topic } from '@google-cloud/pubsub';
import { PipelineError } from '../errors/pipeline-error.ts';
import type { Broker } from '../ports/ports.ts';

/** How long a publish may take before the delivery is nacked instead of hanging. */
const PUBLISH_MS_MAX = 4_000;

/** The broker port, and its end. */
export interface GoogleBroker extends Broker {
  close(): Promise<void>;
}

/**
 * Make the broker port on Pub/Sub: every message goes out at once, and a refusal is known within seconds.
 */
export function createBroker(project: string): GoogleBroker {
  const pubsub = new PubSub({ projectId: project });
  const topics = new Map<string, Topic>();
  return {
    async publish(topic, message, attributes) {
      const publisher = topics.get(topic) ?? openTopic(pubsub, topic);
      topics.set(topic, publisher);
      try {
        return await publisher.publishMessage({
          data: Buffer.from(JSON.stringify(message)),
          attributes: { ...attributes },
        });
      } catch (error) {
        // Google's client lists every attempt; the first one says it.
        const reason = (error instanceof Error ? error.message : String(error)).slice(0, 200);
        if ((error as { readonly code?: unknown }).code === INVALID_ARGUMENT) {
          throw new PipelineError(
            'INVALID_OUTGOING_MESSAGE',
            `expected ${topic} to take a message, got: ${reason}; no redelivery changes that: keep the delivery and correct what the message carries`,
            { topic },
            error,
          );
        }
        throw new PipelineError(
          'BROKER_UNAVAILABLE',
          `expected ${topic} to confirm a message within ${PUBLISH_MS_MAX} ms, got: ${reason}; the redelivery publishes it, look at the topic if it goes on`,
          { topic },
          error,
        );
      }
    },
    close: () => pubsub.close(),
  };
}

function openTopic(pubsub: PubSub, name: string): Topic {
  return pubsub.topic(name, {
    // Batching would hold a message back although its sender waits for it.
    batching: { maxMessages: 1 },
    gaxOpts: {
      timeout: PUBLISH_MS_MAX,
      retry: {
        retryCodes: RETRIED,
        backoffSettings: {
          initialRetryDelayMillis: 100,
          retryDelayMultiplier: 2,
          maxRetryDelayMillis: 1_000,
          initialRpcTimeoutMillis: PUBLISH_MS_MAX,
          rpcTimeoutMultiplier: 1,
          maxRpcTimeoutMillis: PUBLISH_MS_MAX,
          totalTimeoutMillis: PUBLISH_MS_MAX,
        },
      },
    },
  });
}

/** What Pub/Sub says of a message that it takes at no time, such as one with an attribute of more than 1024 bytes. */
const INVALID_ARGUMENT = 3;

/** CANCELLED, UNKNOWN, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, ABORTED, INTERNAL, UNAVAILABLE. */
const RETRIED = [1, 2, 4, 8, 10, 13, 14];
