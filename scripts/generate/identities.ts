import type { Cloud } from './cloud.ts';

/**
 * List the service accounts that may call a component: that of the pushes where a subscription delivers to it, and that
 * of the schedules where one of them calls it or an endpoint is for an operator, who calls in the scheduler's name.
 */
export function callersOf(
  component: string,
  {
    subscriptions,
    schedules,
    endpoints,
    deployment,
  }: Pick<Cloud, 'subscriptions' | 'schedules' | 'endpoints' | 'deployment'>,
): readonly string[] {
  const { push, scheduler } = deployment.identities;
  const pushes = Object.values(subscriptions).filter((one) => one.component === component);
  const calls = [...Object.values(schedules), ...Object.values(deployment.fall_back.schedules)];
  const isPushed = (path: string): boolean => pushes.some(({ push_path }) => push_path === path);
  const isCalled =
    calls.some((one) => one.component === component) ||
    endpoints.some((one) => one.component === component && !isPushed(one.path));
  return [
    ...(pushes.length > 0 ? [push.service_account] : []),
    ...(isCalled ? [scheduler.service_account] : []),
  ];
}

/** A role on one resource, for a service account of ours, or for Pub/Sub's own agent. */
export interface Grant {
  readonly on: string;
  readonly role: string;
  /** Who needs it: the component that sends, the account that calls, or `pubsub-agent`. */
  readonly who: string;
  /** A service account; null for Pub/Sub's own agent. */
  readonly account: string | null;
}

const AGENT = { who: 'pubsub-agent', account: null };

/** List who may publish to which topic, and that Pub/Sub may publish to each dead-letter topic. */
export function topicGrants({ topics, deployment }: Pick<Cloud, 'topics' | 'deployment'>): readonly Grant[] {
  const { components, resource_roles } = deployment;
  return Object.entries(topics).flatMap(([topic, { senders, dead_letter_topic }]): readonly Grant[] => [
    ...senders.flatMap((who) => {
      const account = components[who]?.service_account;
      return account === undefined ? [] : [{ on: topic, role: resource_roles.sender, who, account }];
    }),
    ...(dead_letter_topic === null
      ? []
      : [{ on: dead_letter_topic, role: resource_roles.dead_letter_publisher, ...AGENT }]),
  ]);
}

/** List that Pub/Sub may take messages off each subscription that dead-letters. */
export function deadLetterGrants({
  subscriptions,
  deployment,
}: Pick<Cloud, 'subscriptions' | 'deployment'>): readonly Grant[] {
  const role = deployment.resource_roles.dead_letter_subscriber;
  return Object.entries(subscriptions).flatMap(([on, { dead_letter }]) =>
    dead_letter === null ? [] : [{ on, role, ...AGENT }],
  );
}

/** Let Pub/Sub sign tokens of the identity that pushes. */
export function tokenGrant({ deployment }: Pick<Cloud, 'deployment'>): Grant {
  const { identities, resource_roles } = deployment;
  return { on: identities.push.service_account, role: resource_roles.push_token_creator, ...AGENT };
}

/** List every service account with what it is for, and its roles in the whole project: of the components, then the others. */
export function accountsOf({ deployment }: Pick<Cloud, 'deployment'>) {
  const { components, identities, project_roles } = deployment;
  return [
    ...Object.entries(components).map(([name, { service_account }]) => ({
      account: service_account,
      purpose: `Runs ${name}.`,
      roles: project_roles.component,
    })),
    ...Object.entries(identities).map(([name, { service_account, purpose }]) => ({
      account: service_account,
      purpose,
      roles: name === 'build' ? project_roles.build : [],
    })),
  ];
}

/** Give the variables that a component finds in its environment. @param email  of a service account. */
export function environmentOf(
  { deployment }: Pick<Cloud, 'deployment'>,
  project: string,
  address: string,
  email: (account: string) => string,
): Record<string, string> {
  const { push, scheduler } = deployment.identities;
  return {
    GOOGLE_CLOUD_PROJECT: project,
    PUSH_AUDIENCE: address,
    PUSH_SERVICE_ACCOUNTS: [push, scheduler].map(({ service_account }) => email(service_account)).join(' '),
    // Only invokers may call, so Cloud Run checks the signature and may remove it from the token.
    PUSH_SIGNATURE: 'platform',
  };
}
