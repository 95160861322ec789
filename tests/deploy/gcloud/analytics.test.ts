import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WAREHOUSE } from '../../../generated/warehouse.ts';
import { compareProject } from '../../../scripts/deploy/actions/project.ts';
import { carryOut } from '../../../scripts/deploy/execution/carry-out.ts';
import { callsOf } from '../../../scripts/deploy/gcloud/arguments.ts';
import { changesOf, plan, type Step } from '../../../scripts/deploy/plan/plan.ts';
import { ANALYTICS } from '../../../scripts/deploy/topology/analytics.ts';
import { TOPOLOGY } from '../../../scripts/deploy/topology/contract.ts';
import { UNNAMED } from '../../../scripts/deploy/topology/place.ts';
import { decideDrift } from '../../../scripts/drift/decide.ts';
import { type JsonObject, valueAt } from '../google-apis/answer.ts';
import { type Stage, setStage } from './stage.ts';

/** Only a limit: a loaded machine starts gcloud ten times slower than an idle one. */
const TIMEOUT_MS = 1_800_000;

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
}, TIMEOUT_MS);
afterAll(() => stage.stop());

/** What stands in BigQuery, and the topics that are written there; the rest of a deployment is not needed for it. */
function isOfAnalytics({ resource: { kind, stage: of } }: Step): boolean {
  return of === ANALYTICS || ['topic', 'service agent'].includes(kind) || kind === 'api';
}

const compare = async (analytics: boolean) => {
  const { project, gcloud } = stage;
  const compared = await compareProject(
    gcloud,
    TOPOLOGY,
    { project, region: 'us-west2' },
    {},
    { ...UNNAMED, analytics },
  );
  const steps = plan(compared.wanted, compared.live, []).filter(isOfAnalytics);
  return { ...compared, steps };
};

/** Carries out what `apply` would of this part, kind after kind. */
async function deploy(analytics: boolean): Promise<readonly Step[]> {
  const { place, steps } = await compare(analytics);
  const changes = changesOf(steps);
  const keys = [...new Set(changes.map(keyOf))];
  const around = {
    place,
    database: '(default)',
    dataset: WAREHOUSE.dataset,
    artefacts: { directory: String, digests: {}, missing: [] },
    builder: '',
    paused: [],
  };
  const groups = keys.map((key) =>
    callsOf(
      changes.filter((step) => keyOf(step) === key),
      around,
    ),
  );
  const outcome = await carryOut(groups, {
    gcloud: stage.gcloud,
    say: () => undefined,
    wait: () => Promise.resolve(),
  });
  expect(outcome.failure?.complaint).toBeUndefined();
  return outcome.done;
}
const keyOf = ({ resource }: Step): string => `${resource.stage} ${resource.kind}`;
const summary = (steps: readonly Step[]) =>
  changesOf(steps).map(({ action, resource: { kind, name } }) => `${action} ${kind} ${name}`);
const tables = (name = '') =>
  `bigquery/v2/projects/${stage.project}/datasets/${WAREHOUSE.dataset}/tables${name}`;

describe('messages kept in BigQuery, by the real gcloud', { timeout: TIMEOUT_MS }, () => {
  test('are wanted only where somebody asks for it', async () => {
    const kinds = ({ steps }: { readonly steps: readonly Step[] }) =>
      new Set(steps.map(({ resource }) => resource.kind));
    expect([...kinds(await compare(false))].sort()).toEqual(['api', 'service agent', 'topic']);
    expect(kinds(await compare(true))).toContain('table');
  });

  test('API, dataset, tables, roles, subscriptions and views are made, each after what it needs', async () => {
    const done = await deploy(true);
    const count = (kind: string) => done.filter(({ resource }) => resource.kind === kind).length;
    expect([count('dataset'), count('table'), count('view')]).toEqual([
      1,
      Object.keys(WAREHOUSE.tables).length,
      Object.keys(WAREHOUSE.views).length,
    ]);
    const sent = (name: string) =>
      stage.apis.requests.find(
        ({ method, path }) => method === 'PUT' && path.endsWith(`/subscriptions/${name}`),
      )?.body;
    for (const [name, { topic, table }] of Object.entries(WAREHOUSE.subscriptions)) {
      expect(sent(name)).toMatchObject({
        topic: `projects/${stage.project}/topics/${topic}`,
        bigqueryConfig: { writeMetadata: true },
        messageRetentionDuration: '2678400s',
        labels: { 'managed-by': 'nba-pipeline-contract' },
      });
      expect(valueAt(sent(name) ?? {}, 'bigqueryConfig', 'table')).toMatch(
        new RegExp(`^${stage.project}[.:]${WAREHOUSE.dataset}.${table}$`),
      );
      expect(JSON.stringify(sent(name))).not.toMatch(/pushEndpoint|deadLetter|Schema":true/);
    }
  });

  test('nothing is left to do, and nobody has to ask for it again', async () => {
    const { steps, wanted, live } = await compare(false);
    expect(summary(steps)).toEqual([]);
    expect(steps.some(({ resource }) => resource.kind === 'view')).toBe(true);
    const ours = ['dataset', 'table', 'view', 'subscription'];
    const found = decideDrift(wanted, live, TOPOLOGY).filter(
      ({ drift, kind, name }) => ours.includes(kind) && (drift !== 'missing' || name.endsWith('-bigquery')),
    );
    // Nothing but BigQuery reads these topics yet, and what only BigQuery reads is not worked on.
    expect(new Set(found.map(({ drift }) => drift))).toEqual(new Set([]));
  });

  test('what hands have changed is told, and put back without a loss', async () => {
    const column = { name: 'seen_by', type: 'STRING', mode: 'NULLABLE' };
    const table = stage.apis.bigQuery.tables.get(
      tables('/raw_nba_phase4_trigger').slice('bigquery/v2/'.length),
    );
    const fields = valueAt(table, 'schema', 'fields') as readonly JsonObject[];
    await stage.byHand('PATCH', tables('/raw_nba_phase4_trigger'), {
      schema: { fields: [...fields, column] },
      labels: {},
    });
    await stage.byHand('PATCH', tables('/coverage_by_date'), {
      view: { query: 'SELECT 1', useLegacySql: false },
    });
    await stage.byHand('DELETE', tables('/trace_by_correlation_id'));
    await stage.byHand('POST', `${tables('/raw_nba_phase4_trigger')}:setIamPolicy`, {
      policy: { bindings: [] },
    });
    const name = `projects/${stage.project}/subscriptions/nba-phase4-trigger-bigquery`;
    await stage.byHand('PATCH', `pubsub/v1/${name}`, {
      subscription: { name, messageRetentionDuration: '600s' },
      updateMask: 'messageRetentionDuration',
    });
    const { steps } = await compare(false);
    expect(summary(steps)).toEqual([
      'change table raw_nba_phase4_trigger',
      expect.stringContaining(
        'create grant roles/bigquery.dataEditor on table raw_nba_phase4_trigger to service-',
      ),
      'change subscription nba-phase4-trigger-bigquery',
      'change view coverage_by_date',
      'create view trace_by_correlation_id',
    ]);
    await deploy(false);
    expect(summary((await compare(false)).steps)).toEqual([]);
    const kept = stage.apis.bigQuery.tables.get(
      tables('/raw_nba_phase4_trigger').slice('bigquery/v2/'.length),
    );
    expect(valueAt(kept, 'schema', 'fields')).toContainEqual(column);
  });

  test('a column of another type is not changed and not pretended to be', async () => {
    const place = tables('/raw_nba_phase4_trigger').slice('bigquery/v2/'.length);
    const table = stage.apis.bigQuery.tables.get(place);
    const text = JSON.stringify(table).replace('"BYTES"', '"STRING"');
    stage.apis.bigQuery.tables.replace(place, JSON.parse(text) as JsonObject);
    const blocked = (await compare(false)).steps.filter(({ action }) => action === 'blocked');
    stage.apis.bigQuery.tables.replace(place, table);
    expect(blocked.map(({ resource, differences }) => [resource.name, differences])).toEqual([
      [
        'raw_nba_phase4_trigger',
        [{ setting: 'column data', is: 'STRING NULLABLE', wanted: 'BYTES NULLABLE' }],
      ],
    ]);
  });

  test('destroy removes subscriptions and views, and keeps tables with their messages', async () => {
    const ran = await stage.deploy('destroy', '--yes');
    expect(ran.code, ran.out + ran.err).toBe(0);
    expect(ran.out).toContain('the BigQuery dataset with its tables and all messages in them');
    const left = stage.apis.bigQuery.tables.list('').map((one) => valueAt(one, 'tableReference', 'tableId'));
    expect([...left].sort()).toEqual(Object.keys(WAREHOUSE.tables).sort());
    expect(
      JSON.stringify(await stage.byHand('GET', `pubsub/v1/projects/${stage.project}/subscriptions`)),
    ).not.toContain('-bigquery');
    // Nobody has asked for it again, so the next deployment does not make it again.
    expect(summary((await compare(false)).steps).some((line) => line.includes('view'))).toBe(false);
  });
});
