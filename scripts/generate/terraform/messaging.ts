import type { JsonObject } from '../../contract/json.ts';
import { type Cloud, deployedComponents, labelsOf, ownHeaders, type SchedulerJob } from '../cloud.ts';
import { deadLetterGrants, type Grant, topicGrants } from '../identities.ts';
import {
  $,
  AGENT_IS_MADE,
  addressOf,
  componentAddress,
  emailOf,
  memberOf,
  PROJECT,
  PUBSUB_AGENT,
  REGION,
} from './names.ts';
import { resource, type TerraformResource } from './resources.ts';

/** Write topics, who may send to them, and the dead-letter rights of Pub/Sub itself. */
export function topics(cloud: Cloud): readonly TerraformResource[] {
  return [
    ...Object.keys(cloud.topics).map((name) =>
      resource('google_pubsub_topic', name, {
        project: PROJECT,
        name,
        message_retention_duration: `${cloud.deployment.topic_retention_seconds}s`,
        labels: labelsOf(cloud),
        depends_on: ['google_project_service.pubsub'],
      }),
    ),
    ...topicGrants(cloud).map((one) => granted('topic', one)),
  ];
}

/** Write subscriptions, and that Pub/Sub may take messages off those that dead-letter. */
export function subscriptions(cloud: Cloud): readonly TerraformResource[] {
  return [
    ...Object.keys(cloud.subscriptions).map((name) =>
      resource('google_pubsub_subscription', name, subscription(cloud, name)),
    ),
    ...deadLetterGrants(cloud).map((one) => granted('subscription', one)),
  ];
}

function granted(kind: 'topic' | 'subscription', { on, role, who, account }: Grant): TerraformResource {
  return resource(`google_pubsub_${kind}_iam_member`, `${on}--${who}`, {
    project: PROJECT,
    [kind]: $(`google_pubsub_${kind}.${on}.name`),
    role,
    ...(account === null
      ? { member: PUBSUB_AGENT, depends_on: [AGENT_IS_MADE] }
      : { member: memberOf(account) }),
  });
}

function subscription(cloud: Cloud, name: string): JsonObject {
  const facts = cloud.subscriptions[name];
  if (facts === undefined) throw new Error(`expected ${name} under x-subscriptions`);
  const { topic, component, push_path, dead_letter, retry_policy } = facts;
  const address = addressOf(component);
  const account = cloud.deployment.identities.push.service_account;
  const isOurs = deployedComponents(cloud).includes(component);
  return {
    project: PROJECT,
    name,
    topic: $(`google_pubsub_topic.${topic}.id`),
    ack_deadline_seconds: facts.ack_deadline_seconds,
    message_retention_duration: `${facts.message_retention_seconds}s`,
    // Pub/Sub deletes a subscription that nobody used for 31 days, unless the time is empty.
    expiration_policy: { ttl: '' },
    ...(push_path !== null && {
      push_config: {
        push_endpoint: `${address}${push_path}`,
        oidc_token: { service_account_email: emailOf(account), audience: address },
      },
    }),
    ...(retry_policy !== null && {
      retry_policy: {
        minimum_backoff: `${retry_policy.minimum_backoff_seconds}s`,
        maximum_backoff: `${retry_policy.maximum_backoff_seconds}s`,
      },
    }),
    ...(dead_letter !== null && {
      dead_letter_policy: {
        dead_letter_topic: $(`google_pubsub_topic.${dead_letter.topic}.id`),
        max_delivery_attempts: dead_letter.max_delivery_attempts,
      },
    }),
    labels: labelsOf(cloud),
    // The first push must find the receiver, and Pub/Sub must be allowed to sign it.
    ...(push_path !== null && {
      depends_on: [
        ...(isOurs ? [componentAddress(component, cloud)] : []),
        'google_service_account_iam_member.pubsub-agent-signs-pushes',
      ],
    }),
  };
}

/** Write the scheduler jobs, and those of the fall-back, which wait paused. */
export function schedulerJobs(cloud: Cloud): readonly TerraformResource[] {
  return [
    ...Object.entries(cloud.schedules).map(([name, facts]) => schedulerJob(cloud, name, facts, false)),
    ...Object.entries(cloud.deployment.fall_back.schedules).map(([name, facts]) =>
      schedulerJob(cloud, name, facts, true),
    ),
  ];
}

function schedulerJob(cloud: Cloud, name: string, facts: SchedulerJob, paused: boolean): TerraformResource {
  const address = addressOf(facts.component);
  return resource('google_cloud_scheduler_job', name, {
    project: PROJECT,
    region: REGION,
    name,
    description: `Calls ${facts.method} ${facts.path} of ${facts.component}; managed-by=${labelsOf(cloud)['managed-by']}`,
    schedule: facts.cron,
    time_zone: facts.time_zone,
    attempt_deadline: `${facts.attempt_deadline_seconds}s`,
    ...(paused && { paused }),
    retry_config: {
      retry_count: facts.retry.max_attempts,
      min_backoff_duration: `${facts.retry.min_backoff_seconds}s`,
      max_backoff_duration: `${facts.retry.max_backoff_seconds}s`,
    },
    http_target: {
      http_method: facts.method,
      uri: `${address}${facts.path}`,
      headers: ownHeaders(facts.headers),
      ...(facts.body !== undefined && {
        body: $(`base64encode(${JSON.stringify(JSON.stringify(facts.body))})`),
      }),
      oidc_token: {
        service_account_email: emailOf(cloud.deployment.identities.scheduler.service_account),
        audience: address,
      },
    },
    depends_on: ['google_project_service.cloudscheduler', componentAddress(facts.component, cloud)],
  });
}
