import type { JsonObject } from '../../contract/json.ts';
import { type Cloud, type ComponentSettings, deployedComponents, labelsOf } from '../cloud.ts';
import { callersOf, environmentOf } from '../identities.ts';
import { buildAccount, buildGrants } from './foundation.ts';
import { $, addressOf, emailOf, isFunction, memberOf, PROJECT, REGION } from './names.ts';
import { resource, type TerraformResource } from './resources.ts';

/** Write the Cloud Run services and the functions, and who may call each. */
export function components(cloud: Cloud): readonly TerraformResource[] {
  return deployedComponents(cloud).flatMap((name) => {
    const settings = cloud.deployment.components[name];
    if (settings === undefined) throw new Error(`expected ${name} under x-deployment.components`);
    const made = isFunction(name, cloud)
      ? resource('google_cloudfunctions2_function', name, functionBody(cloud, name, settings))
      : resource('google_cloud_run_v2_service', name, serviceBody(cloud, name, settings));
    return [made, secretReader(cloud, name, settings), ...callers(cloud, name)];
  });
}

function serviceBody(cloud: Cloud, name: string, settings: ComponentSettings): JsonObject {
  return {
    project: PROJECT,
    location: REGION,
    name,
    ingress: 'INGRESS_TRAFFIC_ALL',
    labels: labelsOf(cloud),
    template: {
      service_account: emailOf(settings.service_account),
      timeout: `${settings.timeout_seconds}s`,
      max_instance_request_concurrency: settings.concurrency,
      scaling: { min_instance_count: settings.min_instances, max_instance_count: settings.max_instances },
      containers: [
        {
          image: $(`var.images["${name}"]`),
          env: Object.entries(environmentOf(cloud, PROJECT, addressOf(name), emailOf)).map(
            ([variable, value]) => ({
              name: variable,
              value,
            }),
          ),
          dynamic: {
            env: {
              for_each: $('var.alert_secrets'),
              content: {
                name: $('env.key'),
                value_source: {
                  secret_key_ref: { secret: $(secretIn('env.value')), version: $(versionIn('env.value')) },
                },
              },
            },
          },
          resources: { limits: { cpu: String(settings.cpu), memory: `${settings.memory_mebibytes}Mi` } },
        },
      ],
    },
    depends_on: ['google_project_service.run', secretReaderAddress(name)],
  };
}

function functionBody(cloud: Cloud, name: string, settings: ComponentSettings): JsonObject {
  return {
    project: PROJECT,
    location: REGION,
    name,
    labels: labelsOf(cloud),
    build_config: {
      runtime: cloud.deployment.runtime,
      entry_point: name,
      service_account: buildAccount(cloud),
      source: { storage_source: { bucket: $('var.source_bucket'), object: $(`var.sources["${name}"]`) } },
    },
    service_config: {
      service_account_email: emailOf(settings.service_account),
      timeout_seconds: settings.timeout_seconds,
      max_instance_request_concurrency: settings.concurrency,
      min_instance_count: settings.min_instances,
      max_instance_count: settings.max_instances,
      available_memory: `${settings.memory_mebibytes}Mi`,
      available_cpu: String(settings.cpu),
      environment_variables: environmentOf(cloud, PROJECT, addressOf(name), emailOf),
      dynamic: {
        secret_environment_variables: {
          for_each: $('var.alert_secrets'),
          content: {
            key: $('secret_environment_variables.key'),
            project_id: PROJECT,
            secret: $(secretIn('secret_environment_variables.value')),
            version: $(versionIn('secret_environment_variables.value')),
          },
        },
      },
      ingress_settings: 'ALLOW_ALL',
      all_traffic_on_latest_revision: true,
    },
    depends_on: [
      ...['cloudfunctions', 'cloudbuild', 'run', 'artifactregistry', 'storage'].map(
        (api) => `google_project_service.${api}`,
      ),
      ...buildGrants(cloud),
      secretReaderAddress(name),
    ],
  };
}

/** A secret is written as `webhook` or `webhook:3`, as for the deployment by gcloud. */
function secretIn(reference: string): string {
  return `split(":", ${reference})[0]`;
}

function versionIn(reference: string): string {
  return `try(split(":", ${reference})[1], "latest")`;
}

/** Lets a component read the secrets of its alerts; Cloud Run refuses one that may not. */
function secretReader(cloud: Cloud, component: string, settings: ComponentSettings): TerraformResource {
  return resource('google_secret_manager_secret_iam_member', `${component}--alerts`, {
    for_each: $(`toset([for reference in values(var.alert_secrets) : ${secretIn('reference')}])`),
    project: PROJECT,
    secret_id: $('each.value'),
    role: cloud.deployment.resource_roles.secret_reader,
    member: memberOf(settings.service_account),
  });
}

function secretReaderAddress(component: string): string {
  return `google_secret_manager_secret_iam_member.${component}--alerts`;
}

/** A function of the second generation is called as the Cloud Run service that it is. */
function callers(cloud: Cloud, component: string): readonly TerraformResource[] {
  const service = isFunction(component, cloud)
    ? $(`google_cloudfunctions2_function.${component}.name`)
    : $(`google_cloud_run_v2_service.${component}.name`);
  return callersOf(component, cloud).map((account) =>
    resource('google_cloud_run_v2_service_iam_member', `${component}--${account}`, {
      project: PROJECT,
      location: REGION,
      name: service,
      role: cloud.deployment.resource_roles.caller,
      member: memberOf(account),
    }),
  );
}
