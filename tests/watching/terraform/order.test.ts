import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { TOPOLOGY } from '../../../scripts/deploy/topology/contract.ts';
import { bodies, CONFIGURATION, FILE, part } from './configuration.ts';

describe('the Terraform configuration', () => {
  test('makes a view after what it reads, and a subscription when its table can be written', () => {
    const tables = CONFIGURATION.resource['google_bigquery_table'] ?? {};
    for (const [name, body] of Object.entries(tables)) {
      const reads = [...JSON.stringify(body).matchAll(/`staging\.nba_pipeline\.(\w+)`/g)].map(
        ([, read]) => `google_bigquery_table.${read}`,
      );
      const needs =
        body['view'] === undefined ? ['google_bigquery_dataset.nba_pipeline'] : [...new Set(reads)].sort();
      expect([...(body['depends_on'] as readonly string[])].sort(), name).toEqual(needs);
    }
    for (const body of bodies('google_pubsub_subscription')) {
      const [, table] = /\.(\w+)$/.exec(String(part(body, 'bigquery_config')['table'] ?? '')) ?? [];
      if (table === undefined) continue;
      expect(body['depends_on']).toEqual([`google_bigquery_table_iam_member.${table}`]);
    }
  });

  test('makes nothing of a service before its API, no grant to Pub/Sub’s agent before the agent', () => {
    const after = (type: string): readonly (readonly unknown[])[] =>
      bodies(type).map((body) => (body['depends_on'] ?? []) as readonly unknown[]);
    const apis = {
      google_service_account: 'iam',
      google_logging_metric: 'logging',
      google_monitoring_dashboard: 'monitoring',
      google_monitoring_alert_policy: 'monitoring',
      google_pubsub_topic: 'pubsub',
      google_project_service_identity: 'pubsub',
      google_firestore_database: 'firestore',
      google_cloud_run_v2_service: 'run',
      google_cloud_scheduler_job: 'cloudscheduler',
    };
    for (const [type, api] of Object.entries(apis)) {
      expect(bodies(type), type).not.toEqual([]);
      for (const those of after(type)) expect(those, type).toContain(`google_project_service.${api}`);
    }
    const toAgent = Object.entries(CONFIGURATION.resource).flatMap(([type]) =>
      bodies(type).filter(({ member }) => String(member).includes('gcp-sa-pubsub')),
    );
    expect(toAgent.length).toBeGreaterThan(2);
    for (const { depends_on } of toAgent)
      expect(depends_on).toContain('google_project_service_identity.pubsub');
  });

  test('builds a function only when the builder may build, and makes a policy only when its metrics are known', () => {
    const builder = 'google_project_iam_member.pipeline-build--roles-cloudbuild-builds-builder';
    for (const { depends_on } of bodies('google_cloudfunctions2_function')) {
      const apis = ['cloudfunctions', 'cloudbuild', 'run', 'artifactregistry', 'storage'];
      expect(depends_on).toEqual(
        expect.arrayContaining([builder, ...apis.map((api) => `google_project_service.${api}`)]),
      );
    }
    const [wait = {}] = bodies('time_sleep');
    const metrics = Object.keys(TOPOLOGY.watching.log_metrics);
    expect(wait['depends_on']).toEqual(metrics.map((name) => `google_logging_metric.${name}`));
    const policies = CONFIGURATION.resource['google_monitoring_alert_policy'] ?? {};
    for (const [name, policy] of Object.entries(policies)) {
      if (!JSON.stringify(policy).includes('logging.googleapis.com/user/')) continue;
      expect(policy['depends_on'], name).toContain('time_sleep.metrics-are-known');
    }
  });

  test('refers only to resources that it has', () => {
    const text = readFileSync(FILE, 'utf8');
    const references = [...text.matchAll(/\b(google_[a-z0-9_]+)\.([\w-]+)/g)];
    expect(references.length).toBeGreaterThan(100);
    for (const [reference, type = '', name = ''] of references) {
      if (type === 'google_project') continue;
      expect(CONFIGURATION.resource[type]?.[name], reference).toBeDefined();
    }
  });
});
