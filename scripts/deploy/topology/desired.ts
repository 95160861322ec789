import { ownHeaders, type SchedulerJob } from '../../generate/cloud.ts';
import { environmentOf } from '../../generate/identities.ts';
import { ANALYTICS, analytics } from './analytics.ts';
import { markOf, type Topology } from './contract.ts';
import { FOUNDATION, foundation } from './foundation.ts';
import { callerGrants, foundationGrants, isDeployed, secretGrants, subscriptionGrants } from './grants.ts';
import { addressOf, type Digests, emailOf, type Named, type Place, UNNAMED } from './place.ts';
import { asText, type Resource } from './resource.ts';
import { logMetrics, watchers } from './watching.ts';

/** The stage after the last: the clock starts only when everything that it calls is there. */
const JOBS = 'Scheduler jobs';

/** The stage before that one: nothing runs by the clock that nobody watches. */
const WATCHING = 'Watching';

/**
 * List everything that the contract wants in a project, in the order of the stages: the foundation, the components phase
 * by phase with their subscriptions, what keeps messages in BigQuery if that is named, then the scheduler jobs.
 *
 * @param digests  of the built code. Without a digest nothing is said about a component's code.
 * @param named  channels, secrets, and whether messages are kept in BigQuery: not part of the contract.
 */
export function desired(
  topology: Topology,
  place: Place,
  digests: Digests,
  named: Named = UNNAMED,
): readonly Resource[] {
  const { stages, fall_back } = topology.deployment;
  const staged = (stage: string, resources: readonly Omit<Resource, 'stage'>[]): readonly Resource[] =>
    resources.map((resource) => ({ ...resource, stage }));
  return [
    ...foundation(topology, place),
    ...staged(FOUNDATION, [
      ...foundationGrants(topology, place),
      ...secretGrants(topology, place, named),
      // A policy is refused until its metric is known everywhere, which takes minutes; so the metrics come first.
      ...logMetrics(topology),
      ...subscriptionsOf((component) => !isDeployed(component, topology), topology, place),
    ]),
    ...stages.flatMap(({ name, components }) =>
      staged(name, [
        ...components.map((component) => service(component, topology, place, digests, named)),
        ...components.flatMap((component) => callerGrants(component, topology, place)),
        ...subscriptionsOf((component) => components.includes(component), topology, place),
      ]),
    ),
    ...staged(ANALYTICS, named.analytics ? analytics(topology, place) : []),
    ...staged(WATCHING, watchers(topology, place, named)),
    ...staged(JOBS, [
      ...Object.entries(topology.schedules).map(([name, facts]) =>
        schedulerJob(name, facts, topology, place),
      ),
      ...Object.entries(fall_back.schedules).map(([name, facts]) =>
        schedulerJob(name, facts, topology, place),
      ),
    ]),
  ];
}

function service(
  component: string,
  topology: Topology,
  place: Place,
  digests: Digests,
  { alert_secrets }: Named,
): Omit<Resource, 'stage'> {
  const { service_account, ...limits } = topology.deployment.components[component] ?? NO_SETTINGS;
  const isFunction = topology.components[component]?.runs_as === 'function';
  const digest = digests[component];
  return {
    kind: isFunction ? 'function' : 'service',
    name: component,
    settings: {
      ...limits,
      service_account: emailOf(service_account, place),
      environment: asText(
        environmentOf(topology, place.project, addressOf(component, place), (account) =>
          emailOf(account, place),
        ),
      ),
      ...(alert_secrets !== null && { alert_secrets: asText(alert_secrets) || null }),
      managed_by: markOf(topology),
      ...(isFunction && { runtime: topology.deployment.runtime }),
      ...(digest !== undefined && { code: digest }),
    },
  };
}

const NO_SETTINGS = { service_account: '' };

function subscriptionsOf(
  isWanted: (component: string) => boolean,
  topology: Topology,
  place: Place,
): readonly Omit<Resource, 'stage'>[] {
  return Object.entries(topology.subscriptions)
    .filter(([, { component }]) => isWanted(component))
    .flatMap(([name]) => [subscription(name, topology, place), ...subscriptionGrants(name, topology, place)]);
}

function subscription(name: string, topology: Topology, place: Place): Omit<Resource, 'stage'> {
  const facts = topology.subscriptions[name];
  if (facts === undefined) throw new Error(`expected ${name} under x-subscriptions`);
  const { push } = topology.deployment.identities;
  const address = addressOf(facts.component, place);
  const pushed = facts.push_path !== null;
  return {
    kind: 'subscription',
    name,
    settings: {
      topic: facts.topic,
      push_endpoint: pushed ? `${address}${facts.push_path}` : null,
      push_service_account: pushed ? emailOf(push.service_account, place) : null,
      push_audience: pushed ? address : null,
      bigquery_table: null,
      ack_deadline_seconds: facts.ack_deadline_seconds,
      message_retention_seconds: facts.message_retention_seconds,
      // Pub/Sub deletes a subscription that nobody used for 31 days, unless told not to: a quiet summer would do.
      expires_after_seconds: null,
      dead_letter_topic: facts.dead_letter?.topic ?? null,
      max_delivery_attempts: facts.dead_letter?.max_delivery_attempts ?? null,
      minimum_backoff_seconds: facts.retry_policy?.minimum_backoff_seconds ?? null,
      maximum_backoff_seconds: facts.retry_policy?.maximum_backoff_seconds ?? null,
      managed_by: markOf(topology),
    },
  };
}

function schedulerJob(
  name: string,
  facts: SchedulerJob,
  topology: Topology,
  place: Place,
): Omit<Resource, 'stage'> {
  const address = addressOf(facts.component, place);
  return {
    kind: 'scheduler job',
    name,
    settings: {
      cron: facts.cron,
      time_zone: facts.time_zone,
      method: facts.method,
      uri: `${address}${facts.path}`,
      headers: asText(ownHeaders(facts.headers)),
      body: facts.body === undefined ? null : JSON.stringify(facts.body),
      attempt_deadline_seconds: facts.attempt_deadline_seconds,
      max_attempts: facts.retry.max_attempts,
      min_backoff_seconds: facts.retry.min_backoff_seconds,
      max_backoff_seconds: facts.retry.max_backoff_seconds,
      service_account: emailOf(topology.deployment.identities.scheduler.service_account, place),
      audience: address,
      managed_by: markOf(topology),
    },
  };
}
