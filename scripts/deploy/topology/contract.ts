import * as generated from '../../../generated/topology.ts';

/** The part of the contract that says what is deployed, with the types of any contract instead of this one's values. */
export interface Topology {
  readonly version: string;
  readonly topics: Readonly<Record<string, TopicFacts>>;
  readonly components: Readonly<Record<string, { readonly runs_as: string }>>;
  readonly subscriptions: Readonly<Record<string, SubscriptionFacts>>;
  readonly schedules: Readonly<Record<string, ScheduleFacts>>;
  readonly state: Readonly<Record<string, { readonly path: string; readonly ttl_field: string | null }>>;
  readonly deployment: Deployment;
}

/** Who sends a topic, and where its undeliverable messages go. */
export interface TopicFacts {
  readonly dead_letter_topic: string | null;
  readonly senders: readonly string[];
}

/** One entry of x-subscriptions. */
export interface SubscriptionFacts {
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
export interface ScheduleFacts {
  readonly cron: string;
  readonly time_zone: string;
  readonly component: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: object;
  readonly attempt_deadline_seconds: number;
  readonly retry: {
    readonly max_attempts: number;
    readonly min_backoff_seconds: number;
    readonly max_backoff_seconds: number;
  };
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
      'sender' | 'caller' | 'dead_letter_publisher' | 'dead_letter_subscriber' | 'push_token_creator',
      string
    >
  >;
  readonly components: Readonly<Record<string, ComponentSettings>>;
  readonly stages: readonly { readonly name: string; readonly components: readonly string[] }[];
  readonly fall_back: { readonly schedules: Readonly<Record<string, ScheduleFacts>> };
}

/** The topology of the contract in this repository. */
export const TOPOLOGY: Topology = {
  version: generated.CONTRACT.version,
  topics: generated.TOPICS,
  components: generated.COMPONENTS,
  subscriptions: generated.SUBSCRIPTIONS,
  schedules: generated.SCHEDULES,
  state: generated.STATE,
  deployment: generated.DEPLOYMENT,
};

/** Name what marks a resource as made from this contract, `nba-pipeline-contract`. */
export function markOf({ deployment }: Topology): string {
  return deployment.labels['managed-by'] ?? '';
}

/** List the components that are deployed, in the order of their stages. */
export function deployedComponents({ deployment }: Topology): readonly string[] {
  return deployment.stages.flatMap(({ components }) => components);
}
