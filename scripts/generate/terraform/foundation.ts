import { type Cloud, labelsOf } from '../cloud.ts';
import { accountsOf, tokenGrant } from '../identities.ts';
import { $, AGENT_IS_MADE, emailOf, memberOf, PROJECT, PUBSUB_AGENT, REGION } from './names.ts';
import { asLiteral, resource, type TerraformResource, terraformName } from './resources.ts';

/** Write the APIs, the service accounts with what they may do in the project, and the database. */
export function foundation(cloud: Cloud): readonly TerraformResource[] {
  return [
    ...cloud.deployment.apis.map((name) =>
      resource('google_project_service', name, {
        project: PROJECT,
        service: `${name}.googleapis.com`,
        // Others may use the API too.
        disable_on_destroy: false,
      }),
    ),
    resource('google_project_service_identity', 'pubsub', {
      provider: 'google-beta',
      project: PROJECT,
      service: 'pubsub.googleapis.com',
      depends_on: ['google_project_service.pubsub'],
    }),
    ...accounts(cloud),
    ...database(cloud),
  ];
}

function accounts(cloud: Cloud): readonly TerraformResource[] {
  const { on, role } = tokenGrant(cloud);
  return [
    ...accountsOf(cloud).flatMap(({ account, purpose, roles }) => [
      resource('google_service_account', account, {
        project: PROJECT,
        account_id: account,
        display_name: asLiteral(purpose),
        description: `managed-by=${labelsOf(cloud)['managed-by']}`,
        depends_on: ['google_project_service.iam'],
      }),
      ...roles.map((role) =>
        resource('google_project_iam_member', projectGrantName(account, role), {
          project: PROJECT,
          role,
          member: memberOf(account),
        }),
      ),
    ]),
    resource('google_service_account_iam_member', 'pubsub-agent-signs-pushes', {
      service_account_id: $(`google_service_account.${on}.name`),
      role,
      member: PUBSUB_AGENT,
      depends_on: [AGENT_IS_MADE],
    }),
  ];
}

function projectGrantName(account: string, role: string): string {
  return terraformName(`${account}--${role}`);
}

/** List what lets the build identity build; a function that is made before that cannot be built. */
export function buildGrants({ deployment }: Cloud): readonly string[] {
  const { service_account } = deployment.identities.build;
  return deployment.project_roles.build.map(
    (role) => `google_project_iam_member.${projectGrantName(service_account, role)}`,
  );
}

function database({ deployment, state }: Cloud): readonly TerraformResource[] {
  const { database: name, type, indexes } = deployment.firestore;
  const of = $('google_firestore_database.state.name');
  return [
    resource('google_firestore_database', 'state', {
      project: PROJECT,
      name,
      location_id: REGION,
      type: type.replaceAll('-', '_').toUpperCase(),
      // The state of every date is in it: nobody deletes it by a slip.
      delete_protection_state: 'DELETE_PROTECTION_ENABLED',
      depends_on: ['google_project_service.firestore'],
    }),
    ...indexes.map(({ collection, fields }) =>
      resource('google_firestore_index', [collection, ...fields.map(({ path }) => path)].join('--'), {
        project: PROJECT,
        database: of,
        collection,
        fields: fields.map(({ path, order }) => ({ field_path: path, order: order.toUpperCase() })),
      }),
    ),
    ...Object.values(state).flatMap(({ path, ttl_field }) => {
      const collection = path.split('/').at(-2) ?? path;
      return ttl_field === null
        ? []
        : [
            resource('google_firestore_field', `${collection}--${ttl_field}`, {
              project: PROJECT,
              database: of,
              collection,
              field: ttl_field,
              ttl_config: {},
            }),
          ];
    }),
  ];
}

/** Refer to the identity that builds, in the long form that Cloud Build wants. */
export function buildAccount({ deployment }: Cloud): string {
  return `projects/${PROJECT}/serviceAccounts/${emailOf(deployment.identities.build.service_account)}`;
}
