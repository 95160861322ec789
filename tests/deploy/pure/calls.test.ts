import { describe, expect, test } from 'vitest';
import { callsOf } from '../../../scripts/deploy/gcloud/arguments.ts';
import type { Surroundings } from '../../../scripts/deploy/gcloud/call.ts';
import { removalCalls } from '../../../scripts/deploy/gcloud/removal.ts';
import type { Step } from '../../../scripts/deploy/plan/plan.ts';
import { type Definition, TOPOLOGY } from '../../../scripts/deploy/topology/contract.ts';
import { desired } from '../../../scripts/deploy/topology/desired.ts';
import { UNNAMED } from '../../../scripts/deploy/topology/place.ts';
import type { Kind, LiveResource, Resource } from '../../../scripts/deploy/topology/resource.ts';
import { deployedComponents } from '../../../scripts/generate/cloud.ts';
import { liveProject, PLACE, WANTED, wanted } from './live.ts';

const AROUND: Surroundings = {
  place: PLACE,
  database: '(default)',
  dataset: 'nba_pipeline',
  artefacts: { directory: (component) => `dist/${component}`, digests: {}, missing: [] },
  builder: 'pipeline-build@nba-staging.iam.gserviceaccount.com',
  paused: ['phase4-fallback-level-1'],
};

function step(action: Step['action'], kind: Kind, name: string, changed: readonly string[] = []): Step {
  const differences = changed.map((setting) => ({ setting, is: null, wanted: null }));
  return { action, resource: wanted(kind, name), differences, note: null };
}
const argsOf = (...steps: readonly Step[]) => callsOf(steps, AROUND).map(({ args }) => args.join(' '));

describe('the calls of gcloud', () => {
  test('all topics in one call, all APIs in one call', () => {
    const creations = (kind: Kind) =>
      WANTED.filter((one) => one.kind === kind).map((one) => step('create', kind, one.name));
    expect(callsOf(creations('topic'), AROUND)).toHaveLength(1);
    const [enable, ...others] = argsOf(...creations('api'));
    expect(enable).toMatch(/^services enable artifactregistry\.googleapis\.com .* --project=nba-staging$/);
    expect(others).toEqual([]);
  });

  test('a service that is new or has new code is built; one whose settings differ is only updated', () => {
    const [created] = argsOf(step('create', 'service', 'phase2-raw'));
    expect(created).toMatch(/^run deploy phase2-raw --source=dist\/phase2-raw .*--no-allow-unauthenticated/);
    expect(created).toContain('--labels=managed-by=nba-pipeline-contract,code=abcd');
    expect(argsOf(step('change', 'service', 'phase2-raw', ['code']))[0]).toMatch(/^run deploy/);
    const [updated] = argsOf(step('change', 'service', 'phase2-raw', ['concurrency']));
    expect(updated).toMatch(/^run services update phase2-raw /);
    expect(updated).not.toContain('--source');
  });

  test('a function is called over HTTP by a subscription of our own, never by an event trigger', () => {
    const [deployed] = argsOf(step('create', 'function', 'phase4-orchestrator'));
    expect(deployed).toMatch(
      /^functions deploy phase4-orchestrator --gen2 .*--trigger-http --no-allow-unauthenticated/,
    );
    expect(deployed).not.toContain('--trigger-topic');
  });

  test('a changed subscription loses what the contract does not want', () => {
    const [update] = argsOf(step('change', 'subscription', 'nba-phase4-trigger-dlq-sub', ['push_endpoint']));
    expect(update).toBe(
      'pubsub subscriptions update nba-phase4-trigger-dlq-sub --push-endpoint= --ack-deadline=600 --message-retention-duration=2678400s --expiration-period=never --clear-dead-letter-policy --clear-retry-policy --update-labels=managed-by=nba-pipeline-contract --project=nba-staging',
    );
  });

  test('a schedule is sent no header that Cloud Scheduler sets itself and does not keep', () => {
    const [made] = argsOf(step('create', 'scheduler job', 'phase5-retry-1'));
    expect(made).toContain(' --headers=Content-Type=application/json ');
    // Of a GET nothing is left, and gcloud takes no empty list.
    expect(argsOf(step('create', 'scheduler job', 'phase5-status-check'))[0]).not.toContain('headers');
    expect(argsOf(step('change', 'scheduler job', 'phase5-status-check', ['headers']))[0]).toContain(
      ' --clear-headers ',
    );
  });

  test('a schedule of the fall-back is made and paused at once', () => {
    const calls = argsOf(step('create', 'scheduler job', 'phase4-fallback-level-1'));
    expect(calls).toHaveLength(2);
    expect(calls[0]).toContain('--message-body={"level":1}');
    expect(calls[1]).toBe(
      'scheduler jobs pause phase4-fallback-level-1 --location=us-west2 --project=nba-staging',
    );
  });

  test('what watches is sent whole, on standard input', () => {
    const [metric] = callsOf([step('create', 'log metric', 'hop_seconds')], AROUND);
    expect(metric?.args.join(' ')).toBe(
      'logging metrics create hop_seconds --config-from-file=- --project=nba-staging',
    );
    expect(JSON.parse(metric?.input ?? '')).toMatchObject({ name: 'hop_seconds' });
    const [policy] = callsOf([step('create', 'alert policy', 'trigger_pending')], AROUND);
    expect(policy?.args.join(' ')).toBe(
      'alpha monitoring policies create --policy-from-file=- --project=nba-staging',
    );
  });

  test('a changed policy keeps its channels and the ids of its conditions, a changed dashboard its etag', () => {
    const changed = (kind: Kind, name: string, carried: Definition) => {
      const there: LiveResource = { kind, name, settings: {}, id: '1001', carried };
      const [call] = callsOf([{ ...step('change', kind, name), there }], AROUND);
      return { args: call?.args.join(' '), input: JSON.parse(call?.input ?? '') as Definition };
    };
    const policy = changed('alert policy', 'coverage_below_minimum', {
      notificationChannels: ['projects/p/notificationChannels/7'],
      conditions: [{ name: 'p/conditions/1', displayName: 'Batches that ended below the coverage minimum' }],
    });
    expect(policy.args).toBe(
      'alpha monitoring policies update 1001 --policy-from-file=- --project=nba-staging',
    );
    expect(policy.input['notificationChannels']).toEqual(['projects/p/notificationChannels/7']);
    const conditions = policy.input['conditions'] as readonly Definition[];
    expect(conditions.map(({ name }) => name)).toEqual(['p/conditions/1', undefined]);
    const dashboard = changed('dashboard', 'pipeline-health', { etag: 'e9', name: 'p/dashboards/1001' });
    expect(dashboard.args).toBe(
      'monitoring dashboards update 1001 --config-from-file=- --project=nba-staging',
    );
    expect(dashboard.input).toMatchObject({ etag: 'e9', displayName: 'NBA pipeline: health' });
  });

  test('channels that are named replace those of every policy; unnamed ones are left alone', () => {
    const named = desired(TOPOLOGY, PLACE, {}, { ...UNNAMED, channels: ['8', '7'] }).filter(
      ({ kind }) => kind === 'alert policy',
    );
    expect(named).toHaveLength(Object.keys(TOPOLOGY.watching.alert_policies).length);
    for (const { settings, definition } of named) {
      expect(settings['notification_channels']).toBe('7,8');
      expect(definition?.['notificationChannels']).toEqual([
        'projects/nba-staging/notificationChannels/8',
        'projects/nba-staging/notificationChannels/7',
      ]);
    }
    expect(wanted('alert policy', 'trigger_pending').settings).not.toHaveProperty('notification_channels');
  });

  test.each([
    ['service', 'phase5-worker'],
    ['function', 'phase4-orchestrator'],
  ] as const)(
    'a change of %s %s leaves where its alerts go, and takes away what nobody knows',
    (kind, name) => {
      const carried = {
        variables: ['GOOGLE_CLOUD_PROJECT', 'ALERT_EMAIL_TO', 'DEBUG'],
        secrets: ['ALERT_EMAIL_KEY', 'TOKEN'],
      };
      const there: LiveResource = { kind, name, settings: {}, carried };
      const change = (resource: Resource) =>
        callsOf([{ action: 'change', resource, differences: [], note: null, there }], AROUND)[0]?.args.filter(
          (arg) => /-(env-vars|secrets)=/.test(arg),
        );
      expect(change(wanted(kind, name))).toEqual([
        '--remove-env-vars=DEBUG',
        `--update-env-vars=${wanted(kind, name).settings['environment']}`,
        '--remove-secrets=TOKEN',
      ]);
      const alert_secrets = { ALERT_WEBHOOK_URL: 'webhook:3', ALERT_EMAIL_TO: 'mail-to:latest' };
      const named = desired(TOPOLOGY, PLACE, {}, { ...UNNAMED, alert_secrets });
      const [component] = named.filter((one) => one.kind === kind && one.name === name);
      expect(component && change(component)).toEqual([
        '--remove-env-vars=ALERT_EMAIL_TO,DEBUG',
        `--update-env-vars=${wanted(kind, name).settings['environment']}`,
        '--remove-secrets=ALERT_EMAIL_KEY,TOKEN',
        '--update-secrets=ALERT_EMAIL_TO=mail-to:latest,ALERT_WEBHOOK_URL=webhook:3',
      ]);
    },
  );

  test('every component may read each secret that is named, before it is deployed', () => {
    const alert_secrets = { ALERT_EMAIL_FROM: 'mail:1', ALERT_EMAIL_TO: 'mail:2' };
    const grants = desired(TOPOLOGY, PLACE, {}, { ...UNNAMED, alert_secrets }).filter(
      ({ settings }) => settings['on_kind'] === 'secret',
    );
    expect(grants).toHaveLength(deployedComponents(TOPOLOGY).length);
    expect(new Set(grants.map(({ stage }) => stage))).toEqual(new Set(['Foundation']));
    const calls = callsOf(
      grants.map((resource) => ({ action: 'create', resource, differences: [], note: null }) as const),
      AROUND,
    );
    expect(calls.map(({ args }) => args.join(' '))).toContain(
      'secrets add-iam-policy-binding mail --member=serviceAccount:phase5-worker@nba-staging.iam.gserviceaccount.com --role=roles/secretmanager.secretAccessor --project=nba-staging',
    );
  });

  test('grants are given where they belong', () => {
    const grants = WANTED.filter(({ kind }) => kind === 'grant').map(
      ({ name }) => argsOf(step('create', 'grant', name))[0],
    );
    expect(grants).toContain(
      'pubsub topics add-iam-policy-binding nba-phase4-trigger-dlq --member=serviceAccount:service-42@gcp-sa-pubsub.iam.gserviceaccount.com --role=roles/pubsub.publisher --project=nba-staging',
    );
    expect(grants).toContain(
      'run services add-iam-policy-binding phase5-worker --region=us-west2 --member=serviceAccount:pipeline-push@nba-staging.iam.gserviceaccount.com --role=roles/run.invoker --project=nba-staging',
    );
    expect(grants.filter((args) => args?.startsWith('projects add-iam-policy-binding'))).toHaveLength(9);
  });

  test('topics are removed in one call, services one by one', () => {
    const live = liveProject().resources;
    const of = (kind: Kind) =>
      removalCalls(
        live.filter((one) => one.kind === kind),
        PLACE,
        'nba_pipeline',
      );
    expect(of('topic')).toHaveLength(1);
    expect(of('service').map(({ args }) => args.slice(0, 3).join(' '))).toEqual(
      Array(6).fill('run services delete'),
    );
    expect(of('database')).toEqual([]);
    expect(of('log metric')[0]?.args.slice(0, 3).join(' ')).toBe('logging metrics delete');
  });
});
