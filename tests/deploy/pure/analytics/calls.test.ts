import { describe, expect, test } from 'vitest';
import { callsOf } from '../../../../scripts/deploy/gcloud/arguments.ts';
import type { Surroundings } from '../../../../scripts/deploy/gcloud/call.ts';
import { removalCalls } from '../../../../scripts/deploy/gcloud/removal.ts';
import type { Step } from '../../../../scripts/deploy/plan/plan.ts';
import { parseSubscriptions } from '../../../../scripts/deploy/reading/parse.ts';
import { parseDataset, parseTable } from '../../../../scripts/deploy/reading/warehouse.ts';
import type { Kind } from '../../../../scripts/deploy/topology/resource.ts';
import { PLACE } from '../live.ts';
import { AGENT, asLive, find, KEPT, LIVE } from './kept.ts';

const AROUND: Surroundings = {
  place: PLACE,
  database: '(default)',
  dataset: 'nba_pipeline',
  artefacts: { directory: String, digests: {}, missing: [] },
  builder: '',
  paused: [],
};
const callOf = (step: Omit<Step, 'differences' | 'note'>) =>
  callsOf([{ ...step, differences: [], note: null }], AROUND)[0];

describe('the calls', () => {
  test('a subscription is made by gcloud', () => {
    const resource = find('subscription', 'nba-phase4-trigger-bigquery');
    expect(callOf({ action: 'create', resource })?.args.join(' ')).toBe(
      'pubsub subscriptions create nba-phase4-trigger-bigquery --topic=nba-phase4-trigger --bigquery-table=nba-staging:nba_pipeline.raw_nba_phase4_trigger --write-metadata --message-retention-duration=2678400s --expiration-period=never --labels=managed-by=nba-pipeline-contract --project=nba-staging',
    );
  });

  test('a subscription of the pipeline that a hand has led to BigQuery is led back', () => {
    const resource = find('subscription', 'nba-phase4-trigger-sub');
    const settings = { ...resource.settings, bigquery_table: 'nba-staging.x.y' };
    const args = callOf({ action: 'change', resource, there: { ...asLive(resource), settings } })?.args;
    expect(args).toContain('--clear-bigquery-config');
    expect(callOf({ action: 'change', resource, there: asLive(resource) })?.args).not.toContain(
      '--clear-bigquery-config',
    );
  });

  test('dataset, table, role and view are asked of BigQuery', () => {
    const requests = (
      [
        ['dataset', 'nba_pipeline'],
        ['table', 'raw_nba_phase4_trigger'],
        ['view', 'nba_phase4_trigger'],
        ['grant', 'roles/bigquery.dataEditor on table raw_nba_phase4_trigger '],
      ] as const
    ).map(([kind, name]) => callOf({ action: 'create', resource: find(kind, name) })?.request);
    const place = 'projects/nba-staging/datasets';
    expect(requests).toMatchObject([
      {
        method: 'POST',
        path: place,
        body: { location: 'us-west2', labels: { 'managed-by': 'nba-pipeline-contract' } },
      },
      {
        method: 'POST',
        path: `${place}/nba_pipeline/tables`,
        body: {
          tableReference: { tableId: 'raw_nba_phase4_trigger' },
          timePartitioning: { type: 'DAY', field: 'publish_time' },
        },
      },
      { method: 'POST', path: `${place}/nba_pipeline/tables`, body: { view: { useLegacySql: false } } },
      {
        method: 'GRANT',
        path: `${place}/nba_pipeline/tables/raw_nba_phase4_trigger`,
        role: 'roles/bigquery.dataEditor',
        member: `serviceAccount:${AGENT}`,
      },
    ]);
    expect(JSON.stringify(requests)).not.toContain('PROJECT');
  });

  test('what was read is what was sent: every definition, read as BigQuery gives it, has the wanted settings', () => {
    for (const { kind, name, definition, settings } of KEPT) {
      if (kind === 'dataset') expect(parseDataset(definition ?? {}).settings).toEqual(settings);
      if (kind === 'table' || kind === 'view')
        expect(parseTable(definition ?? {}), name).toMatchObject({ kind, settings });
    }
    const [read] = parseSubscriptions([
      {
        name: 'projects/nba-staging/subscriptions/nba-phase4-trigger-bigquery',
        topic: 'projects/nba-staging/topics/nba-phase4-trigger',
        bigqueryConfig: {
          table: 'nba-staging.nba_pipeline.raw_nba_phase4_trigger',
          writeMetadata: true,
          state: 'ACTIVE',
        },
        messageRetentionDuration: '2678400s',
        labels: { 'managed-by': 'nba-pipeline-contract' },
      },
    ]);
    expect(read).toMatchObject({
      state: 'ACTIVE',
      settings: find('subscription', 'nba-phase4-trigger-bigquery').settings,
    });
  });

  test('a view is removed, a table with its messages never', () => {
    const removed = (kind: Kind) =>
      removalCalls(
        LIVE.filter((one) => one.kind === kind),
        PLACE,
        'nba_pipeline',
      );
    expect(removed('view')[0]?.request).toEqual({
      method: 'DELETE',
      path: 'projects/nba-staging/datasets/nba_pipeline/tables/nba_phase1_scrapers_complete',
    });
    expect([removed('table'), removed('dataset')]).toEqual([[], []]);
  });
});
