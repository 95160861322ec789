import { readdirSync, readFileSync } from 'node:fs';
import {
  COMPONENTS,
  DEPLOYMENT,
  ORCHESTRATORS,
  SCHEDULES,
  SUBSCRIPTIONS,
  TOPICS,
} from '../../../generated/topology.ts';
import { type Json, type JsonObject, valueAt } from '../google-apis/answer.ts';
import type { GoogleApis } from '../google-apis/google-apis.ts';
import type { RecordedRequest } from '../google-apis/server.ts';

/**
 * Compare what reached the APIs with the contract, from the contract's side and in the APIs' own words, so that a
 * mistake in the deployment's words does not excuse itself.
 *
 * @returns a sentence per contradiction.
 */
export function contradictions(apis: GoogleApis): readonly string[] {
  return [
    ...topicContradictions(apis),
    ...Object.keys(SUBSCRIPTIONS).flatMap((name) => subscriptionContradictions(apis, name)),
    ...Object.keys(SCHEDULES).flatMap((name) => scheduleContradictions(apis, name)),
    ...Object.keys(DEPLOYMENT.components).flatMap((name) => componentContradictions(apis, name)),
    ...roleContradictions(apis),
    ...watchingContradictions(apis),
  ];
}

/** The body of the last request that succeeded in setting a resource. */
function lastBody(apis: GoogleApis, matches: (request: RecordedRequest) => boolean): JsonObject {
  return apis.requests.findLast((request) => request.status === 200 && matches(request))?.body ?? {};
}

/** Compares values at paths, whose steps are separated by spaces, with what they should be. */
function unlike(
  subject: string,
  body: JsonObject,
  wanted: Readonly<Record<string, unknown>>,
): readonly string[] {
  return Object.entries(wanted).flatMap(([path, value]) => {
    const is = valueAt(body, ...path.split(' '));
    return is === value ? [] : [`${subject}: ${path} is ${JSON.stringify(is)}, not ${JSON.stringify(value)}`];
  });
}

const email = (apis: GoogleApis, account: string): string =>
  `${account}@${apis.project.id}.iam.gserviceaccount.com`;
const address = (apis: GoogleApis, component: string): string =>
  `https://${component}-${apis.project.number}.us-west2.run.app`;

function topicContradictions(apis: GoogleApis): readonly string[] {
  return Object.keys(TOPICS).flatMap((name) => {
    const body = lastBody(apis, ({ method, path }) => method === 'PUT' && path.endsWith(`/topics/${name}`));
    return unlike(`topic ${name}`, body, {
      messageRetentionDuration: '604800s',
      'labels managed-by': 'nba-pipeline-contract',
    });
  });
}

function subscriptionContradictions(apis: GoogleApis, name: string): readonly string[] {
  const facts = SUBSCRIPTIONS[name as keyof typeof SUBSCRIPTIONS];
  const body = lastBody(
    apis,
    ({ method, path }) => method === 'PUT' && path.endsWith(`/subscriptions/${name}`),
  );
  const topic = (short: string): string => `projects/${apis.project.id}/topics/${short}`;
  const pushed = facts.push_path !== null;
  return unlike(`subscription ${name}`, body, {
    topic: topic(facts.topic),
    ackDeadlineSeconds: facts.ack_deadline_seconds,
    messageRetentionDuration: `${facts.message_retention_seconds}s`,
    'expirationPolicy ttl': undefined,
    'pushConfig pushEndpoint': pushed ? `${address(apis, facts.component)}${facts.push_path}` : undefined,
    'pushConfig oidcToken serviceAccountEmail': pushed ? email(apis, 'pipeline-push') : undefined,
    'pushConfig oidcToken audience': pushed ? address(apis, facts.component) : undefined,
    'deadLetterPolicy deadLetterTopic':
      facts.dead_letter === null ? undefined : topic(facts.dead_letter.topic),
    'deadLetterPolicy maxDeliveryAttempts': facts.dead_letter?.max_delivery_attempts,
    'retryPolicy minimumBackoff': seconds(facts.retry_policy?.minimum_backoff_seconds),
    'retryPolicy maximumBackoff': seconds(facts.retry_policy?.maximum_backoff_seconds),
  });
}

function seconds(count: number | undefined): string | undefined {
  return count === undefined ? undefined : `${count}s`;
}

function scheduleContradictions(apis: GoogleApis, name: string): readonly string[] {
  const facts = SCHEDULES[name as keyof typeof SCHEDULES];
  const body = lastBody(
    apis,
    (request) =>
      request.method === 'POST' &&
      request.path.endsWith('/jobs') &&
      String(request.body['name']).endsWith(`/${name}`),
  );
  return unlike(`scheduler job ${name}`, body, {
    schedule: facts.cron,
    timeZone: 'America/Los_Angeles',
    attemptDeadline: `${facts.attempt_deadline_seconds}s`,
    'httpTarget uri': `${address(apis, facts.component)}${facts.path}`,
    'httpTarget httpMethod': facts.method,
    // Cloud Scheduler sets it itself and does not keep what is sent.
    'httpTarget headers X-CloudScheduler': undefined,
    'httpTarget headers Content-Type': facts.method === 'POST' ? 'application/json' : undefined,
    'httpTarget oidcToken serviceAccountEmail': email(apis, 'pipeline-scheduler'),
    'httpTarget oidcToken audience': address(apis, facts.component),
    'retryConfig retryCount': facts.retry.max_attempts,
  });
}

function componentContradictions(apis: GoogleApis, name: string): readonly string[] {
  const facts = DEPLOYMENT.components[name as keyof typeof DEPLOYMENT.components];
  const isFunction = COMPONENTS[name as keyof typeof COMPONENTS].runs_as === 'function';
  if (isFunction !== name in ORCHESTRATORS) return [`${name}: only orchestrators are functions`];
  if (isFunction) {
    const body = lastBody(
      apis,
      ({ api, query }) => api === 'cloudfunctions' && query.includes(`functionId=${name}`),
    );
    return unlike(`function ${name}`, body, {
      'buildConfig runtime': 'nodejs22',
      'buildConfig entryPoint': name,
      'serviceConfig maxInstanceRequestConcurrency': facts.concurrency,
      'serviceConfig timeoutSeconds': facts.timeout_seconds,
      'serviceConfig minInstanceCount': facts.min_instances,
      'serviceConfig maxInstanceCount': facts.max_instances,
      'serviceConfig serviceAccountEmail': email(apis, facts.service_account),
    });
  }
  const service = apis.run.services.get(name);
  return unlike(`service ${name}`, service, {
    'metadata labels managed-by': 'nba-pipeline-contract',
    'spec template spec containerConcurrency': facts.concurrency,
    'spec template spec timeoutSeconds': facts.timeout_seconds,
    'spec template spec serviceAccountName': email(apis, facts.service_account),
    'spec template metadata annotations autoscaling.knative.dev/minScale':
      facts.min_instances === 0 ? undefined : String(facts.min_instances),
    'spec template metadata annotations autoscaling.knative.dev/maxScale': String(facts.max_instances),
  });
}

/** What was sent last is what the generated file says, value by value. */
function watchingContradictions(apis: GoogleApis): readonly string[] {
  const folders = [
    ['log-metrics', 'logging', 'name'],
    ['alert-policies', 'monitoring', 'displayName'],
    ['dashboards', 'monitoring', 'displayName'],
  ] as const;
  return folders.flatMap(([folder, api, key]) =>
    readdirSync(new URL(folder, MONITORING)).flatMap((file) => {
      const wanted = JSON.parse(readFileSync(new URL(`${folder}/${file}`, MONITORING), 'utf8')) as JsonObject;
      const body = lastBody(apis, (one) => one.api === api && one.body[key] === wanted[key]);
      return contains(body, wanted) ? [] : [`${folder}/${file}: ${JSON.stringify(body)} was sent`];
    }),
  );
}

const MONITORING = new URL('../../../generated/monitoring/', import.meta.url);

/** Tells whether a value holds all of another; of two objects one may have more members. */
function contains(value: Json | undefined, part: Json | undefined): boolean {
  if (Array.isArray(part)) {
    // gcloud does not send an empty list.
    if (part.length === 0) return value === undefined;
    return (
      Array.isArray(value) &&
      value.length === part.length &&
      part.every((one: Json, index) => contains(value[index], one))
    );
  }
  if (typeof part !== 'object' || part === null) {
    // Whole numbers of 64 bits travel as text.
    return value === part || (typeof part === 'number' && value === String(part));
  }
  return Object.entries(part).every(([name, member]) => contains(valueAt(value, name), member));
}

/** Each identity has exactly what the contract gives it: no more, no less. */
function roleContradictions(apis: GoogleApis): readonly string[] {
  const { id, number } = apis.project;
  const agent = `serviceAccount:service-${number}@gcp-sa-pubsub.iam.gserviceaccount.com`;
  const expectMembers = (resource: string, role: string, wanted: readonly string[]): readonly string[] => {
    const is = [...apis.policies.members(resource, role)].sort().join(' ');
    const should = [...wanted].sort().join(' ');
    return is === should ? [] : [`${role} on ${resource} is held by "${is}", not by "${should}"`];
  };
  const accountOf = (component: string): string =>
    `serviceAccount:${email(apis, component in DEPLOYMENT.components ? component : '')}`;
  const topics = Object.entries(TOPICS).flatMap(([name, { senders }]) =>
    expectMembers(
      `pubsub/projects/${id}/topics/${name}`,
      'roles/pubsub.publisher',
      name.endsWith('-dlq') ? [agent] : senders.map(accountOf),
    ),
  );
  const subscriptions = Object.entries(SUBSCRIPTIONS).flatMap(([name, { dead_letter }]) =>
    expectMembers(
      `pubsub/projects/${id}/subscriptions/${name}`,
      'roles/pubsub.subscriber',
      dead_letter === null ? [] : [agent],
    ),
  );
  // By the clock, or by an operator: nothing else scrapes.
  const called: readonly string[] = [
    'phase1-scrapers',
    'phase3-to-phase4-orchestrator',
    'phase4-orchestrator',
    'phase4-precompute',
    'phase5-coordinator',
  ];
  const callers = Object.keys(DEPLOYMENT.components).flatMap((name) =>
    expectMembers(`run/projects/${id}/locations/us-west2/services/${name}`, 'roles/run.invoker', [
      ...(name === 'phase1-scrapers' ? [] : [`serviceAccount:${email(apis, 'pipeline-push')}`]),
      ...(called.includes(name) ? [`serviceAccount:${email(apis, 'pipeline-scheduler')}`] : []),
    ]),
  );
  const project = expectMembers(
    `cloudresourcemanager/projects/${id}`,
    'roles/datastore.user',
    Object.keys(DEPLOYMENT.components).map(accountOf),
  );
  return [...topics, ...subscriptions, ...callers, ...project];
}
