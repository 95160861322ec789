import { deployedComponents } from '../../generate/cloud.ts';
import {
  accountsOf,
  callersOf,
  deadLetterGrants,
  type Grant,
  tokenGrant,
  topicGrants,
} from '../../generate/identities.ts';
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

type Unstaged = Omit<Resource, 'stage'>;

/** Describe a grant: who may do what on which resource. The name says it in words. */
function grant(on_kind: GrantPlace, on: string, role: string, email: string): Unstaged {
  const member = `serviceAccount:${email}`;
  return {
    kind: 'grant',
    name: `${role} on ${on_kind} ${on} to ${email}`,
    settings: { on_kind, on, role, member },
  };
}

/** Describe a grant that the contract asks for, in this place. */
function inPlace(on_kind: GrantPlace, { on, role, account }: Grant, place: Place): Unstaged {
  return grant(on_kind, on, role, account === null ? pubsubAgent(place) : emailOf(account, place));
}

/**
 * List what accounts may do in the whole project, who may publish to which topic, and that Pub/Sub may sign tokens of
 * the push identity.
 */
export function foundationGrants(topology: Topology, place: Place): readonly Unstaged[] {
  return [
    ...accountsOf(topology).flatMap(({ account, roles }) =>
      roles.map((role) => inPlace('project', { on: place.project, role, who: account, account }, place)),
    ),
    ...topicGrants(topology).map((one) => inPlace('topic', one, place)),
    inPlace('service account', tokenGrant(topology), place),
  ];
}

/** List who may call a component. */
export function callerGrants(component: string, topology: Topology, place: Place): readonly Unstaged[] {
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
): readonly Unstaged[] {
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
export function subscriptionGrants(name: string, topology: Topology, place: Place): readonly Unstaged[] {
  return deadLetterGrants(topology)
    .filter(({ on }) => on === name)
    .map((one) => inPlace('subscription', one, place));
}

/** Let Pub/Sub write into a table of messages, and into nothing else. */
export function writerGrant(table: string, role: string, place: Place): Unstaged {
  return grant('table', table, role, pubsubAgent(place));
}

/** Tell whether a component is deployed by this contract. */
export function isDeployed(component: string, topology: Topology): boolean {
  return deployedComponents(topology).includes(component);
}
