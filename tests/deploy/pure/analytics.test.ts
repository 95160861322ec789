import { describe, expect, test } from 'vitest';
import { callsOf } from '../../../scripts/deploy/gcloud/arguments.ts';
import type { Surroundings } from '../../../scripts/deploy/gcloud/call.ts';
import { removalCalls } from '../../../scripts/deploy/gcloud/removal.ts';
import { plan, type Step } from '../../../scripts/deploy/plan/plan.ts';
import { planInWords } from '../../../scripts/deploy/plan/words.ts';
import { parseSubscriptions } from '../../../scripts/deploy/reading/parse.ts';
import { parseDataset, parseTable } from '../../../scripts/deploy/reading/warehouse.ts';
import { keepsMessages } from '../../../scripts/deploy/topology/analytics.ts';
import { TOPOLOGY } from '../../../scripts/deploy/topology/contract.ts';
import { desired } from '../../../scripts/deploy/topology/desired.ts';
import { UNNAMED } from '../../../scripts/deploy/topology/place.ts';
import type { Kind, LiveProject, LiveResource, Resource } from '../../../scripts/deploy/topology/resource.ts';
import { decideDrift } from '../../../scripts/drift/decide.ts';
import { PLACE, WANTED } from './live.ts';

const KEPT = desired(TOPOLOGY, PLACE, { 'phase2-raw': 'abcd' }, { ...UNNAMED, analytics: true });
const ADDED = KEPT.filter(({ kind, name }) => !WANTED.some((one) => one.kind === kind && one.name === name));
const AROUND: Surroundings = {
  place: PLACE,
  database: '(default)',
  dataset: 'nba_pipeline',
  artefacts: { directory: String, digests: {}, missing: [] },
  builder: '',
  paused: [],
};
const AGENT = 'service-42@gcp-sa-pubsub.iam.gserviceaccount.com';

function find(kind: Kind, name: string): Resource {
  const found = KEPT.find((one) => one.kind === kind && one.name.startsWith(name));
  if (found === undefined) throw new Error(`expected ${kind} ${name}`);
  return found;
}
const asLive = ({ kind, name, settings }: Resource): LiveResource => {
  const paused = name in TOPOLOGY.deployment.fall_back.schedules;
  return { kind, name, settings, state: kind === 'schedule' ? (paused ? 'PAUSED' : 'ENABLED') : 'latest' };
};
const project = (resources: readonly LiveResource[]): LiveProject => ({
  project: PLACE.project,
  number: PLACE.number,
  resources,
});
const LIVE = KEPT.map(asLive);
const drift = (resources: readonly LiveResource[]) =>
  decideDrift(KEPT, project(resources), TOPOLOGY).map((one) => `${one.drift}: ${one.kind} ${one.name}`);
const callOf = (step: Omit<Step, 'differences' | 'note'>) =>
  callsOf([{ ...step, differences: [], note: null }], AROUND)[0];

describe('messages are kept in BigQuery only where it is asked for', () => {
  test('one table, one role, one subscription and one view for each topic, and nothing changes elsewhere', () => {
    const count = (kind: Kind) => ADDED.filter((one) => one.kind === kind).length;
    const topics = Object.keys(TOPOLOGY.topics).length;
    expect([count('api'), count('dataset'), count('table'), count('grant'), count('subscription')]).toEqual([
      1,
      1,
      topics,
      topics,
      topics,
    ]);
    expect(KEPT.filter((one) => !ADDED.includes(one))).toEqual(WANTED);
  });

  test('Pub/Sub may write into each table, and nobody else gets a role', () => {
    const grants = ADDED.filter(({ kind }) => kind === 'grant').map(({ name }) => name);
    expect(grants).toContain(`roles/bigquery.dataEditor on table raw_nba_phase4_trigger to ${AGENT}`);
    expect(grants.every((name) => /on table raw_\S+ to service-42@gcp-sa-pubsub/.test(name))).toBe(true);
  });

  test('a subscription writes each message whole with its metadata, and gives nothing up', () => {
    expect(find('subscription', 'nba-phase4-trigger-bigquery').settings).toEqual({
      topic: 'nba-phase4-trigger',
      push_endpoint: null,
      push_service_account: null,
      push_audience: null,
      bigquery_table: 'nba-staging.nba_pipeline.raw_nba_phase4_trigger',
      bigquery_metadata: true,
      bigquery_topic_schema: false,
      bigquery_table_schema: false,
      bigquery_drops_unknown: false,
      message_retention_seconds: 2678400,
      expires_after_seconds: null,
      dead_letter_topic: null,
      managed_by: 'nba-pipeline-contract',
    });
  });

  test('a project that keeps them goes on without being asked, one that does not is not made to', () => {
    expect(keepsMessages(LIVE, TOPOLOGY)).toBe(true);
    expect(keepsMessages(WANTED.map(asLive), TOPOLOGY)).toBe(false);
    const left = LIVE.filter(({ kind, name }) => kind !== 'subscription' || !name.endsWith('-bigquery'));
    expect(keepsMessages(left, TOPOLOGY)).toBe(false);
  });

  test('a contract without analytics wants nothing of it', () => {
    const { analytics: _, ...deployment } = TOPOLOGY.deployment;
    const named = { ...UNNAMED, analytics: true };
    expect(desired({ ...TOPOLOGY, deployment }, PLACE, { 'phase2-raw': 'abcd' }, named)).toEqual(WANTED);
  });
});

describe('the plan', () => {
  const steps = plan(KEPT, project([]), []);
  const order = steps.map(({ resource: { kind, name } }) => `${kind} ${name}`);

  test('has a stage of its own, in which each thing comes after what it needs', () => {
    const stages = [...new Set(steps.map(({ resource }) => resource.stage))];
    expect(stages.slice(-3)).toEqual(['Analytics', 'Watching', 'Schedules']);
    const places = [
      'api bigquery.googleapis.com',
      'dataset nba_pipeline',
      'table raw_nba_phase4_trigger',
      `grant roles/bigquery.dataEditor on table raw_nba_phase4_trigger to ${AGENT}`,
      'subscription nba-phase4-trigger-bigquery',
      'view nba_phase4_trigger',
      'view messages',
      'view processor_run_history',
      'view latency_by_hop',
    ].map((one) => order.indexOf(one));
    expect(places).not.toContain(-1);
    expect(places).toEqual([...places].sort((a, b) => a - b));
  });

  test('every view comes after the tables and views that it reads', () => {
    const views = KEPT.filter(({ kind }) => kind === 'view');
    for (const { name, definition } of views) {
      const reads = [...JSON.stringify(definition).matchAll(/`nba-staging\.nba_pipeline\.(\w+)`/g)];
      expect(reads.length, name).toBeGreaterThan(0);
      for (const [, read] of reads) {
        const there = order.findIndex((one) => one === `view ${read}` || one === `table ${read}`);
        expect(there, `${read}, which ${name} reads`).toBeGreaterThan(-1);
        expect(there, `${read}, which ${name} reads`).toBeLessThan(order.indexOf(`view ${name}`));
      }
    }
  });

  test('tells where a statement differs, not its whole text', () => {
    const { settings } = find('view', 'latency_by_hop');
    const changed = (statement: string): string => {
      const there = LIVE.map((one) =>
        one.name === 'latency_by_hop' ? { ...one, settings: { ...settings, statement } } : one,
      );
      return planInWords(plan(KEPT, project(there), []), 'here');
    };
    const text = String(settings['statement']);
    expect(changed(text.replace('WHERE NOT is_backfill', 'WHERE TRUE'))).toMatch(
      / {2}~ change view latency_by_hop\n {6}statement is another from line \d+ on: WHERE TRUE, the contract says WHERE NOT is_backfill\n/,
    );
    expect(changed(`${text}\nLIMIT 5`)).toMatch(/from line \d+ on: LIMIT 5, the contract says nothing\n/);
    expect(changed('SELECT 1')).toContain('from line 1 on: SELECT 1, the contract says SELECT\n');
  });

  test('another place of the dataset, another type of a column: blocked; a column that is missing: added', () => {
    const actionOf = (kind: Kind, name: string, settings: LiveResource['settings']) => {
      const there = LIVE.map((one) =>
        one.kind === kind && one.name === name ? { ...one, settings: { ...one.settings, ...settings } } : one,
      );
      return plan(KEPT, project(there), []).find(
        ({ resource }) => resource.kind === kind && resource.name === name,
      )?.action;
    };
    expect(actionOf('dataset', 'nba_pipeline', { location: 'eu' })).toBe('blocked');
    const table = 'raw_nba_phase4_trigger';
    expect(actionOf('table', table, { 'column data': 'JSON NULLABLE' })).toBe('blocked');
    expect(actionOf('table', table, { partitioned_by: null })).toBe('blocked');
    expect(actionOf('table', table, { 'column attributes': null })).toBe('change');
    expect(actionOf('table', table, { managed_by: null })).toBe('change');
  });
});

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

describe('drift', () => {
  const without = (...names: readonly string[]) => LIVE.filter(({ name }) => !names.includes(name));

  test('there is none in a project that keeps messages as the contract says', () => {
    expect(drift(LIVE)).toEqual([]);
  });

  test('a table and a view that are missing, a statement that somebody has changed', () => {
    const changed = without('raw_nba_phase4_trigger', 'messages').map((one) =>
      one.name === 'hop_latency' ? { ...one, settings: { ...one.settings, statement: 'SELECT 1' } } : one,
    );
    expect(drift(changed)).toEqual([
      'missing: table raw_nba_phase4_trigger',
      'missing: view messages',
      'different: view hop_latency',
    ]);
  });

  test('what the contract has made and no longer wants; what an analyst has made beside it is nobody’s business', () => {
    const there = (kind: Kind, name: string, managed_by: string | null): LiveResource => ({
      kind,
      name,
      settings: { managed_by },
    });
    expect(
      drift([
        ...LIVE,
        there('table', 'raw_nba_old', 'nba-pipeline-contract'),
        there('view', 'my_view', null),
        there('table', 'my_table', null),
      ]),
    ).toEqual(['unknown: table raw_nba_old']);
  });

  test('a subscription that cannot write, with what Pub/Sub says of it', () => {
    const stuck = LIVE.map((one) =>
      one.name === 'nba-phase4-trigger-bigquery' ? { ...one, state: 'PERMISSION_DENIED' } : one,
    );
    const [finding, ...others] = decideDrift(KEPT, project(stuck), TOPOLOGY);
    expect(others).toEqual([]);
    expect([finding?.drift, finding?.what]).toEqual([
      'stuck',
      'subscription nba-phase4-trigger-bigquery writes nothing to BigQuery, it says PERMISSION_DENIED',
    ]);
    const writing = LIVE.map((one) => (one.name.endsWith('-bigquery') ? { ...one, state: 'ACTIVE' } : one));
    expect(drift(writing)).toEqual([]);
  });

  test('a topic that only BigQuery reads is unread: nobody works on its messages', () => {
    expect(drift(without('nba-phase4-trigger-sub'))).toEqual([
      'missing: subscription nba-phase4-trigger-sub',
      'unread: topic nba-phase4-trigger',
    ]);
  });
});
