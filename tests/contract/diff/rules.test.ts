import { describe, expect, test } from 'vitest';
import { editsOf } from '../../../scripts/contract/diff/model/edits.ts';
import { ruledChanges } from '../../../scripts/contract/diff/rules/judge.ts';
import { editedContract, realContract } from '../edited-contract.ts';

const REAL = realContract().document;
const SUBSCRIPTION = ['x-subscriptions', 'nba-phase3-analytics-complete-sub'];
const FAN_IN = ['x-orchestrators', 'phase3-to-phase4-orchestrator', 'levels', 0];

/** The verdicts of one edit of the real contract. */
function verdictsOf(path: readonly (string | number)[], value: unknown) {
  const fresh = editedContract((document) => {
    if (value === undefined) document.deleteIn([...path]);
    else document.setIn([...path], document.createNode(value));
  }).document;
  return editsOf(REAL, fresh).flatMap((edit) => ruledChanges(edit, REAL, fresh));
}

describe('what no schema shows has a verdict', () => {
  test.each<[string, readonly (string | number)[], unknown, string]>([
    ['a push path', [...SUBSCRIPTION, 'push_path'], '/work', 'breaking'],
    ['an ack deadline below the time of the work', [...SUBSCRIPTION, 'ack_deadline_seconds'], 30, 'breaking'],
    ['a longer ack deadline', [...SUBSCRIPTION, 'ack_deadline_seconds'], 120, 'compatible'],
    [
      'retries that end before a lease does',
      [...SUBSCRIPTION, 'retry_policy', 'minimum_backoff_seconds'],
      10,
      'breaking',
    ],
    [
      'retries that still outlast a lease',
      [...SUBSCRIPTION, 'retry_policy', 'minimum_backoff_seconds'],
      50,
      'compatible',
    ],
    ['no dead letter', [...SUBSCRIPTION, 'dead_letter'], null, 'breaking'],
    [
      'another dead letter',
      [...SUBSCRIPTION, 'dead_letter', 'topic'],
      'nba-phase4-trigger-dlq',
      'needs an order',
    ],
    ['a shorter retention', [...SUBSCRIPTION, 'message_retention_seconds'], 86_400, 'breaking'],
    ['a longer retention', [...SUBSCRIPTION, 'message_retention_seconds'], 864_000, 'compatible'],
    ['ordering', [...SUBSCRIPTION, 'enable_message_ordering'], true, 'breaking'],
    ['a subscription that goes', SUBSCRIPTION, undefined, 'breaking'],
    ['a longer lease than the retries', ['x-delivery', 'lease_seconds'], 900, 'breaking'],
    ['a job past the deadline', ['x-schedules', 'phase5-daily-backup', 'cron'], '30 8 * * *', 'breaking'],
    ['a job past another one', ['x-schedules', 'phase5-retry-1', 'cron'], '45 6 * * *', 'breaking'],
    ['a job a little later', ['x-schedules', 'phase5-retry-1', 'cron'], '20 6 * * *', 'compatible'],
    [
      'a sweep less often than its alert',
      ['x-schedules', 'orchestrator-sweep', 'cron'],
      '*/30 * * * *',
      'breaking',
    ],
    ['a sweep every hour', ['x-schedules', 'orchestrator-sweep', 'cron'], '0 * * * *', 'breaking'],
    [
      'a job by the clock of another zone, hours earlier',
      ['x-schedules', 'phase5-daily-backup', 'time_zone'],
      'America/New_York',
      'breaking',
    ],
    [
      'a job that keeps its place in winter and not in summer',
      ['x-schedules', 'phase5-retry-1'],
      {
        ...(REAL['x-schedules'] as Record<string, object>)['phase5-retry-1'],
        cron: '15 14 * * *',
        time_zone: 'Etc/UTC',
      },
      'breaking',
    ],
    ['a sweep more often', ['x-schedules', 'orchestrator-sweep', 'cron'], '*/5 * * * *', 'compatible'],
    [
      'an attempt deadline below the wait',
      ['x-schedules', 'phase5-daily-backup', 'attempt_deadline_seconds'],
      600,
      'breaking',
    ],
    ['a wait beyond the attempt deadline', ['x-readiness', 'wait_seconds_max'], 1800, 'breaking'],
    ['a limit that is gone', ['x-readiness', 'gap_warning_percent'], undefined, 'breaking'],
    [
      'a job without the header of the scheduler',
      ['x-schedules', 'phase5-daily-backup', 'headers', 'X-CloudScheduler'],
      undefined,
      'breaking',
    ],
    [
      'a header that nobody knows',
      ['x-schedules', 'phase5-daily-backup', 'headers', 'X-Trace'],
      '1',
      'compatible',
    ],
    [
      'a requirement of a version that is released',
      ['x-requirements', 'MSG-999'],
      { level: 'MUST', profile: 'message', since: '1.0.0', sentence: 'A.', source: 'a' },
      'breaking',
    ],
    ['an endpoint that goes', ['x-endpoints', 0], undefined, 'breaking'],
    ['a status code', ['x-endpoints', 0, 'answers', 0, 'status'], 202, 'breaking'],
    [
      'the identity of triggers',
      ['x-trigger-identity', 'namespace'],
      '00000000-0000-4000-8000-000000000000',
      'breaking',
    ],
    ['the place of a document', ['x-state', 'phase3_completion', 'path'], 'phase3/{game_date}', 'breaking'],
    ['an index that goes', ['x-deployment', 'firestore', 'indexes', 0], undefined, 'breaking'],
    ['a role', ['x-deployment', 'resource_roles', 'sender'], 'roles/pubsub.editor', 'needs an order'],
    ['another dataset of BigQuery', ['x-deployment', 'analytics', 'dataset'], 'other', 'needs an order'],
    ['nothing more in BigQuery', ['x-deployment', 'analytics'], undefined, 'needs an order'],
    ['a promise that is weaker', ['x-requirements', 'MSG-001', 'level'], 'SHOULD', 'breaking'],
    ['a promise that is stronger', ['x-requirements', 'CASC-014', 'level'], 'MUST', 'needs an order'],
    ['a processor more in the fan-in', [...FAN_IN, 'waits_for', 5], 'team_pace_summary', 'needs an order'],
    [
      'a processor that moves to another level',
      ['x-processors', 'phase_4_precompute', 'player_daily_cache', 'level'],
      2,
      'breaking',
    ],
    [
      'an alias that goes',
      ['x-processors', 'phase_3_analytics', 'team_defense_game_summary', 'aliases', 1],
      undefined,
      'breaking',
    ],
    [
      'a new alias',
      ['x-processors', 'phase_3_analytics', 'player_game_summary', 'aliases', 1],
      'PlayerSummary',
      'needs an order',
    ],
    ['a topic of another name', ['channels', 'phase4Trigger', 'address'], 'nba-phase4-start', 'breaking'],
    [
      'a message that moves from a topic',
      ['channels', 'phase1ScrapersComplete', 'messages', 'legacyScraperCompletion'],
      undefined,
      'breaking',
    ],
    ['words', ['x-endpoints', 0, 'purpose'], 'Scrapes.', 'documentation'],
  ])('%s', (_name, path, value, verdict) => {
    const changes = verdictsOf(path, value);
    expect(changes.every((change) => change.known || change.place.includes('ordering'))).toBe(true);
    expect(changes.map((change) => change.verdict)).toContain(verdict);
    for (const change of changes) expect(change.reason).toMatch(/\.$/);
  });

  test('who is affected is named as sender or receiver', () => {
    const [change] = verdictsOf([...SUBSCRIPTION, 'push_path'], '/work');
    expect(change?.affected).toEqual([
      { component: 'phase3-analytics', role: 'sender' },
      { component: 'phase3-to-phase4-orchestrator', role: 'receiver' },
    ]);
  });
});

describe('what only looks like a change', () => {
  test('a list of all messages of a channel says what leaving it out says', () => {
    const place = ['operations', 'phase5Worker.send.phase5PredictionReady', 'messages'];
    const all = [{ $ref: '#/channels/phase5PredictionReady/messages/predictionReady' }];
    expect(verdictsOf(place, all)).toMatchObject([{ verdict: 'documentation', known: true }]);
  });

  test('a section that is new is judged by its members; since when a requirement is asked changes nothing', () => {
    const without = editedContract((document) => {
      document.deleteIn(['x-areas']);
      document.deleteIn(['x-requirements', 'FANIN-001', 'since']);
    }).document;
    const changes = editsOf(without, REAL).flatMap((edit) => ruledChanges(edit, without, REAL));
    expect(changes.filter(({ known }) => !known)).toEqual([]);
    expect(new Set(changes.map(({ verdict }) => verdict))).toEqual(new Set(['documentation', 'compatible']));
  });
});
