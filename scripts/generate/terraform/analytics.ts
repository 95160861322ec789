import type { Json, JsonObject } from '../../contract/json.ts';
import { warehouseOf } from '../bigquery/files.ts';
import { inProject, relation } from '../bigquery/sql.ts';
import { type Cloud, labelsOf } from '../cloud.ts';
import { $, AGENT_IS_MADE, PROJECT, PUBSUB_AGENT, REGION } from './names.ts';
import { asLiteral, resource, type TerraformResource } from './resources.ts';

/** Every resource of BigQuery is there once or not at all, as the variable says. */
const WHERE_ASKED = $('toset(var.analytics ? ["on"] : [])');

/** Write what keeps every message in BigQuery: dataset, tables, who writes them, subscriptions and views. */
export function analytics(cloud: Cloud): readonly TerraformResource[] {
  const facts = cloud.deployment.analytics;
  if (facts === undefined) return [];
  const { tables, subscriptions, views } = warehouseOf(cloud);
  const made = (type: string, name: string, body: JsonObject): TerraformResource =>
    resource(type, name, { for_each: WHERE_ASKED, project: PROJECT, ...body });
  const { dataset } = facts;
  return [
    made('google_project_service', facts.api, {
      service: `${facts.api}.googleapis.com`,
      disable_on_destroy: false,
    }),
    made('google_bigquery_dataset', dataset, {
      dataset_id: dataset,
      location: REGION,
      description: asLiteral(facts.purpose),
      labels: labelsOf(cloud),
      depends_on: [`google_project_service.${facts.api}`],
    }),
    ...Object.entries(tables).flatMap(([name, columns]) => [
      made('google_bigquery_table', name, {
        dataset_id: dataset,
        table_id: name,
        schema: asLiteral(JSON.stringify(columns)),
        time_partitioning: { type: 'DAY', field: 'publish_time' },
        labels: labelsOf(cloud),
        // The messages of every date are in it: nobody deletes it by a slip.
        deletion_protection: true,
        depends_on: [`google_bigquery_dataset.${dataset}`],
      }),
      made('google_bigquery_table_iam_member', name, {
        dataset_id: dataset,
        table_id: name,
        role: facts.table_writer,
        member: PUBSUB_AGENT,
        depends_on: [`google_bigquery_table.${name}`, AGENT_IS_MADE],
      }),
    ]),
    ...Object.entries(subscriptions).map(([name, { topic, table }]) =>
      made('google_pubsub_subscription', name, {
        name,
        topic: $(`google_pubsub_topic.${topic}.id`),
        message_retention_duration: `${facts.message_retention_seconds}s`,
        expiration_policy: { ttl: '' },
        bigquery_config: { table: `${PROJECT}.${dataset}.${table}`, write_metadata: true },
        labels: labelsOf(cloud),
        depends_on: [`google_bigquery_table_iam_member.${table}`],
      }),
    ),
    ...Object.entries(views).map(([name, sql]) =>
      made('google_bigquery_table', name, {
        dataset_id: dataset,
        table_id: name,
        view: { query: inProject(asLiteral(sql), PROJECT), use_legacy_sql: false },
        labels: labelsOf(cloud),
        // It holds nothing, and is made again.
        deletion_protection: false,
        depends_on: readBy(sql, dataset, [...Object.keys(tables), ...Object.keys(views)]),
      }),
    ),
  ];
}

/** A view is refused when what it reads is not there. */
function readBy(sql: string, dataset: string, names: readonly string[]): Json {
  return names
    .filter((name) => sql.includes(relation(dataset, name)))
    .map((name) => `google_bigquery_table.${name}`);
}
