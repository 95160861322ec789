import type { protos } from '@google-cloud/pubsub';
import { durationMs, type PushConfig, type SubscriptionConfig } from '../config.ts';
import { parseFilter } from '../filter/parse.ts';
import { BACKOFF, EXPIRATION, RETENTION, readDuration, seconds } from './duration.ts';
import { requireName } from './names.ts';
import { invalid, type KeepUnserved, refuseUnserved, requireWithin, unserved } from './refusals.ts';

type Wire = protos.google.pubsub.v1.ISubscription;

const UNSERVED = {
  bigqueryConfig: 'bigquery_config',
  cloudStorageConfig: 'cloud_storage_config',
  bigtableConfig: 'bigtable_config',
  messageTransforms: 'message_transforms',
  tags: 'tags',
} as const;

/** Fields of a subscription that an update may name. */
export const UPDATABLE_SUBSCRIPTION_FIELDS: Readonly<Record<string, keyof Wire>> = {
  push_config: 'pushConfig',
  bigquery_config: 'bigqueryConfig',
  cloud_storage_config: 'cloudStorageConfig',
  ack_deadline_seconds: 'ackDeadlineSeconds',
  retain_acked_messages: 'retainAckedMessages',
  message_retention_duration: 'messageRetentionDuration',
  labels: 'labels',
  expiration_policy: 'expirationPolicy',
  dead_letter_policy: 'deadLetterPolicy',
  retry_policy: 'retryPolicy',
  enable_exactly_once_delivery: 'enableExactlyOnceDelivery',
};

/**
 * Reads a subscription as a client describes it and fills in the service's defaults.
 *
 * @throws {RpcError} INVALID_ARGUMENT, or UNIMPLEMENTED with the name of a field that is not served.
 */
export function readSubscription(wire: Wire, keep?: KeepUnserved): SubscriptionConfig {
  const kept = refuseUnserved(wire, 'subscription', UNSERVED, keep);
  const pushes = (wire.pushConfig?.pushEndpoint ?? '') !== '';
  if (wire.enableExactlyOnceDelivery && pushes) {
    throw invalid('subscription.enable_exactly_once_delivery', 'unset where messages are pushed', true);
  }
  const retention = readDuration(
    'subscription.message_retention_duration',
    wire.messageRetentionDuration,
    RETENTION,
  );
  return {
    ...kept,
    name: requireName('subscriptions', 'subscription.name', wire.name),
    topic: requireName('topics', 'subscription.topic', wire.topic),
    ...readRules(wire),
    messageRetentionDuration: retention ?? seconds(7 * 24 * 60 * 60),
  };
}

/** Reads everything that may change during a subscription's life, and its ordering. */
function readRules(wire: Wire): Omit<SubscriptionConfig, 'name' | 'topic' | 'messageRetentionDuration'> {
  return {
    pushConfig: readPushConfig(wire.pushConfig),
    ackDeadlineSeconds: requireWithin(
      'subscription.ack_deadline_seconds',
      wire.ackDeadlineSeconds || 10,
      10,
      600,
    ),
    labels: wire.labels ?? {},
    enableMessageOrdering: wire.enableMessageOrdering ?? false,
    enableExactlyOnceDelivery: wire.enableExactlyOnceDelivery ?? false,
    retainAckedMessages: wire.retainAckedMessages ?? false,
    filter: readFilter(wire.filter ?? ''),
    detached: wire.detached ?? false,
    ...readExpiration(wire.expirationPolicy),
    ...readDeadLetter(wire.deadLetterPolicy),
    ...readRetry(wire.retryPolicy),
    state: 'ACTIVE',
  };
}

/** Checks a filter and keeps its text. @throws {RpcError} INVALID_ARGUMENT. */
function readFilter(text: string): string {
  if (text !== '') parseFilter(text);
  return text;
}

/** Reads where to push to. @throws {RpcError} as `readSubscription`. */
export function readPushConfig(wire: Wire['pushConfig']): PushConfig {
  if (wire === null || wire === undefined) return {};
  const attributes = wire.attributes ?? {};
  for (const [name, value] of Object.entries(attributes)) {
    if (name !== 'x-goog-version' || value !== 'v1')
      throw unserved(`push_config.attributes ${name}=${value}`);
  }
  const endpoint = wire.pushEndpoint ?? '';
  if (endpoint === '') return {};
  if (!URL.canParse(endpoint) || !/^https?:/i.test(endpoint)) {
    throw invalid('push_config.push_endpoint', 'an http:// or https:// URL', endpoint);
  }
  return {
    pushEndpoint: endpoint,
    attributes,
    ...readToken(wire.oidcToken),
    ...readUnwrapping(wire.noWrapper),
  };
}

type WirePush = protos.google.pubsub.v1.IPushConfig;

function readToken(wire: WirePush['oidcToken']): Pick<PushConfig, 'oidcToken'> {
  if (wire === null || wire === undefined) return {};
  const serviceAccountEmail = wire.serviceAccountEmail ?? '';
  if (serviceAccountEmail === '') {
    throw invalid('push_config.oidc_token.service_account_email', 'the email of a service account', '');
  }
  return { oidcToken: { serviceAccountEmail, audience: wire.audience ?? '' } };
}

function readUnwrapping(wire: WirePush['noWrapper']): Pick<PushConfig, 'noWrapper'> {
  return wire === null || wire === undefined
    ? {}
    : { noWrapper: { writeMetadata: wire.writeMetadata ?? false } };
}

function readExpiration(wire: Wire['expirationPolicy']): Pick<SubscriptionConfig, 'expirationPolicy'> {
  if (wire === null || wire === undefined) return {};
  const ttl = readDuration('expiration_policy.ttl', wire.ttl, EXPIRATION);
  return { expirationPolicy: ttl === undefined ? {} : { ttl } };
}

function readDeadLetter(wire: Wire['deadLetterPolicy']): Pick<SubscriptionConfig, 'deadLetterPolicy'> {
  if (wire === null || wire === undefined) return {};
  const attempts = wire.maxDeliveryAttempts || 5;
  return {
    deadLetterPolicy: {
      deadLetterTopic: requireName('topics', 'dead_letter_policy.dead_letter_topic', wire.deadLetterTopic),
      maxDeliveryAttempts: requireWithin('dead_letter_policy.max_delivery_attempts', attempts, 5, 100),
    },
  };
}

function readRetry(wire: Wire['retryPolicy']): Pick<SubscriptionConfig, 'retryPolicy'> {
  if (wire === null || wire === undefined) return {};
  const minimum = readDuration('retry_policy.minimum_backoff', wire.minimumBackoff, BACKOFF) ?? seconds(10);
  const maximum = readDuration('retry_policy.maximum_backoff', wire.maximumBackoff, BACKOFF) ?? seconds(600);
  if (durationMs(minimum) > durationMs(maximum)) {
    throw invalid(
      'retry_policy.minimum_backoff',
      `at most maximum_backoff, ${durationMs(maximum)} ms`,
      durationMs(minimum),
    );
  }
  return { retryPolicy: { minimumBackoff: minimum, maximumBackoff: maximum } };
}
