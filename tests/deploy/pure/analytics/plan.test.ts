import { describe, expect, test } from 'vitest';
import { plan } from '../../../../scripts/deploy/plan/plan.ts';
import { planInWords } from '../../../../scripts/deploy/plan/words.ts';
import { keepsMessages } from '../../../../scripts/deploy/topology/analytics.ts';
import { TOPOLOGY } from '../../../../scripts/deploy/topology/contract.ts';
import { desired } from '../../../../scripts/deploy/topology/desired.ts';
import { UNNAMED } from '../../../../scripts/deploy/topology/place.ts';
import type { Kind, LiveResource } from '../../../../scripts/deploy/topology/resource.ts';
import { PLACE, WANTED } from '../live.ts';
import { AGENT, asLive, find, KEPT, LIVE, project } from './kept.ts';

const ADDED = KEPT.filter(({ kind, name }) => !WANTED.some((one) => one.kind === kind && one.name === name));

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
    expect(stages.slice(-3)).toEqual(['Analytics', 'Watching', 'Scheduler jobs']);
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
