import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEPLOYMENT, ORCHESTRATORS } from '../../../generated/topology.ts';
import { TOPOLOGY } from '../../../scripts/deploy/topology/contract.ts';
import { type JsonObject, valueAt } from '../google-apis/answer.ts';
import { contradictions } from './contradictions.ts';
import { ending, operating, TIMEOUT_MS } from './operated.ts';
import { type Ran, type Stage, setStage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.stop());

const pubsub = (path: string): string => `pubsub/v1/projects/${stage.project}/${path}`;
const ALERTS = '--alert-secrets=ALERT_WEBHOOK_URL=hook';
const POLICIES = Object.keys(TOPOLOGY.watching.alert_policies);
const CHANNEL = 'projects/nba-staging/notificationChannels/77';
const policyOf = async (alert: string): Promise<JsonObject> => {
  const { alertPolicies } = await stage.byHand(
    'GET',
    `monitoring/v3/projects/${stage.project}/alertPolicies`,
  );
  const found = (alertPolicies as readonly JsonObject[]).find(
    (one) => valueAt(one, 'userLabels', 'alert') === alert,
  );
  return found ?? {};
};
/** Opens something to everybody. */
const open = (resource: string, role: string) =>
  stage.byHand('POST', `${resource}:setIamPolicy`, {
    policy: { bindings: [{ role, members: ['allUsers'] }] },
  });
/** Sets a variable of a service past the contract, as a hand does in the console. */
const setByHand = (name: string, variable: JsonObject): void => {
  const service = stage.apis.run.services.get(name);
  const text = JSON.stringify(service);
  expect(text).toContain('"env":[');
  stage.apis.run.put(name, JSON.parse(text.replace('"env":[', `"env":[${JSON.stringify(variable)},`)));
};
const failed = (ran: Ran) => ran.changes.filter(({ status }) => status >= 400);

describe('a deployment by the real gcloud', { timeout: TIMEOUT_MS }, () => {
  test('the plan names everything in the order of the stages, and touches nothing', async () => {
    const ran = await stage.deploy('apply', '--plan');
    expect(ran).toMatchObject({ code: 0, changes: [] });
    expect(ran.out).toContain('Plan for nba-staging in us-west2');
    expect(ran.out).toContain('+ create subscription nba-phase4-trigger-sub');
    const stages = ran.out
      .split('\n')
      .filter((line) => /^(Foundation|Phase|Watching|Scheduler jobs)/.test(line));
    expect(stages).toEqual([
      'Foundation',
      'Phase 1',
      'Phase 2',
      'Phase 3 with its orchestrator',
      'Phase 4 with its orchestrator',
      'Phase 5',
      'Watching',
      'Scheduler jobs',
    ]);
    expect(ran.out).toMatch(/\d+ to create, 0 to change, 0 to leave\./);
    expect(ran.out).toContain('notify nobody: name channels with --notification-channels');
  });

  test('nothing is begun while a component is not built', async () => {
    const ran = await stage.deploy('apply', '--artefacts=nowhere');
    expect(ran).toMatchObject({ code: 2, changes: [] });
    expect(ran.err).toContain('expected built code in nowhere/phase1-scrapers, ');
    expect(ran.err).toContain('`npm run build`');
  });

  test('a secret that does not exist is refused with what makes it, before anything is begun', async () => {
    const ran = await stage.deploy('apply', ALERTS);
    expect(ran).toMatchObject({ code: 2, changes: [] });
    expect(ran.err).toContain('enable secretmanager.googleapis.com and make it: gcloud secrets create hook ');
    await stage.byHand('POST', `serviceusage/v1/projects/${stage.project}/services:batchEnable`, {
      serviceIds: ['secretmanager.googleapis.com'],
    });
    await stage.byHand('POST', `secretmanager/v1/projects/${stage.project}/secrets?secretId=hook`);
  });

  test('a failure in the middle says what is done, what gcloud complains about, and how to go on', async () => {
    stage.apis.failWhen(({ method, path }) =>
      method === 'PUT' && path.endsWith('/subscriptions/nba-phase4-trigger-sub') ? 403 : undefined,
    );
    const ran = await stage.deploy('apply', ALERTS);
    stage.apis.failWhen(() => undefined);
    expect(ran.code).toBe(1);
    expect(ran.out).toContain('Stopped: create subscription nba-phase4-trigger-sub failed. gcloud says:');
    expect(ran.out).toContain('The test wanted this request to fail.');
    expect(ran.out).toMatch(/done\s+\d+ of \d+; they stay as they are/);
    expect(ran.out).toContain('run the same command again');
    // Nothing of a later stage was begun.
    expect(
      ran.changes.filter(
        ({ path }) => /phase5-coordinator$|\/jobs$/.test(path) && !path.includes('serviceAccounts'),
      ),
    ).toEqual([]);
  });

  test('the same command goes on from there and makes nothing twice', async () => {
    const ran = await stage.deploy('apply', ALERTS);
    expect(ran.code, ran.out).toBe(0);
    expect(ran.out).toContain('+ create subscription nba-phase4-trigger-sub');
    expect(ran.out).toMatch(/Done: (\d+) of \1\./);
    expect(failed(ran)).toEqual([]);
    expect(
      ran.changes.filter(({ api, path }) => api === 'pubsub' && path.endsWith('/topics/nba-phase4-trigger')),
    ).toEqual([]);
  });

  test('what gcloud has sent is what the contract says: topics, subscriptions, components, schedules, roles, metrics, policies, dashboards', () => {
    expect(contradictions(stage.apis)).toEqual([]);
  });

  test('every component finds the webhook of its alerts in a secret that it may read', () => {
    const { number } = stage.apis.project;
    for (const component of Object.keys(DEPLOYMENT.components)) {
      const set =
        component in ORCHESTRATORS
          ? stage.apis.requests.find(({ query }) => query.includes(`functionId=${component}`))?.body
          : stage.apis.run.services.get(component);
      expect(JSON.stringify(set), component).toContain(
        component in ORCHESTRATORS
          ? `{"key":"ALERT_WEBHOOK_URL","projectId":"${number}","secret":"hook","version":"latest"}`
          : '{"name":"ALERT_WEBHOOK_URL","valueFrom":{"secretKeyRef":{"key":"latest","name":"hook"}}}',
      );
    }
    const readers = stage.apis.policies.members(
      `secretmanager/projects/${stage.project}/secrets/hook`,
      'roles/secretmanager.secretAccessor',
    );
    expect(readers).toHaveLength(Object.keys(DEPLOYMENT.components).length);
  });

  test('applying again changes nothing', async () => {
    const ran = await stage.deploy('apply');
    expect(ran).toMatchObject({ code: 0, changes: [] });
    expect(ran.out).toMatch(/0 to create, 0 to change, \d+ to leave\.\n/);
    expect(ran.out).toMatch(/\nNothing to do\.$/);
  });

  test('there is no drift', async () => {
    const ran = await stage.drift();
    expect(ran).toMatchObject({ code: 0, changes: [] });
    expect(ran.out).toBe('nba-staging in us-west2 is what the contract says.');
  });

  test('drift names what hands have changed', async () => {
    const name = `projects/${stage.project}/subscriptions/nba-phase2-raw-complete-sub`;
    await stage.byHand('PATCH', pubsub('subscriptions/nba-phase2-raw-complete-sub'), {
      subscription: {
        name,
        ackDeadlineSeconds: 10,
        pushConfig: { pushEndpoint: 'https://old.example/process' },
      },
      updateMask: 'ackDeadlineSeconds,pushConfig',
    });
    await stage.byHand('PUT', pubsub('subscriptions/twin'), {
      topic: `projects/${stage.project}/topics/nba-phase4-trigger`,
      pushConfig: { pushEndpoint: 'https://phase4-precompute-123456789012.us-west2.run.app/process-v2' },
    });
    await stage.byHand('PUT', pubsub('topics/nba-forgotten'), {});
    await stage.byHand('DELETE', pubsub('subscriptions/nba-phase5-trigger-sub'));
    const job = `projects/${stage.project}/locations/us-west2/jobs/phase5-status-check`;
    await stage.byHand('PATCH', `cloudscheduler/v1/${job}?updateMask=timeZone`, { timeZone: 'UTC' });
    await stage.byHand(
      'POST',
      `cloudscheduler/v1/projects/${stage.project}/locations/us-west2/jobs/orchestrator-sweep:pause`,
    );

    await stage.byHand('DELETE', `logging/v2/projects/${stage.project}/metrics/runs_failed`);
    // Where the contract wants no grant at all.
    await open(
      `pubsub/v1/projects/${stage.project}/subscriptions/nba-phase4-trigger-dlq-sub`,
      'roles/pubsub.viewer',
    );
    await open(
      `iam/v1/projects/${stage.project}/serviceAccounts/pipeline-build@${stage.project}.iam.gserviceaccount.com`,
      'roles/iam.serviceAccountUser',
    );
    setByHand('phase5-coordinator', { name: 'ALERT_EMAIL_TO', value: 'a@example.com,b@example.com' });
    const policy = await policyOf('trigger_pending');
    await stage.byHand('PATCH', `monitoring/v3/${policy['name']}`, {
      ...policy,
      enabled: false,
      notificationChannels: [CHANNEL],
    });
    await stage.byHand('POST', `monitoring/v3/projects/${stage.project}/alertPolicies`, {
      displayName: 'Somebody’s',
      conditions: [{ displayName: 'c' }],
    });
    await stage.byHand('POST', `monitoring/v1/projects/${stage.project}/dashboards`, {
      displayName: 'Twin',
      labels: { dashboard: 'pipeline-health' },
    });

    const ran = await stage.drift('--json');
    expect(ran).toMatchObject({ code: 1, changes: [] });
    const { findings } = JSON.parse(ran.out) as { findings: { drift: string; name: string; what: string }[] };
    const told = findings.map(({ drift, name }) => `${drift} ${name}`).sort();
    const expected = [
      'different nba-phase2-raw-complete-sub',
      'different nba-phase2-raw-complete-sub',
      'different nba-phase2-raw-complete-sub',
      'different nba-phase2-raw-complete-sub',
      'different phase5-status-check',
      'different trigger_pending',
      'duplicate nba-phase4-trigger-sub, twin',
      'duplicate pipeline-health',
      // The grant that lets Pub/Sub dead-letter it went with the subscription.
      'missing nba-phase5-trigger-sub',
      'missing roles/pubsub.subscriber on subscription nba-phase5-trigger-sub to service-123456789012@gcp-sa-pubsub.iam.gserviceaccount.com',
      'missing runs_failed',
      'off orchestrator-sweep',
      ...POLICIES.filter((name) => name !== 'trigger_pending').map((name) => `silent ${name}`),
      'unknown Somebody’s',
      'unknown roles/iam.serviceAccountUser on service account pipeline-build to allUsers',
      'unknown roles/pubsub.viewer on subscription nba-phase4-trigger-dlq-sub to allUsers',
      'unknown nba-forgotten',
      'unknown twin',
      'unread nba-forgotten',
      'unread nba-phase4-precompute-complete',
    ];
    expect(told).toEqual(expected.sort());
    expect(findings.map(({ what }) => what)).toContain(
      'subscription nba-phase2-raw-complete-sub: ack_deadline_seconds is 10, the contract says 600',
    );
  });

  test('applying puts settings back, deploys new code, and leaves what is paused and what it does not know', async () => {
    stage.build('phase5-coordinator', '// better');
    const ran = await stage.deploy('apply');
    expect(ran.code, ran.out).toBe(0);
    expect(ran.out).toContain('~ change subscription nba-phase2-raw-complete-sub');
    expect(ran.out).toContain('ack_deadline_seconds is 10, the contract says 600');
    expect(ran.out).toContain('+ create subscription nba-phase5-trigger-sub');
    expect(ran.out).toContain('~ change scheduler job phase5-status-check');
    expect(ran.out).toContain('~ change service phase5-coordinator');
    expect(ran.out).toContain('note: it is paused; `resume orchestrator-sweep` lets it run again');
    expect(ran.out).toContain('~ change alert policy trigger_pending');
    expect(ran.out).toContain('+ create log metric runs_failed');
    expect(ran.out).toContain('7 of 7');
    expect(failed(ran)).toEqual([]);
    expect(contradictions(stage.apis)).toEqual([]);
    // Where the alerts of the component go stays too, whether in a secret or set by a hand.
    const coordinator = JSON.stringify(stage.apis.run.services.get('phase5-coordinator'));
    expect(coordinator).toContain('{"name":"ALERT_EMAIL_TO","value":"a@example.com,b@example.com"}');
    expect(coordinator).toContain('"name":"ALERT_WEBHOOK_URL","valueFrom"');
    // Whom a hand has named is notified still, and the condition is the same, so that open incidents stay open.
    expect(await policyOf('trigger_pending')).toMatchObject({
      enabled: true,
      notificationChannels: [CHANNEL],
      conditions: [{ name: expect.stringContaining('/conditions/') }],
    });
  });

  test('a plan with channels names them for every policy that has others', async () => {
    const ran = await stage.deploy('apply', '--plan', '--notification-channels=77');
    expect(ran).toMatchObject({ code: 0, changes: [] });
    // One policy has the channel already, from the test before.
    expect(ran.out.match(/notification_channels is not set, the contract says 77/g)).toHaveLength(
      POLICIES.length - 1,
    );
    expect(ran.out).not.toContain('notify nobody');
    const drift = await stage.drift('--notification-channels=77');
    expect(drift.out.match(/notification_channels is not set, the contract says 77/g)).toHaveLength(
      POLICIES.length - 1,
    );
  });
});

operating(() => stage);
ending(() => stage);
