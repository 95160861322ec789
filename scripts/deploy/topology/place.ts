/** Where a deployment goes. */
export interface Place {
  readonly project: string;
  /** The project's number, a text of digits. */
  readonly number: string;
  readonly region: string;
}

/** Digest of the code of each component, 16 hex digits; a component that is left out is not built. */
export type Digests = Readonly<Record<string, string>>;

/** What whoever deploys names beside the contract; null says nothing about it and leaves what is there. */
export interface Named {
  /** Ids of the notification channels of every alert policy. */
  readonly channels: readonly string[] | null;
  /** Secrets of Secret Manager by the variable that a component finds them in: `webhook:latest`. */
  readonly alert_secrets: Readonly<Record<string, string>> | null;
  /** Keep every message in BigQuery; a project that does so already goes on without it. */
  readonly analytics: boolean;
}

/** Nothing is named. */
export const UNNAMED: Named = { channels: null, alert_secrets: null, analytics: false };

/** The variables that say where a component sends its own alerts. They belong to whoever deploys. */
export const ALERT_VARIABLES: readonly string[] = [
  'ALERT_WEBHOOK_URL',
  'ALERT_EMAIL_KEY',
  'ALERT_EMAIL_FROM',
  'ALERT_EMAIL_TO',
  'ALERT_EMAIL_URL',
];

/**
 * Give the address of a component. It is known before the component is deployed, and it is the audience of every token
 * that is sent to it. A function of the second generation is a Cloud Run service of the same name.
 */
export function addressOf(component: string, { number, region }: Place): string {
  return `https://${component}-${number}.${region}.run.app`;
}

/** Give the e-mail address of a service account of the project. */
export function emailOf(account: string, { project }: Place): string {
  return `${account}@${project}.iam.gserviceaccount.com`;
}

/** The API whose agent works for us. */
export const PUBSUB = 'pubsub.googleapis.com';

/** Give Pub/Sub's own identity in the project; it moves messages to dead-letter topics and signs pushes. */
export function pubsubAgent({ number }: Place): string {
  return `service-${number}@gcp-sa-pubsub.iam.gserviceaccount.com`;
}
