import type { protos } from '@google-cloud/pubsub';
import type { ServiceHandlers } from '../../rpc/service.ts';
import type { Broker } from '../broker/broker.ts';
import { applyMask } from '../requests/mask.ts';
import { readMessages } from '../requests/message.ts';
import { requireName, requireProject } from '../requests/names.ts';
import { invalid, type KeepUnserved } from '../requests/refusals.ts';
import { readTopic, UPDATABLE_TOPIC_FIELDS } from '../requests/topic.ts';
import { pageOf } from './page.ts';

/** Serves the Publisher API over a broker. A decoded request has the shape that its definition gives it. */
export function publisherHandlers(broker: Broker, keep?: KeepUnserved): ServiceHandlers {
  return {
    unary: {
      CreateTopic(request) {
        const topic = readTopic(request, keep);
        broker.createTopic(topic);
        return { ...topic };
      },
      UpdateTopic: (request) => updateTopic(broker, request, keep),
      Publish(request: protos.google.pubsub.v1.IPublishRequest) {
        const topic = requireName('topics', 'topic', request.topic);
        return { messageIds: broker.publish(topic, readMessages(request.messages ?? [])) };
      },
      GetTopic: ({ topic }: protos.google.pubsub.v1.IGetTopicRequest) => ({
        ...broker.topic(requireName('topics', 'topic', topic)),
      }),
      ListTopics(request: protos.google.pubsub.v1.IListTopicsRequest) {
        const { page, nextPageToken } = pageOf(broker.topics(requireProject(request.project)), request);
        return { topics: page, nextPageToken };
      },
      ListTopicSubscriptions(request: protos.google.pubsub.v1.IListTopicSubscriptionsRequest) {
        const topic = requireName('topics', 'topic', request.topic);
        const { page, nextPageToken } = pageOf(broker.subscriptionsOf(topic), request);
        return { subscriptions: page.map(({ name }) => name), nextPageToken };
      },
      ListTopicSnapshots(request: protos.google.pubsub.v1.IListTopicSnapshotsRequest) {
        const topic = broker.topic(requireName('topics', 'topic', request.topic));
        const { page, nextPageToken } = pageOf(broker.snapshots.ofTopic(topic.name), request);
        return { snapshots: page.map(({ name }) => name), nextPageToken };
      },
      DetachSubscription(request: protos.google.pubsub.v1.IDetachSubscriptionRequest) {
        broker.detach(requireName('subscriptions', 'subscription', request.subscription));
        return {};
      },
      DeleteTopic({ topic }: protos.google.pubsub.v1.IDeleteTopicRequest) {
        broker.deleteTopic(requireName('topics', 'topic', topic));
        return {};
      },
    },
  };
}

function updateTopic(
  broker: Broker,
  { topic, updateMask }: protos.google.pubsub.v1.IUpdateTopicRequest,
  keep: KeepUnserved | undefined,
) {
  if (topic === null || topic === undefined) throw invalid('topic', 'the topic to update', topic);
  const current: protos.google.pubsub.v1.ITopic = broker.topic(
    requireName('topics', 'topic.name', topic.name),
  );
  const updated = readTopic(applyMask(current, topic, updateMask, UPDATABLE_TOPIC_FIELDS), keep);
  broker.updateTopic(updated);
  return { ...updated };
}
