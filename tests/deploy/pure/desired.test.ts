import { describe, expect, test } from 'vitest';
import { ENDPOINTS, SUBSCRIPTIONS, TOPICS } from '../../../generated/topology.ts';
import { readAlertSettings } from '../../../reference/alerts/settings.ts';
import { plan } from '../../../scripts/deploy/plan/plan.ts';
import { TOPOLOGY } from '../../../scripts/deploy/topology/contract.ts';
import { desired } from '../../../scripts/deploy/topology/desired.ts';
import { ALERT_VARIABLES } from '../../../scripts/deploy/topology/place.ts';
import { PLACE, WANTED, wanted } from './live.ts';

const ofKind = (kind: string) => WANTED.filter((one) => one.kind === kind).map(({ name }) => name);

describe('what the contract wants in a project', () => {
  test('every topic and every subscription, and nothing twice', () => {
    expect(ofKind('topic')).toEqual(Object.keys(TOPICS));
    expect(ofKind('subscription').sort()).toEqual(Object.keys(SUBSCRIPTIONS).sort());
    const keys = WANTED.map(({ kind, name }) => `${kind} ${name}`);
    expect(new Set(keys).size).toBe(keys.length);
  });

  test('a push subscription with the address of its component, which is the audience of its token', () => {
    expect(wanted('subscription', 'nba-phase5-trigger-sub')).toEqual({
      kind: 'subscription',
      name: 'nba-phase5-trigger-sub',
      stage: 'Phase 5',
      settings: {
        topic: 'nba-phase4-precompute-complete',
        push_endpoint: 'https://phase5-coordinator-42.us-west2.run.app/trigger',
        push_service_account: 'pipeline-push@nba-staging.iam.gserviceaccount.com',
        push_audience: 'https://phase5-coordinator-42.us-west2.run.app',
        bigquery_table: null,
        ack_deadline_seconds: 60,
        message_retention_seconds: 604800,
        expires_after_seconds: null,
        dead_letter_topic: 'nba-phase4-precompute-complete-dlq',
        max_delivery_attempts: 5,
        minimum_backoff_seconds: 60,
        maximum_backoff_seconds: 600,
        managed_by: 'nba-pipeline-contract',
      },
    });
  });

  test('both orchestrators as functions, everything else as services', () => {
    expect(ofKind('function')).toEqual(['phase3-to-phase4-orchestrator', 'phase4-orchestrator']);
    expect(ofKind('service')).toHaveLength(6);
  });

  test('the role that dead-lettering needs, on both ends, for Pub/Sub itself', () => {
    const agent = 'service-42@gcp-sa-pubsub.iam.gserviceaccount.com';
    const grants = ofKind('grant');
    expect(grants).toContain(`roles/pubsub.publisher on topic nba-phase4-trigger-dlq to ${agent}`);
    expect(grants).toContain(`roles/pubsub.subscriber on subscription nba-phase4-trigger-sub to ${agent}`);
  });

  test('a component may publish to the topics that it sends, and to no other', () => {
    const worker = ofKind('grant').filter((name) =>
      name.endsWith('to phase5-worker@nba-staging.iam.gserviceaccount.com'),
    );
    expect(worker.sort()).toEqual([
      'roles/datastore.user on project nba-staging to phase5-worker@nba-staging.iam.gserviceaccount.com',
      'roles/pubsub.publisher on topic nba-phase5-prediction-ready to phase5-worker@nba-staging.iam.gserviceaccount.com',
    ]);
  });

  test.each(ENDPOINTS.map((endpoint) => [endpoint.component, endpoint.method, endpoint.path] as const))(
    'somebody may call %s %s %s: Pub/Sub where it pushes there, else the operator in the scheduler’s name',
    (component, _method, path) => {
      const isPushed = Object.values(SUBSCRIPTIONS).some(
        (one) => one.component === component && one.push_path === path,
      );
      const caller = isPushed ? 'pipeline-push' : 'pipeline-scheduler';
      expect(ofKind('grant')).toContain(
        `roles/run.invoker on service ${component} to ${caller}@nba-staging.iam.gserviceaccount.com`,
      );
    },
  );

  test('nobody may call a component that the contract gives no way to', () => {
    const callers = ofKind('grant').filter((name) =>
      name.startsWith('roles/run.invoker on service phase2-raw '),
    );
    expect(callers).toEqual([
      'roles/run.invoker on service phase2-raw to pipeline-push@nba-staging.iam.gserviceaccount.com',
    ]);
  });

  test('the variables of alerts that may be named are those that a component reads', () => {
    const read = new Set<string>();
    const asked = new Proxy<Record<string, string>>(
      {},
      {
        get(_, name) {
          read.add(String(name));
          return `https://${String(name)}.example`;
        },
      },
    );
    readAlertSettings(asked);
    expect([...read].sort()).toEqual([...ALERT_VARIABLES].sort());
  });

  test('Pub/Sub’s agent, which enabling the API does not make, before anything is granted to it', () => {
    const steps = plan(WANTED, { project: 'nba-staging', number: '42', resources: [] }, []);
    const kinds = steps.map(({ resource }) => resource.kind);
    const api = steps.findIndex(({ resource }) => resource.name === 'pubsub.googleapis.com');
    expect(kinds[api]).toBe('api');
    expect(kinds.indexOf('service agent')).toBeGreaterThan(api);
    expect(kinds.indexOf('service agent')).toBeLessThan(kinds.indexOf('grant'));
  });

  test('a TTL for every kind of state that says so', () => {
    expect(ofKind('ttl')).toEqual(['processor_claims.expire_at']);
  });

  test('nothing is said about code that is not built', () => {
    expect(wanted('service', 'phase2-raw').settings['code']).toBe('abcd');
    expect(wanted('service', 'phase5-worker').settings).not.toHaveProperty('code');
  });

  test('a topic that the contract gains is wanted without any edit here', () => {
    const topics = {
      ...TOPOLOGY.topics,
      'nba-new': { dead_letter_topic: null, messages: [], senders: ['phase2-raw'] },
    };
    const more = desired({ ...TOPOLOGY, topics }, PLACE, {}).map(({ name }) => name);
    expect(more).toContain('nba-new');
    expect(more).toContain(
      'roles/pubsub.publisher on topic nba-new to phase2-raw@nba-staging.iam.gserviceaccount.com',
    );
  });
});
