import { describe, expect, test } from 'vitest';
import { TOPOLOGY } from '../../../scripts/deploy/topology/contract.ts';
import type { Kind, LiveProject, LiveResource, Settings } from '../../../scripts/deploy/topology/resource.ts';
import { decideDrift } from '../../../scripts/drift/decide.ts';
import { liveProject, WANTED } from './live.ts';

const found = (live: LiveProject) =>
  decideDrift(WANTED, live, TOPOLOGY).map(({ drift, kind, name }) => `${drift}: ${kind} ${name}`);

function subscription(name: string, topic: string, push_endpoint: string | null = null): LiveResource {
  return { kind: 'subscription', name, settings: { topic, push_endpoint, managed_by: null } };
}
const grant = (on_kind: string, on: string, role: string, member: string): LiveResource => ({
  kind: 'grant',
  name: `${role} on ${on_kind} ${on} to ${member}`,
  settings: { on_kind, on, role, member },
});

describe('drift', () => {
  test('a project that is as the contract says has none', () => {
    expect(found(liveProject())).toEqual([]);
  });

  test('what is missing, and the topic that is unread because of it', () => {
    expect(found(liveProject({ 'nba-phase4-trigger-sub': null, 'phase5-worker': null }))).toEqual(
      [
        // One for the component and one for its service account, which has the same name.
        'missing: service account phase5-worker',
        'missing: subscription nba-phase4-trigger-sub',
        'missing: service phase5-worker',
        'unread: topic nba-phase4-trigger',
      ].sort(byContract),
    );
  });

  test.each([
    [
      'a wrong push path',
      'nba-phase5-trigger-sub',
      { push_endpoint: 'https://phase5-coordinator-42.us-west2.run.app/start' },
    ],
    ['a wrong audience', 'nba-phase5-trigger-sub', { push_audience: 'https://elsewhere.example' }],
    ['no token', 'nba-phase5-trigger-sub', { push_service_account: null }],
    ['a wrong ack deadline', 'nba-phase5-trigger-sub', { ack_deadline_seconds: 10 }],
    ['no dead letter', 'nba-phase5-trigger-sub', { dead_letter_topic: null }],
    ['an expiration', 'nba-phase5-trigger-sub', { expires_after_seconds: 2678400 }],
    ['another time zone', 'phase5-daily-backup', { time_zone: 'UTC' }],
    ['another concurrency', 'phase5-coordinator', { concurrency: 1 }],
  ] as const)('%s', (_name, name, settings) => {
    const findings = decideDrift(WANTED, liveProject({ [name]: { settings } }), TOPOLOGY).filter(
      ({ kind }) => kind !== 'service account',
    );
    expect(findings.map(({ drift, name: told }) => [drift, told])).toEqual([['different', name]]);
    expect(findings[0]?.what).toContain(Object.keys(settings)[0]);
    expect(findings[0]?.todo).not.toBe('');
  });

  test('two push subscriptions of one topic to one component, whatever their paths', () => {
    const twin = subscription(
      'twin',
      'nba-phase4-trigger',
      'https://phase4-precompute-42.us-west2.run.app/other',
    );
    expect(found(liveProject({}, [twin]))).toEqual([
      'unknown: subscription twin',
      'duplicate: subscription nba-phase4-trigger-sub, twin',
    ]);
  });

  test('a second reader of a topic for another purpose is unknown and no duplicate', () => {
    const audit = subscription('audit', 'nba-phase4-trigger', 'https://audit.example/');
    expect(found(liveProject({}, [audit]))).toEqual(['unknown: subscription audit']);
  });

  test('a subscription whose topic is gone', () => {
    expect(found(liveProject({}, [subscription('left-over', '_deleted-topic_')]))).toEqual([
      'unknown: subscription left-over',
      'orphan: subscription left-over',
    ]);
  });

  test('topics that Google made itself are nobody’s business, others are', () => {
    const topics: LiveResource[] = ['container-analysis-notes-v1', 'nba-old'].map((name) => ({
      kind: 'topic',
      name,
      settings: {},
    }));
    const readers = topics.map(({ name }) => subscription(`${name}-reader`, name));
    expect(
      found(liveProject({}, [...topics, ...readers])).filter((line) => line.includes(' topic ')),
    ).toEqual(['unknown: topic nba-old']);
  });

  test('a paused scheduler job, a fall-back that is on, and traffic on an older revision', () => {
    const live = liveProject({
      'phase5-retry-1': { state: 'PAUSED' },
      'phase4-fallback-level-2': { state: 'ENABLED' },
      'phase4-orchestrator': { state: 'phase4-orchestrator-00001-abc' },
    });
    expect(found(live)).toEqual([
      'revision: function phase4-orchestrator',
      'off: scheduler job phase5-retry-1',
      'on: scheduler job phase4-fallback-level-2',
    ]);
  });

  test('a threshold that somebody has moved, a tile too many, a filter, a policy that is off', () => {
    const what = (name: string, settings: Settings) =>
      decideDrift(WANTED, liveProject({ [name]: { settings } }), TOPOLOGY)
        .filter(({ kind }) => kind === 'alert policy' || kind === 'dashboard' || kind === 'log metric')
        .map((finding) => finding.what);
    expect(
      what('phase_partial', { 'conditions.0.conditionThreshold.thresholdValue': '5', enabled: null }),
    ).toEqual([
      'alert policy phase_partial: enabled is not set, the contract says true',
      'alert policy phase_partial: conditions.0.conditionThreshold.thresholdValue is 5, the contract says 0',
    ]);
    expect(what('pipeline-health', { 'mosaicLayout.tiles.length': '9' })).toEqual([
      'dashboard pipeline-health: mosaicLayout.tiles.length is 9, the contract says 8',
    ]);
    expect(what('runs_failed', { filter: 'severity=ERROR' })[0]).toContain('filter is severity=ERROR');
  });

  test('what a service leaves out because it is zero is no difference', () => {
    const zero = { 'conditions.0.conditionThreshold.thresholdValue': null };
    expect(found(liveProject({ phase_partial: { settings: zero } }))).toEqual([]);
  });

  test('what watches and is unknown, and what is there twice', () => {
    const there = (kind: Kind, name: string, id: string): LiveResource => ({ kind, name, id, settings: {} });
    const added = [
      there('alert policy', 'by hand', '9'),
      there('dashboard', '77', '77'),
      there('log metric', 'my_errors', 'my_errors'),
      there('alert policy', 'trigger_pending', '10'),
    ];
    expect(found(liveProject({ trigger_pending: { id: '8' } }, added))).toEqual([
      'unknown: alert policy by hand',
      'unknown: dashboard 77',
      'unknown: log metric my_errors',
      'duplicate: alert policy trigger_pending',
    ]);
  });

  test('a policy that notifies nobody while others do; if no channel was ever named, none is missed', () => {
    const silent = { settings: { notification_channels: null } };
    const telling = { settings: { notification_channels: '7,8' } };
    const policies = Object.keys(TOPOLOGY.watching.alert_policies);
    const all = (change: object) => Object.fromEntries(policies.map((name) => [name, change]));
    expect(found(liveProject(all(silent)))).toEqual([]);
    expect(found(liveProject(all(telling)))).toEqual([]);
    const findings = decideDrift(WANTED, liveProject({ ...all(telling), phase_partial: silent }), TOPOLOGY);
    expect(findings).toEqual([
      {
        drift: 'silent',
        kind: 'alert policy',
        name: 'phase_partial',
        what: 'alert policy phase_partial notifies nobody, while others notify 7, 8',
        todo: '`npm run deploy -- apply --notification-channels=7,8`',
      },
    ]);
  });

  test('where a component sends its own alerts is nobody’s business but that of whoever deploys', () => {
    const settings = { alert_secrets: 'ALERT_WEBHOOK_URL=webhook:latest' };
    expect(found(liveProject({ 'phase5-coordinator': { settings } }))).toEqual([]);
  });

  test('a door that is open to everybody, and a role too many for one of our identities', () => {
    const open = grant('service', 'phase5-coordinator', 'roles/run.invoker', 'allUsers');
    const much = grant(
      'project',
      'nba-staging',
      'roles/editor',
      'serviceAccount:phase5-worker@nba-staging.iam.gserviceaccount.com',
    );
    const other = grant('project', 'nba-staging', 'roles/owner', 'user:someone@example.com');
    expect(found(liveProject({}, [open, much, other]))).toEqual([
      `unknown: grant ${open.name}`,
      `unknown: grant ${much.name}`,
    ]);
  });
});

/** Findings come in the order of the contract: accounts, then each stage, then what is about several resources. */
function byContract(one: string, other: string): number {
  const rank = (line: string): number =>
    line.startsWith('unread')
      ? WANTED.length
      : WANTED.findIndex(({ kind, name }) => line.endsWith(`${kind} ${name}`));
  return rank(one) - rank(other);
}
