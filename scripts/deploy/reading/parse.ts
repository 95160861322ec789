import { ownHeaders } from '../../generate/cloud.ts';
import { bigQuerySettings } from '../topology/analytics.ts';
import { type Place, PUBSUB, pubsubAgent } from '../topology/place.ts';
import { asText, type LiveResource, type Settings } from '../topology/resource.ts';
import { lastPart, listOf, numberAt, objectOf, textAt, textsAt, type Unknown } from './shapes.ts';

/** Read `gcloud services list --enabled`. */
export function parseApis(printed: unknown): readonly LiveResource[] {
  return listOf(printed).map((one) => ({
    kind: 'api',
    name: textAt(one, 'config', 'name') ?? '',
    settings: {},
  }));
}

/** Read `gcloud iam service-accounts list`; those that Google made itself are left out. */
export function parseAccounts(printed: unknown, project: string): readonly LiveResource[] {
  const suffix = `@${project}.iam.gserviceaccount.com`;
  return listOf(printed).flatMap((one) => {
    const email = textAt(one, 'email') ?? '';
    if (!email.endsWith(suffix)) return [];
    const settings = { purpose: textAt(one, 'displayName'), managed_by: markIn(textAt(one, 'description')) };
    return [{ kind: 'service account', name: email.slice(0, -suffix.length), settings }];
  });
}

/** Read `gcloud firestore databases list`. */
export function parseDatabases(printed: unknown): readonly LiveResource[] {
  return listOf(printed).map((one) => ({
    kind: 'database',
    name: lastPart(one['name']),
    settings: {
      location: textAt(one, 'locationId'),
      type: textAt(one, 'type')?.toLowerCase().replaceAll('_', '-') ?? null,
    },
  }));
}

/** Read `gcloud firestore fields ttls list`. */
export function parseTtls(printed: unknown): readonly LiveResource[] {
  return listOf(printed).map((one) => {
    const [, collection, field] =
      /\/collectionGroups\/([^/]+)\/fields\/([^/]+)$/.exec(String(one['name'])) ?? [];
    return { kind: 'ttl', name: `${collection}.${field}`, settings: {} };
  });
}

/** Read `gcloud firestore indexes composite list`. Firestore itself adds the document's name to every index. */
export function parseIndexes(printed: unknown): readonly LiveResource[] {
  return listOf(printed).map((one) => {
    const collection = /\/collectionGroups\/([^/]+)\//.exec(String(one['name']))?.[1];
    const fields = listOf(one['fields'])
      .filter((field) => field['fieldPath'] !== '__name__')
      .map((field) => `${field['fieldPath']} ${String(field['order']).toLowerCase()}`);
    return { kind: 'index', name: `${collection}: ${fields.join(', ')}`, settings: {} };
  });
}

/** Read `gcloud pubsub topics list`. */
export function parseTopics(printed: unknown): readonly LiveResource[] {
  return listOf(printed).map((one) => ({
    kind: 'topic',
    name: lastPart(one['name']),
    settings: {
      retention_seconds: numberAt(one, 'messageRetentionDuration'),
      managed_by: textAt(one, 'labels', 'managed-by'),
    },
  }));
}

/** Read `gcloud pubsub subscriptions list`. */
export function parseSubscriptions(printed: unknown): readonly LiveResource[] {
  return listOf(printed).map((one) => {
    const deadLetter = textAt(one, 'deadLetterPolicy', 'deadLetterTopic');
    const bigQueryState = textAt(one, 'bigqueryConfig', 'state');
    return {
      kind: 'subscription',
      name: lastPart(one['name']),
      ...(bigQueryState !== null && { state: bigQueryState }),
      settings: {
        topic: lastPart(one['topic']),
        push_endpoint: textAt(one, 'pushConfig', 'pushEndpoint'),
        push_service_account: textAt(one, 'pushConfig', 'oidcToken', 'serviceAccountEmail'),
        push_audience: textAt(one, 'pushConfig', 'oidcToken', 'audience'),
        ...bigQuerySettings(objectOf(one['bigqueryConfig'])),
        ack_deadline_seconds: numberAt(one, 'ackDeadlineSeconds'),
        message_retention_seconds: numberAt(one, 'messageRetentionDuration'),
        expires_after_seconds: numberAt(one, 'expirationPolicy', 'ttl'),
        dead_letter_topic: deadLetter === null ? null : lastPart(deadLetter),
        max_delivery_attempts: numberAt(one, 'deadLetterPolicy', 'maxDeliveryAttempts'),
        minimum_backoff_seconds: numberAt(one, 'retryPolicy', 'minimumBackoff'),
        maximum_backoff_seconds: numberAt(one, 'retryPolicy', 'maximumBackoff'),
        managed_by: textAt(one, 'labels', 'managed-by'),
      },
    };
  });
}

/** Read `gcloud scheduler jobs list`. Headers that the service sets on its own are left out. */
export function parseSchedulerJobs(printed: unknown): readonly LiveResource[] {
  return listOf(printed).map((one) => {
    const headers = ownHeaders(textsAt(one, 'httpTarget', 'headers'));
    const body = textAt(one, 'httpTarget', 'body');
    return {
      kind: 'scheduler job',
      name: lastPart(one['name']),
      state: textAt(one, 'state') ?? 'ENABLED',
      settings: {
        cron: textAt(one, 'schedule'),
        time_zone: textAt(one, 'timeZone'),
        method: textAt(one, 'httpTarget', 'httpMethod'),
        uri: textAt(one, 'httpTarget', 'uri'),
        headers: asText(headers),
        body: body === null ? null : Buffer.from(body, 'base64').toString('utf8'),
        attempt_deadline_seconds: numberAt(one, 'attemptDeadline'),
        max_attempts: numberAt(one, 'retryConfig', 'retryCount') ?? 0,
        min_backoff_seconds: numberAt(one, 'retryConfig', 'minBackoffDuration'),
        max_backoff_seconds: numberAt(one, 'retryConfig', 'maxBackoffDuration'),
        service_account: textAt(one, 'httpTarget', 'oidcToken', 'serviceAccountEmail'),
        audience: textAt(one, 'httpTarget', 'oidcToken', 'audience'),
        managed_by: markIn(textAt(one, 'description')),
      },
    };
  });
}

/** One IAM policy and what it belongs to. */
export interface PolicyOf {
  readonly on_kind: string;
  readonly on: string;
  readonly policy: unknown;
}

/** Read who may do what from IAM policies. Conditional grants are other grants than ours and are left out. */
export function parsePolicies(policies: readonly PolicyOf[]): readonly LiveResource[] {
  return policies.flatMap(({ on_kind, on, policy }) =>
    listOf(objectOf(policy)['bindings'])
      .filter((binding) => binding['condition'] === undefined)
      .flatMap((binding) =>
        membersOf(binding).map((member) => liveGrant(on_kind, on, String(binding['role']), member)),
      ),
  );
}

function membersOf(binding: Unknown): readonly string[] {
  return Array.isArray(binding['members']) ? binding['members'].map(String) : [];
}

function liveGrant(on_kind: string, on: string, role: string, member: string): LiveResource {
  const settings: Settings = { on_kind, on, role, member };
  const whom = member.replace(/^serviceAccount:/, '');
  return { kind: 'grant', name: `${role} on ${on_kind} ${on} to ${whom}`, settings };
}

/**
 * Tell from who may do what whether Pub/Sub's agent is there. Nothing lists agents; making one that is there does nothing.
 */
export function parseAgents(grants: readonly LiveResource[], place: Place): readonly LiveResource[] {
  const agent = `serviceAccount:${pubsubAgent(place)}`;
  const isThere = grants.some(({ settings }) => settings['member'] === agent);
  return isThere ? [{ kind: 'service agent', name: PUBSUB, settings: {} }] : [];
}

/** Find the contract's mark in a description, of what has no labels. */
export function markIn(description: string | null): string | null {
  return /managed-by=([a-z0-9-]+)/.exec(description ?? '')?.[1] ?? null;
}
