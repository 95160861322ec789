import type { protos } from '@google-cloud/pubsub';
import type { Clock } from '../../clock.ts';
import type { ServiceHandlers } from '../../rpc/service.ts';
import type { Broker } from '../broker/broker.ts';
import { DELETED_TOPIC, type SubscriptionConfig } from '../config.ts';
import { requireAckIds, requireDeadlineMs } from '../requests/ack.ts';
import { applyMask } from '../requests/mask.ts';
import { requireName, requireProject } from '../requests/names.ts';
import { invalid, type KeepUnserved } from '../requests/refusals.ts';
import { readPushConfig, readSubscription, UPDATABLE_SUBSCRIPTION_FIELDS } from '../requests/subscription.ts';
import { pageOf } from './page.ts';
import { requireInTime } from './pulling/acks.ts';
import { pull } from './pulling/pull.ts';
import { streamingPull } from './pulling/streaming-pull.ts';
import { snapshotHandlers } from './snapshots.ts';

/** Serves the Subscriber API over a broker. A decoded request has the shape that its definition gives it. */
export function subscriberHandlers(broker: Broker, clock: Clock, keep?: KeepUnserved): ServiceHandlers {
  const named = (name: string | null | undefined) =>
    broker.subscription(requireName('subscriptions', 'subscription', name));
  return {
    unary: {
      CreateSubscription(request) {
        const config = readSubscription(request, keep);
        broker.createSubscription(config);
        return { ...config };
      },
      GetSubscription: (request: protos.google.pubsub.v1.IGetSubscriptionRequest) => ({
        ...named(request.subscription).config(),
      }),
      UpdateSubscription: (request) => updateSubscription(broker, request, keep),
      ModifyPushConfig(request: protos.google.pubsub.v1.IModifyPushConfigRequest) {
        const subscription = named(request.subscription);
        subscription.configure({ ...subscription.config(), pushConfig: readPushConfig(request.pushConfig) });
        return {};
      },
      ListSubscriptions(request: protos.google.pubsub.v1.IListSubscriptionsRequest) {
        const all = broker.subscriptions(requireProject(request.project));
        const { page, nextPageToken } = pageOf(all, request);
        return { subscriptions: page, nextPageToken };
      },
      DeleteSubscription(request: protos.google.pubsub.v1.IDeleteSubscriptionRequest) {
        broker.deleteSubscription(requireName('subscriptions', 'subscription', request.subscription));
        return {};
      },
      Acknowledge(request: protos.google.pubsub.v1.IAcknowledgeRequest) {
        const subscription = named(request.subscription);
        requireInTime(subscription.acknowledge(requireAckIds(request.ackIds)));
        return {};
      },
      ModifyAckDeadline(request: protos.google.pubsub.v1.IModifyAckDeadlineRequest) {
        const deadline_ms = requireDeadlineMs(request.ackDeadlineSeconds);
        const subscription = named(request.subscription);
        requireInTime(subscription.modifyDeadline(requireAckIds(request.ackIds), deadline_ms));
        return {};
      },
      ...snapshotHandlers(broker),
      Pull: (request: protos.google.pubsub.v1.IPullRequest, caller) =>
        pull(named(request.subscription), request, caller, clock),
    },
    duplex: {
      StreamingPull: (call, first: protos.google.pubsub.v1.IStreamingPullRequest) =>
        streamingPull(named(first.subscription), call, first),
    },
  };
}

function updateSubscription(
  broker: Broker,
  { subscription: update, updateMask }: protos.google.pubsub.v1.IUpdateSubscriptionRequest,
  keep: KeepUnserved | undefined,
): { [Field in keyof SubscriptionConfig]: SubscriptionConfig[Field] } {
  if (update === null || update === undefined) throw invalid('subscription', 'what to update', update);
  const subscription = broker.subscription(requireName('subscriptions', 'subscription.name', update.name));
  const current = subscription.config();
  const wire: protos.google.pubsub.v1.ISubscription = { ...current };
  // A deleted topic's name is no name that a request may hold, so it stays out of the reading.
  const readable =
    current.topic === DELETED_TOPIC ? { ...wire, topic: 'projects/deleted/topics/deleted' } : wire;
  const updated = readSubscription(
    applyMask(readable, update, updateMask, UPDATABLE_SUBSCRIPTION_FIELDS),
    keep,
  );
  if (updated.deadLetterPolicy !== undefined && updateMask?.paths?.includes('dead_letter_policy')) {
    broker.topic(updated.deadLetterPolicy.deadLetterTopic);
  }
  subscription.configure({ ...updated, topic: current.topic });
  return subscription.config();
}
