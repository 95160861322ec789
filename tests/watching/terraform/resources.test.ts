import { describe, expect, test } from 'vitest';
import { parseTable } from '../../../scripts/deploy/reading/warehouse.ts';
import { TOPOLOGY } from '../../../scripts/deploy/topology/contract.ts';
import { desired } from '../../../scripts/deploy/topology/desired.ts';
import { UNNAMED } from '../../../scripts/deploy/topology/place.ts';
import type { Kind } from '../../../scripts/deploy/topology/resource.ts';
import { $ } from '../../../scripts/generate/terraform/names.ts';
import { type Body, bodies, PLACE, part, wanted } from './configuration.ts';

describe('the Terraform configuration wants what the deployment by gcloud wants', () => {
  test('the same APIs, accounts and topics', () => {
    expect(
      bodies('google_project_service')
        .map(({ service }) => service)
        .sort(),
    ).toEqual(
      wanted('api')
        .map(({ name }) => name)
        .sort(),
    );
    const accounts = bodies('google_service_account').map(
      ({ account_id, display_name, description }) =>
        [
          String(account_id),
          { purpose: display_name, managed_by: String(description).replace('managed-by=', '') },
        ] as const,
    );
    expect(byName(accounts)).toEqual(settingsOf('service account'));
    const topics = bodies('google_pubsub_topic').map(
      (body) =>
        [
          String(body['name']),
          {
            retention_seconds: seconds(body['message_retention_duration']),
            managed_by: part(body, 'labels')['managed-by'],
          },
        ] as const,
    );
    expect(byName(topics)).toEqual(settingsOf('topic'));
  });

  test('the same subscriptions', () => {
    const subscriptions = bodies('google_pubsub_subscription').map((body) => {
      const push = part(body, 'push_config');
      const token = part(push, 'oidc_token');
      const dead = part(body, 'dead_letter_policy');
      const retry = part(body, 'retry_policy');
      expect(part(body, 'expiration_policy')).toEqual({ ttl: '' });
      const written = part(body, 'bigquery_config');
      if (written['table'] !== undefined) return [String(body['name']), writing(body, written)] as const;
      const settings = {
        topic: body['topic'],
        bigquery_table: null,
        push_endpoint: push['push_endpoint'] ?? null,
        push_service_account: token['service_account_email'] ?? null,
        push_audience: token['audience'] ?? null,
        ack_deadline_seconds: body['ack_deadline_seconds'],
        message_retention_seconds: seconds(body['message_retention_duration']),
        expires_after_seconds: null,
        dead_letter_topic: dead['dead_letter_topic'] ?? null,
        max_delivery_attempts: dead['max_delivery_attempts'] ?? null,
        minimum_backoff_seconds: seconds(retry['minimum_backoff']),
        maximum_backoff_seconds: seconds(retry['maximum_backoff']),
        managed_by: part(body, 'labels')['managed-by'],
      };
      return [String(body['name']), settings] as const;
    });
    expect(byName(subscriptions)).toEqual(settingsOf('subscription'));
  });

  test('the same scheduler jobs, and those of the fall-back paused', () => {
    const jobs = bodies('google_cloud_scheduler_job');
    const scheduled = jobs.map((body) => {
      const target = part(body, 'http_target');
      const retry = part(body, 'retry_config');
      const token = part(target, 'oidc_token');
      const encoded = /^\$\{base64encode\((.*)\)\}$/.exec(String(target['body'] ?? ''))?.[1];
      const settings = {
        cron: body['schedule'],
        time_zone: body['time_zone'],
        method: target['http_method'],
        uri: target['uri'],
        headers: asText(part(target, 'headers')),
        body: encoded === undefined ? null : JSON.parse(encoded),
        attempt_deadline_seconds: seconds(body['attempt_deadline']),
        max_attempts: retry['retry_count'],
        min_backoff_seconds: seconds(retry['min_backoff_duration']),
        max_backoff_seconds: seconds(retry['max_backoff_duration']),
        service_account: token['service_account_email'],
        audience: token['audience'],
        managed_by: String(body['description']).split('managed-by=')[1],
      };
      return [String(body['name']), settings] as const;
    });
    expect(byName(scheduled)).toEqual(settingsOf('scheduler job'));
    const paused = jobs.filter((body) => body['paused'] === true).map(({ name }) => name);
    expect(paused).toEqual(Object.keys(TOPOLOGY.deployment.fall_back.schedules));
  });

  test('the same services and functions', () => {
    const services = bodies('google_cloud_run_v2_service').map((body) => {
      const template = part(body, 'template');
      const [container = {}] = template['containers'] as readonly Body[];
      const limits = part(part(container, 'resources'), 'limits');
      const variables = container['env'] as readonly { readonly name: string; readonly value: string }[];
      const settings = {
        service_account: template['service_account'],
        concurrency: template['max_instance_request_concurrency'],
        timeout_seconds: seconds(template['timeout']),
        min_instances: part(template, 'scaling')['min_instance_count'],
        max_instances: part(template, 'scaling')['max_instance_count'],
        memory_mebibytes: Number.parseInt(String(limits['memory']), 10),
        cpu: Number(limits['cpu']),
        environment: asText(Object.fromEntries(variables.map(({ name, value }) => [name, value]))),
        managed_by: part(body, 'labels')['managed-by'],
      };
      return [String(body['name']), settings] as const;
    });
    expect(byName(services)).toEqual(settingsOf('service'));
    const functions = bodies('google_cloudfunctions2_function').map((body) => {
      const service = part(body, 'service_config');
      const settings = {
        service_account: service['service_account_email'],
        concurrency: service['max_instance_request_concurrency'],
        timeout_seconds: service['timeout_seconds'],
        min_instances: service['min_instance_count'],
        max_instances: service['max_instance_count'],
        memory_mebibytes: Number.parseInt(String(service['available_memory']), 10),
        cpu: Number(service['available_cpu']),
        environment: asText(part(service, 'environment_variables')),
        managed_by: part(body, 'labels')['managed-by'],
        runtime: part(body, 'build_config')['runtime'],
      };
      return [String(body['name']), settings] as const;
    });
    expect(byName(functions)).toEqual(settingsOf('function'));
  });

  test('the same grants, and no other', () => {
    const grants: readonly (readonly [string, string, string])[] = [
      ['google_project_iam_member', 'project', 'project'],
      ['google_pubsub_topic_iam_member', 'topic', 'topic'],
      ['google_pubsub_subscription_iam_member', 'subscription', 'subscription'],
      ['google_cloud_run_v2_service_iam_member', 'service', 'name'],
      ['google_service_account_iam_member', 'service account', 'service_account_id'],
      ['google_bigquery_table_iam_member', 'table', 'table_id'],
    ];
    const found = grants.flatMap(([type, kind, on]) =>
      bodies(type).map(({ role, member, ...body }) => `${role} on ${kind} ${body[on]} to ${member}`),
    );
    expect(found.sort()).toEqual(
      wanted('grant')
        .map(({ name }) => name.replace(/ to (\S+)$/, ' to serviceAccount:$1'))
        .sort(),
    );
  });

  test('the same secrets, when alerts are to go out', () => {
    const named = { ...UNNAMED, alert_secrets: { ALERT_WEBHOOK_URL: 'webhook:latest' } };
    const grants = desired(TOPOLOGY, PLACE, {}, named).filter(
      ({ settings }) => settings['on_kind'] === 'secret',
    );
    const readers = bodies('google_secret_manager_secret_iam_member');
    expect(readers.map(({ role, member, secret_id }) => [role, member, secret_id])).toEqual(
      grants.map(({ settings }) => [settings['role'], settings['member'], $('each.value')]),
    );
    const blocks = [
      ...bodies('google_cloud_run_v2_service').map((body) => {
        const [container = {}] = part(body, 'template')['containers'] as readonly Body[];
        return part(part(container, 'dynamic'), 'env');
      }),
      ...bodies('google_cloudfunctions2_function').map((body) =>
        part(part(part(body, 'service_config'), 'dynamic'), 'secret_environment_variables'),
      ),
    ];
    expect(blocks.map((block) => block['for_each'])).toEqual(readers.map(() => $('var.alert_secrets')));
  });

  test('the same database, indexes and times to live', () => {
    const databases = bodies('google_firestore_database').map(({ name, location_id, type }) => [
      name,
      { location: location_id, type: String(type).toLowerCase().replaceAll('_', '-') },
    ]);
    expect(Object.fromEntries(databases)).toEqual(settingsOf('database'));
    const indexes = bodies('google_firestore_index').map(({ collection, fields }) => {
      const list = fields as readonly { readonly field_path: string; readonly order: string }[];
      return `${collection}: ${list.map((field) => `${field.field_path} ${field.order.toLowerCase()}`).join(', ')}`;
    });
    expect(indexes.sort()).toEqual(
      wanted('index')
        .map(({ name }) => name)
        .sort(),
    );
    const fields = bodies('google_firestore_field').map(({ collection, field }) => `${collection}.${field}`);
    expect(fields).toEqual(wanted('ttl').map(({ name }) => name));
  });

  test('the same dataset, tables and views, only where a variable asks for them', () => {
    const made = bodies('google_bigquery_table');
    const asRead = made.map((body) =>
      parseTable({
        tableReference: { tableId: body['table_id'] },
        schema: { fields: JSON.parse(String(body['schema'] ?? '[]')) },
        timePartitioning: part(body, 'time_partitioning'),
        labels: body['labels'],
        ...(body['view'] !== undefined && { view: part(body, 'view') }),
      }),
    );
    for (const kind of ['table', 'view'] as const) {
      const of = asRead.filter((one) => one.kind === kind);
      expect(byName(of.map(({ name, settings }) => [name, settings] as const))).toEqual(settingsOf(kind));
    }
    expect(
      bodies('google_bigquery_dataset').map(({ dataset_id, location }) => [dataset_id, location]),
    ).toEqual(wanted('dataset').map(({ name, settings }) => [name, settings['location']]));
    // What holds messages is not deleted by a slip; a view holds none.
    expect(made.map((body) => body['deletion_protection'])).toEqual(
      made.map((body) => body['view'] === undefined),
    );
    const asked = [
      ...made,
      ...bodies('google_bigquery_dataset'),
      ...bodies('google_bigquery_table_iam_member'),
      ...bodies('google_pubsub_subscription').filter((body) => body['bigquery_config'] !== undefined),
      ...bodies('google_project_service').filter(({ service }) => service === 'bigquery.googleapis.com'),
    ];
    expect(new Set(asked.map((body) => body['for_each']))).toEqual(
      new Set([$('toset(var.analytics ? ["on"] : [])')]),
    );
  });
});

const settingsOf = (kind: Kind): object =>
  byName(wanted(kind).map(({ name, settings }) => [name, settings] as const));

/** The settings of many, by name, in a form in which a difference names its place. */
function byName(entries: readonly (readonly [string, object])[]): object {
  return Object.fromEntries([...entries].sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** Read `600s` as 600; null when there is nothing. */
function seconds(text: unknown): number | null {
  return typeof text === 'string' ? Number(/^(\d+)s$/.exec(text)?.[1]) : null;
}

function asText(members: object): string {
  return Object.entries(members)
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join(',');
}

/** The settings of a subscription that writes to BigQuery; what the provider leaves out is false. */
function writing(body: Body, { table, write_metadata, ...schemas }: Body): object {
  return {
    topic: body['topic'],
    push_endpoint: null,
    push_service_account: null,
    push_audience: null,
    bigquery_table: table,
    bigquery_metadata: write_metadata,
    bigquery_topic_schema: schemas['use_topic_schema'] ?? false,
    bigquery_table_schema: schemas['use_table_schema'] ?? false,
    bigquery_drops_unknown: schemas['drop_unknown_fields'] ?? false,
    message_retention_seconds: seconds(body['message_retention_duration']),
    expires_after_seconds: null,
    dead_letter_topic: body['dead_letter_policy'] ?? null,
    managed_by: part(body, 'labels')['managed-by'],
  };
}
