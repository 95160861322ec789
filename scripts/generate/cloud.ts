import type { Contract } from '../contract/contract.ts';
import { at, isObject, type JsonObject } from '../contract/json.ts';
import { topicsOf } from '../contract/topics.ts';

/** What a contract without problems says about the cloud, with types; the lint has checked the form. */
export interface Cloud {
  readonly document: JsonObject;
  readonly version: string;
  readonly topics: Readonly<Record<string, Topic>>;
  readonly components: Readonly<Record<string, { readonly phase: string | null; readonly runs_as: string }>>;
  readonly subscriptions: Readonly<Record<string, Subscription>>;
  readonly schedules: Readonly<Record<string, SchedulerJob>>;
  readonly endpoints: readonly Endpoint[];
  readonly state: Readonly<Record<string, { readonly path: string; readonly ttl_field: string | null }>>;
  readonly deployment: Deployment;
  readonly monitoring: Monitoring;
}

/** What channels and operations say of one topic. */
export interface Topic {
  readonly dead_letter_topic: string | null;
  readonly messages: readonly string[];
  readonly senders: readonly string[];
}

/** One entry of x-subscriptions. */
export interface Subscription {
  readonly topic: string;
  readonly component: string;
  readonly push_path: string | null;
  readonly ack_deadline_seconds: number;
  readonly retry_policy: {
    readonly minimum_backoff_seconds: number;
    readonly maximum_backoff_seconds: number;
  } | null;
  readonly dead_letter: { readonly topic: string; readonly max_delivery_attempts: number } | null;
  readonly message_retention_seconds: number;
}

/** One entry of x-schedules or of the fall-back. */
export interface SchedulerJob {
  readonly cron: string;
  readonly time_zone: string;
  readonly component: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: JsonObject;
  readonly attempt_deadline_seconds: number;
  readonly retry: {
    readonly max_attempts: number;
    readonly min_backoff_seconds: number;
    readonly max_backoff_seconds: number;
  };
}

/** Where one entry of x-endpoints is served. */
export interface Endpoint {
  readonly component: string;
  readonly path: string;
}

/** How one component runs. */
export interface ComponentSettings {
  readonly service_account: string;
  readonly concurrency: number;
  readonly timeout_seconds: number;
  readonly min_instances: number;
  readonly max_instances: number;
  readonly memory_mebibytes: number;
  readonly cpu: number;
}

/** The section x-deployment. */
export interface Deployment {
  readonly region: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly apis: readonly string[];
  readonly runtime: string;
  readonly topic_retention_seconds: number;
  readonly firestore: {
    readonly database: string;
    readonly type: string;
    readonly indexes: readonly {
      readonly collection: string;
      readonly fields: readonly { readonly path: string; readonly order: string }[];
    }[];
  };
  readonly identities: Readonly<
    Record<'push' | 'scheduler' | 'build', { readonly service_account: string; readonly purpose: string }>
  >;
  readonly project_roles: Readonly<Record<'build' | 'component', readonly string[]>>;
  readonly resource_roles: Readonly<
    Record<
      | 'sender'
      | 'caller'
      | 'dead_letter_publisher'
      | 'dead_letter_subscriber'
      | 'push_token_creator'
      | 'secret_reader',
      string
    >
  >;
  readonly components: Readonly<Record<string, ComponentSettings>>;
  readonly analytics?: Analytics;
  readonly stages: readonly { readonly name: string; readonly components: readonly string[] }[];
  readonly fall_back: { readonly schedules: Readonly<Record<string, SchedulerJob>> };
}

/** How every message is kept in BigQuery, where whoever deploys asks for it. */
export interface Analytics {
  readonly purpose: string;
  /** The API that it needs, without `.googleapis.com`. */
  readonly api: string;
  readonly dataset: string;
  /** How long Pub/Sub keeps a message that it cannot write. */
  readonly message_retention_seconds: number;
  /** The role of Pub/Sub's agent on each table of messages. */
  readonly table_writer: string;
}

/** The section x-monitoring. */
export interface Monitoring {
  readonly log_events: Readonly<
    Record<string, { readonly purpose: string; readonly fields: readonly string[] }>
  >;
  readonly hops: Readonly<
    Record<
      string,
      { readonly title: string; readonly subscriptions: readonly string[]; readonly target_seconds: number }
    >
  >;
  readonly end_to_end: { readonly target_seconds: number };
  readonly metrics: Readonly<Record<string, Metric>>;
  readonly alerts: Readonly<Record<string, Alert>>;
}

/** A number, or the dotted place in the contract where it stands. */
export type Threshold = number | string;

/** One log-based metric. */
export interface Metric {
  readonly purpose: string;
  readonly event: string;
  readonly where?: readonly {
    readonly field: string;
    readonly equals?: string;
    readonly above?: Threshold;
    readonly below?: Threshold;
    readonly at_least?: Threshold;
    readonly not_equals?: string;
  }[];
  readonly over_hop_target?: true;
  readonly value?: string;
  readonly labels: readonly string[];
}

/** One alert policy. */
export interface Alert {
  readonly severity: 'critical' | 'warning' | 'info';
  readonly title: string;
  readonly meaning: string;
  readonly metrics?: readonly string[];
  readonly dead_letters?: true;
  readonly event?: string;
}

/** Read what a contract says about the cloud. The contract must be without problems. */
export function readCloud({ document, version }: Contract): Cloud {
  const section = <Section>(name: string): Section => document[name] as unknown as Section;
  return {
    document,
    version,
    topics: topicsOf(document) as unknown as Cloud['topics'],
    components: section('x-components'),
    subscriptions: section('x-subscriptions'),
    schedules: section('x-schedules'),
    endpoints: section('x-endpoints'),
    state: section('x-state'),
    deployment: section('x-deployment'),
    monitoring: section('x-monitoring'),
  };
}

/** Give the number of a threshold, looked up in the contract when it is a place. */
export function numberOf({ document }: Cloud, threshold: Threshold): number {
  return typeof threshold === 'number' ? threshold : Number(at(document, ...threshold.split('.')));
}

/** List the subscriptions that keep undeliverable messages: those of the dead-letter topics. */
export function deadLetterSubscriptions({ topics, subscriptions }: Cloud): readonly string[] {
  const deadLetters = new Set(Object.values(topics).map(({ dead_letter_topic }) => dead_letter_topic));
  return Object.entries(subscriptions).flatMap(([name, { topic }]) => (deadLetters.has(topic) ? [name] : []));
}

/** List the components that this contract deploys, in the order of the stages. */
export function deployedComponents({ deployment }: Pick<Cloud, 'deployment'>): readonly string[] {
  return deployment.stages.flatMap(({ components }) => components);
}

/** Give the mapping `managed-by` of everything that can carry labels. */
export function labelsOf({ deployment }: Cloud): JsonObject {
  const labels: unknown = deployment.labels;
  return isObject(labels as JsonObject) ? (labels as JsonObject) : {};
}

/**
 * Leave out of a schedule's headers those that Cloud Scheduler itself sets on every request and does not keep in a job:
 * what is sent and not kept would differ for ever.
 */
export function ownHeaders(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !isSchedulers(name)));
}

function isSchedulers(header: string): boolean {
  return /^(host|content-length|user-agent|x-google-.*|x-appengine-.*|x-cloudscheduler(-.*)?)$/i.test(header);
}
