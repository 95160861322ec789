import type { protos } from '@google-cloud/pubsub';
import { status } from '@grpc/grpc-js';
import type { Clock } from '../../../clock.ts';
import { type Caller, RpcError, type Wire } from '../../../rpc/service.ts';
import { detachedError } from '../../broker/broker.ts';
import type { Subscription } from '../../broker/ports.ts';
import type { Lease } from '../../delivery/state.ts';
import { requireWithin } from '../../requests/refusals.ts';

/** A pull that finds nothing is answered empty after this long, unless its caller gave up earlier. */
const PULL_WAIT_MS = 90_000;

/** Answers one pull request: at once if there is something, else as soon as there is. */
export function pull(
  subscription: Subscription,
  request: protos.google.pubsub.v1.IPullRequest,
  caller: Caller,
  clock: Clock,
): Promise<Wire> {
  const max_messages = requireWithin('max_messages', request.maxMessages ?? 0, 1, Number.MAX_SAFE_INTEGER);
  requirePullable(subscription);
  return new Promise((resolve, reject) => {
    let stopWaiting = () => {};
    let answered = false;
    const answer = (leases: readonly Lease[]) => {
      answered = true;
      stopWaiting();
      resolve({ receivedMessages: leases.map((lease) => receivedMessage(subscription, lease)) });
    };
    const attached = subscription.attach(
      { max_messages, max_bytes: Number.MAX_SAFE_INTEGER, lease_ms: null, takes: 'one_batch' },
      {
        deliver: answer,
        closed(reason) {
          stopWaiting();
          reject(reason);
        },
      },
    );
    stopWaiting = attached.detach;
    if (answered) return stopWaiting();
    if (request.returnImmediately) return answer([]);
    const cancelTimer = clock.schedule(PULL_WAIT_MS, () => answer([]));
    stopWaiting = () => {
      cancelTimer();
      attached.detach();
    };
    caller.onCancelled(stopWaiting);
  });
}

/** Refuses to pull from a subscription that pushes or is detached. @throws {RpcError} FAILED_PRECONDITION. */
export function requirePullable(subscription: Subscription): void {
  const { name, pushConfig, detached } = subscription.config();
  if (detached) throw detachedError(name);
  if (pushConfig.pushEndpoint === undefined) return;
  throw new RpcError(
    status.FAILED_PRECONDITION,
    `subscription ${name} pushes to ${pushConfig.pushEndpoint}; remove its push endpoint to pull from it`,
  );
}

/** Writes a lease as a puller receives it; the delivery attempt only with a dead-letter policy. */
export function receivedMessage(subscription: Subscription, lease: Lease): Wire {
  const { message } = lease;
  return {
    ackId: lease.ack_id,
    message: {
      data: message.data,
      attributes: message.attributes,
      messageId: message.message_id,
      publishTime: {
        seconds: Math.floor(message.published_at_ms / 1000),
        nanos: (message.published_at_ms % 1000) * 1e6,
      },
      orderingKey: message.ordering_key,
    },
    deliveryAttempt: subscription.config().deadLetterPolicy === undefined ? 0 : lease.delivery_attempt,
  };
}
