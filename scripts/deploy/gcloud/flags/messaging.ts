import type { Step } from '../../plan/plan.ts';
import type { LiveResource, Setting, Settings } from '../../topology/resource.ts';

/** Give the flags of a topic. */
export function topicArguments(settings: Settings, verb: 'create' | 'update'): readonly string[] {
  const labels = verb === 'create' ? '--labels' : '--update-labels';
  return [
    `--message-retention-duration=${settings['retention_seconds']}s`,
    `${labels}=managed-by=${settings['managed_by']}`,
  ];
}

/** Give the flags of a subscription: every setting, so that what a hand has changed is put back with the rest. */
export function subscriptionArguments({ action, resource, there }: Step): readonly string[] {
  const { settings } = resource;
  const creating = action === 'create';
  const retention = `--message-retention-duration=${settings['message_retention_seconds']}s`;
  return [
    ...(creating ? [`--topic=${settings['topic']}`] : []),
    ...pushArguments(settings, creating),
    ...bigQueryArguments(settings, there),
    ...(settings['ack_deadline_seconds'] === undefined
      ? []
      : [`--ack-deadline=${settings['ack_deadline_seconds']}`]),
    retention,
    '--expiration-period=never',
    ...eitherOr(settings['dead_letter_topic'], creating ? null : '--clear-dead-letter-policy', [
      `--dead-letter-topic=${settings['dead_letter_topic']}`,
      `--max-delivery-attempts=${settings['max_delivery_attempts']}`,
    ]),
    ...eitherOr(settings['minimum_backoff_seconds'], creating ? null : '--clear-retry-policy', [
      `--min-retry-delay=${settings['minimum_backoff_seconds']}s`,
      `--max-retry-delay=${settings['maximum_backoff_seconds']}s`,
    ]),
    `${creating ? '--labels' : '--update-labels'}=managed-by=${settings['managed_by']}`,
  ];
}

function pushArguments(settings: Settings, creating: boolean): readonly string[] {
  return eitherOr(settings['push_endpoint'], creating ? null : '--push-endpoint=', [
    `--push-endpoint=${settings['push_endpoint']}`,
    `--push-auth-service-account=${settings['push_service_account']}`,
    `--push-auth-token-audience=${settings['push_audience']}`,
  ]);
}

/** A subscription that writes to BigQuery says how; one that a hand made to write there, and should not, stops it. */
function bigQueryArguments(settings: Settings, there: LiveResource | undefined): readonly string[] {
  const table = settings['bigquery_table'];
  if (typeof table === 'string') return [`--bigquery-table=${table.replace('.', ':')}`, '--write-metadata'];
  const is_written = typeof there?.settings['bigquery_table'] === 'string';
  return is_written ? ['--clear-bigquery-config'] : [];
}

/** The flags when a setting is set; else the flag that clears it, if there is something to clear. */
function eitherOr(
  setting: Setting | undefined,
  clear: string | null,
  flags: readonly string[],
): readonly string[] {
  if (setting !== null && setting !== undefined) return flags;
  return clear === null ? [] : [clear];
}

/** Give the flags of a scheduler job: every setting. */
export function schedulerJobArguments({ action, resource }: Step): readonly string[] {
  const { settings } = resource;
  const creating = action === 'create';
  return [
    `--schedule=${settings['cron']}`,
    `--time-zone=${settings['time_zone']}`,
    `--uri=${settings['uri']}`,
    `--http-method=${settings['method']}`,
    ...eitherOr(settings['headers'] || null, creating ? null : '--clear-headers', [
      `${creating ? '--headers' : '--update-headers'}=${settings['headers']}`,
    ]),
    ...eitherOr(settings['body'], creating ? null : '--clear-message-body', [
      `--message-body=${settings['body']}`,
    ]),
    `--attempt-deadline=${settings['attempt_deadline_seconds']}s`,
    `--max-retry-attempts=${settings['max_attempts']}`,
    `--min-backoff=${settings['min_backoff_seconds']}s`,
    `--max-backoff=${settings['max_backoff_seconds']}s`,
    `--oidc-service-account-email=${settings['service_account']}`,
    `--oidc-token-audience=${settings['audience']}`,
    `--description=managed-by=${settings['managed_by']}`,
  ];
}
