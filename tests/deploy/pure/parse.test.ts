import { describe, expect, test } from 'vitest';
import {
  parseAccounts,
  parseAgents,
  parseIndexes,
  parsePolicies,
  parseSchedulerJobs,
  parseSubscriptions,
} from '../../../scripts/deploy/reading/parse.ts';
import { parseFunctions, parseServices } from '../../../scripts/deploy/reading/parse-code.ts';
import {
  parseAlertPolicies,
  parseDashboards,
  parseLogMetrics,
} from '../../../scripts/deploy/reading/parse-watching.ts';
import { policyPlaces } from '../../../scripts/deploy/reading/policies.ts';
import { cpusOf, mebibytesOf } from '../../../scripts/deploy/reading/shapes.ts';
import { liveProject, PLACE, WANTED } from './live.ts';

const policyTo = (member: string) => ({
  bindings: [{ role: 'roles/pubsub.serviceAgent', members: [member] }],
});

describe('reading what gcloud prints', () => {
  test.each([
    ['512Mi', 512],
    ['1Gi', 1024],
    ['256M', 256],
    ['much', null],
    [null, null],
  ])('memory %s is %s mebibytes', (text, mebibytes) => {
    expect(mebibytesOf(text)).toBe(mebibytes);
  });

  test.each([
    ['1', 1],
    ['1000m', 1],
    ['500m', 0.5],
    [null, null],
  ])('%s are %s processors', (text, cpus) => {
    expect(cpusOf(text)).toBe(cpus);
  });

  test('a subscription that was made with nothing set has nothing set', () => {
    const [bare] = parseSubscriptions([{ name: 'projects/p/subscriptions/s', topic: 'projects/p/topics/t' }]);
    const { topic, ...others } = bare?.settings ?? {};
    expect(topic).toBe('t');
    expect(new Set(Object.values(others))).toEqual(new Set([null]));
  });

  test('a policy by its label, else by its title; a dashboard by its label, else by its id', () => {
    const policies = parseAlertPolicies([
      {
        name: 'projects/p/alertPolicies/12',
        displayName: '[warning] X',
        userLabels: { alert: 'x', 'managed-by': 'nba-pipeline-contract' },
        notificationChannels: ['projects/p/notificationChannels/2', 'projects/p/notificationChannels/1'],
      },
      { name: 'projects/p/alertPolicies/13', displayName: 'Disk is full' },
    ]);
    expect(policies.map(({ name, id }) => [name, id])).toEqual([
      ['x', '12'],
      ['Disk is full', '13'],
    ]);
    expect(policies.map(({ settings }) => settings['notification_channels'])).toEqual(['1,2', null]);
    expect(policies.map(({ settings }) => settings['managed_by'])).toEqual(['nba-pipeline-contract', null]);
    const dashboards = parseDashboards([
      { name: 'projects/42/dashboards/abc', labels: { dashboard: 'health' }, etag: 'e1' },
      { name: 'projects/42/dashboards/def' },
    ]);
    expect(dashboards.map(({ name, id, carried }) => [name, id, carried?.['etag']])).toEqual([
      ['health', 'abc', 'e1'],
      ['def', 'def', undefined],
    ]);
  });

  test('the labels of a metric whatever their order, and its mark', () => {
    const labels = [{ key: 'phase', description: 'P' }, { key: 'hop' }];
    const settings = [labels, [...labels].reverse()].map(
      (order) =>
        parseLogMetrics([
          { name: 'm', description: 'M. managed-by=ours', metricDescriptor: { labels: order } },
        ])[0]?.settings,
    );
    expect(settings[0]).toEqual(settings[1]);
    expect(settings[0]).toMatchObject({
      managed_by: 'ours',
      'metricDescriptor.labels.length': '2',
      'metricDescriptor.labels.phase.description': 'P',
    });
  });

  test('an expiration is seen, and its absence is not', () => {
    const ttls = [{ ttl: '2678400s' }, {}].map(
      (expirationPolicy) => parseSubscriptions([{ expirationPolicy }])[0]?.settings['expires_after_seconds'],
    );
    expect(ttls).toEqual([2_678_400, null]);
  });

  test('a schedule without what Google adds to it', () => {
    const [job] = parseSchedulerJobs([
      {
        name: 'projects/p/locations/l/jobs/sweep',
        description: 'managed-by=nba-pipeline-contract',
        httpTarget: {
          headers: {
            'User-Agent': 'Google-Cloud-Scheduler',
            'X-CloudScheduler': 'true',
            'Content-Type': 'application/json',
          },
          body: Buffer.from('{"level":1}').toString('base64'),
        },
        retryConfig: { minBackoffDuration: '30s' },
        state: 'PAUSED',
      },
    ]);
    expect(job).toMatchObject({
      name: 'sweep',
      state: 'PAUSED',
      settings: {
        headers: 'Content-Type=application/json',
        body: '{"level":1}',
        max_attempts: 0,
        min_backoff_seconds: 30,
        managed_by: 'nba-pipeline-contract',
      },
    });
  });

  test('an index without the document’s name, which Firestore adds', () => {
    const name = 'projects/p/databases/(default)/collectionGroups/runs/indexes/1';
    const fields = ['game_date', '__name__'].map((fieldPath) => ({ fieldPath, order: 'ASCENDING' }));
    expect(parseIndexes([{ name, fields }]).map((one) => one.name)).toEqual(['runs: game_date ascending']);
  });

  test('accounts that Google made, and conditional grants, are not ours', () => {
    const emails = ['42-compute@developer.gserviceaccount.com', 'phase2-raw@p.iam.gserviceaccount.com'];
    expect(
      parseAccounts(
        emails.map((email) => ({ email })),
        'p',
      ).map(({ name }) => name),
    ).toEqual(['phase2-raw']);
    const bindings = [
      { role: 'roles/a', members: ['user:x@y.z'], condition: { expression: 'false' } },
      { role: 'roles/b', members: ['serviceAccount:x@y.z', 'allUsers'] },
    ];
    expect(
      parsePolicies([{ on_kind: 'topic', on: 't', policy: { bindings } }]).map(({ name }) => name),
    ).toEqual(['roles/b on topic t to x@y.z', 'roles/b on topic t to allUsers']);
  });

  test('where alerts go is told apart from what the contract sets, for both kinds', () => {
    const [service] = parseServices([
      {
        metadata: { name: 's' },
        spec: {
          template: {
            spec: {
              containers: [
                {
                  env: [
                    { name: 'A', value: 'b' },
                    { name: 'ALERT_EMAIL_TO', value: 'x@example.com' },
                    { name: 'ALERT_WEBHOOK_URL', valueFrom: { secretKeyRef: { name: 'hook', key: '3' } } },
                    { name: 'TOKEN', valueFrom: { secretKeyRef: { name: 't', key: 'latest' } } },
                  ],
                },
              ],
            },
          },
        },
      },
    ]);
    const serviceConfig = {
      environmentVariables: { A: 'b', ALERT_EMAIL_TO: 'x@example.com', LOG_EXECUTION_ID: 'true' },
      secretEnvironmentVariables: [
        { key: 'ALERT_WEBHOOK_URL', projectId: 'p', secret: 'hook', version: '3' },
        { key: 'TOKEN', projectId: 'p', secret: 't', version: 'latest' },
      ],
    };
    const [fun] = parseFunctions([{ name: 'projects/p/locations/l/functions/f', serviceConfig }], []);
    for (const one of [service, fun]) {
      expect(one).toMatchObject({
        carried: { variables: ['A', 'ALERT_EMAIL_TO'], secrets: ['ALERT_WEBHOOK_URL', 'TOKEN'] },
        settings: { environment: 'A=b,TOKEN=(secret t:latest)', alert_secrets: 'ALERT_WEBHOOK_URL=hook:3' },
      });
    }
  });

  test('the policies of everything of ours that is there are read, also where the contract wants no grant', () => {
    const places = policyPlaces(WANTED, liveProject({ 'nba-phase4-trigger': null }).resources);
    const read = places.map(({ on_kind, on }) => `${on_kind} ${on}`);
    const all = WANTED.filter(({ kind }) =>
      ['topic', 'subscription', 'service', 'function', 'service account'].includes(kind),
    ).map(({ kind, name }) => `${kind === 'function' ? 'service' : kind} ${name}`);
    expect([...read].sort()).toEqual(
      [...all.filter((one) => one !== 'topic nba-phase4-trigger'), 'project nba-staging'].sort(),
    );
  });

  test('Pub/Sub’s agent is there when anything is granted to it', () => {
    const of = (member: string) => parsePolicies([{ on_kind: 'project', on: 'p', policy: policyTo(member) }]);
    const agent = 'serviceAccount:service-42@gcp-sa-pubsub.iam.gserviceaccount.com';
    expect(parseAgents(of('user:x@y.z'), PLACE)).toEqual([]);
    expect(parseAgents(of(`deleted:${agent}?uid=1`), PLACE)).toEqual([]);
    expect(parseAgents(of(agent), PLACE)).toEqual([
      { kind: 'service agent', name: 'pubsub.googleapis.com', settings: {} },
    ]);
  });

  test('a function is told once, not as the service behind it too, and its traffic is that of the service', () => {
    const behind = {
      metadata: { name: 'f', labels: { 'goog-managed-by': 'cloudfunctions' } },
      spec: { traffic: [{ revisionName: 'f-00001-abc', percent: 100 }] },
    };
    expect(parseServices([behind])).toEqual([]);
    const environmentVariables = { A: 'b', LOG_EXECUTION_ID: 'true' };
    const printed = [{ name: 'projects/p/locations/l/functions/f', serviceConfig: { environmentVariables } }];
    expect(parseFunctions(printed, [behind])[0]).toMatchObject({
      name: 'f',
      state: 'f-00001-abc',
      settings: { environment: 'A=b', min_instances: 0 },
    });
  });
});
