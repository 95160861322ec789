import type { protos } from '@google-cloud/pubsub';
import type { TopicConfig } from '../config.ts';
import { RETENTION, readDuration } from './duration.ts';
import { requireName } from './names.ts';
import { type KeepUnserved, refuseUnserved } from './refusals.ts';

const UNSERVED = {
  messageStoragePolicy: 'message_storage_policy',
  kmsKeyName: 'kms_key_name',
  schemaSettings: 'schema_settings',
  ingestionDataSourceSettings: 'ingestion_data_source_settings',
  messageTransforms: 'message_transforms',
  tags: 'tags',
} as const;

/** Fields of a topic that an update may name. */
export const UPDATABLE_TOPIC_FIELDS: Readonly<Record<string, keyof TopicConfig>> = {
  labels: 'labels',
  message_retention_duration: 'messageRetentionDuration',
};

/** Reads a topic as a client describes it. @throws {RpcError} INVALID_ARGUMENT, or UNIMPLEMENTED with a field's name. */
export function readTopic(topic: protos.google.pubsub.v1.ITopic, keep?: KeepUnserved): TopicConfig {
  const name = requireName('topics', 'topic.name', topic.name);
  const kept = refuseUnserved(topic, 'topic', UNSERVED, keep);
  const retention = readDuration(
    'topic.message_retention_duration',
    topic.messageRetentionDuration,
    RETENTION,
  );
  return {
    ...kept,
    name,
    labels: topic.labels ?? {},
    ...(retention === undefined ? {} : { messageRetentionDuration: retention }),
    state: 'ACTIVE',
  };
}
