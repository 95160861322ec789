import { deployedComponents } from '../../generate/cloud.ts';
import { callersOf } from '../../generate/identities.ts';
import type { Topology } from './contract.ts';
import { emailOf, type Named, type Place, pubsubAgent } from './place.ts';
import type { Resource } from './resource.ts';

/** What a role can be granted on. */
export type GrantPlace =
  | 'project'
  | 'topic'
  | 'subscription'
  | 'service'
  | 'service account'
  | 'secret'
  | 'table';

/** Describe a grant: who may do what on which resource. The name says it in words. */
function grant(on_kind: GrantPlace, on: string, role: string, email: string): Omit<Resource, 'stage'> {
  const member = `serviceAccount:${email}`;
  return {
    kind: 'grant',
    name: `${role} on ${on_kind} ${on} to ${email}`,
    settings: { on_kind, on, role, member },
  };
}

/** List what the build identity and the components may do in the whole project. */
export function projectGrants({ deployment }: Topology, place: Place): readonly Omit<Resource, 'stage'>[] {
  const { build, component } = deployment.project_roles;
  const accounts = Object.values(deployment.components).map(({ service_account }) => service_account);
  const builder = deployment.identities.build.service_account;
  return [
    ...build.map((role) => grant('project', place.project, role, emailOf(builder, place))),
    ...accounts.flatMap((account) =>
      component.map((role) => grant('project', place.project, role, emailOf(account, place))),
    ),
  ];
}

/**
 * List who may publish to which topic, that Pub/Sub may publish to each dead-letter topic, and that it may sign tokens
 * of the push identity.
 */
export function topicGrants(topology: Topology, place: Place): readonly Omit<Resource, 'stage'>[] {
  const { resource_roles, components, identities } = topology.deployment;
  const senders = Object.entries(topology.topics).flatMap(([topic, { senders }]) =>
    senders.flatMap((sender) => {
      const account = components[sender]?.service_account;
      return account === undefined
        ? []
        : [grant('topic', topic, resource_roles.sender, emailOf(account, place))];
    }),
  );
  const deadLetters = Object.values(topology.topics).flatMap(({ dead_letter_topic }) =>
    dead_letter_topic === null
      ? []
      : [grant('topic', dead_letter_topic, resource_roles.dead_letter_publisher, pubsubAgent(place))],
  );
  const push = identities.push.service_account;
  return [
    ...senders,
    ...deadLetters,
    grant('service account', push, resource_roles.push_token_creator, pubsubAgent(place)),
  ];
}

/** List who may call a component. */
export function callerGrants(
  component: string,
  topology: Topology,
  place: Place,
): readonly Omit<Resource, 'stage'>[] {
  const { caller } = topology.deployment.resource_roles;
  return callersOf(component, topology).map((account) =>
    grant('service', component, caller, emailOf(account, place)),
  );
}

/** Let every component read the secrets that its alerts need. Cloud Run refuses a service that may not. */
export function secretGrants(
  { deployment }: Topology,
  place: Place,
  { alert_secrets }: Named,
): readonly Omit<Resource, 'stage'>[] {
  const secrets = new Set(
    Object.values(alert_secrets ?? {}).map((reference) => reference.split(':')[0] ?? ''),
  );
  return [...secrets].flatMap((secret) =>
    Object.values(deployment.components).map(({ service_account }) =>
      grant('secret', secret, deployment.resource_roles.secret_reader, emailOf(service_account, place)),
    ),
  );
}

/** Let Pub/Sub take messages off a subscription that dead-letters. */
export function deadLetterGrants(
  name: string,
  topology: Topology,
  place: Place,
): readonly Omit<Resource, 'stage'>[] {
  if (topology.subscriptions[name]?.dead_letter == null) return [];
  const { dead_letter_subscriber } = topology.deployment.resource_roles;
  return [grant('subscription', name, dead_letter_subscriber, pubsubAgent(place))];
}

/** Let Pub/Sub write into a table of messages, and into nothing else. */
export function writerGrant(table: string, role: string, place: Place): Omit<Resource, 'stage'> {
  return grant('table', table, role, pubsubAgent(place));
}

/** Tell whether a component is deployed by this contract. */
export function isDeployed(component: string, topology: Topology): boolean {
  return deployedComponents(topology).includes(component);
}
