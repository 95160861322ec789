import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { FeatureStoreCompletion, ProcessorRunHistory } from '../../generated/models.ts';
import { PROCESSORS } from '../../generated/registry.ts';
import { MONITORING } from '../../generated/topology.ts';
import { PipelineError } from '../../reference/errors/pipeline-error.ts';
import { createShell } from '../../reference/http/shell.ts';
import { createOrchestrator } from '../../reference/orchestration/service.ts';
import { createCoordinator } from '../../reference/predictions/coordinator.ts';
import { decideReadiness } from '../../reference/predictions/readiness/decide-readiness.ts';
import { alertReadiness, sendInsufficientData } from '../../reference/predictions/status/alert.ts';
import { sendDailySummary } from '../../reference/predictions/status/daily-summary.ts';
import { decideStatus, NO_PLAYERS } from '../../reference/predictions/status/decide-status.ts';
import { logArrival } from '../../reference/watching/arrival.ts';
import { logEvent } from '../../reference/watching/log-event.ts';
import { logRunEnded } from '../../reference/watching/run-ended.ts';
import { push, request, SETTINGS } from '../reference/deliveries.ts';
import { createMemoryPorts, type MemoryPorts } from '../reference/memory-ports.ts';
import { completion } from '../reference/predictions/fixtures.ts';
import { runRow } from '../reference/run-row.ts';
import { matches } from './filter.ts';

type Metric = keyof typeof MONITORING.metrics;

const DATE = '2024-01-15';
const ADDRESS = { game_date: DATE, run: 1 };

/** Metrics whose filter finds a line of these ports, by name. */
function counted({ lines }: MemoryPorts): readonly string[] {
  const entries = lines.map(({ fields }) => ({
    resource: { type: 'cloud_run_revision' },
    jsonPayload: fields,
  }));
  return Object.keys(MONITORING.metrics)
    .filter((name) => entries.some((entry) => matches(filterOf(name), entry)))
    .sort();
}

function filterOf(metric: string): string {
  const file = new URL(
    `../../generated/monitoring/log-metrics/${metric.replaceAll('_', '-')}.json`,
    import.meta.url,
  );
  return JSON.parse(readFileSync(file, 'utf8')).filter;
}

function history(status: ProcessorRunHistory['status']): ProcessorRunHistory {
  return runRow({
    execution_id: 'e-1',
    correlation_id: 'c-1',
    processor_name: 'player_game_summary',
    phase: 'phase_3_analytics',
    ...ADDRESS,
    status,
    record_count: 10,
    records_failed: status === 'partial' ? 2 : 0,
    trigger_source: 'pubsub',
    trigger_message_id: 'm-1',
  });
}

function arrive(ports: MemoryPorts, seconds_ago: number): void {
  const timestamp = new Date(ports.clock.now().getTime() - seconds_ago * 1000).toISOString();
  const cause = {
    processor: 'bdl_box_scores',
    execution_id: 'e-1',
    correlation_id: 'c-1',
    ...ADDRESS,
    trigger_source: 'pubsub' as const,
    message_id: 'm-1',
    skip_downstream_trigger: false,
    backfill_mode: false,
    backfill_reason: null,
  };
  logArrival(ports, 'nba-phase1-scrapers-complete', cause, { timestamp, phase: 'phase_1_scrapers' });
}

function batch(ports: MemoryPorts, coverage_percent: number, end_to_end_seconds: number | null): void {
  const fields = {
    phase: 'phase_5_predictions',
    status: 'success',
    batch_id: 'b-1',
    correlation_id: 'c-1',
    ...ADDRESS,
  };
  logEvent(ports.log, 'info', 'batch_ended', 'ended', { ...fields, coverage_percent, end_to_end_seconds });
}

function summary(ports: MemoryPorts, completed: number, now: string): void {
  sendDailySummary(
    ports,
    decideStatus(ADDRESS, undefined, { pending: 0, requested: 0, failed: 100 - completed, completed }, now),
  );
}

async function fail(ports: MemoryPorts, error: PipelineError): Promise<void> {
  await createShell(() => Promise.reject(error), ports.log)(request('POST', '/process'));
}

/** A push whose hop is on time, so that nothing but what the coordinator says of it is counted. */
async function readyFeatures(ports: MemoryPorts, changes: Partial<FeatureStoreCompletion>): Promise<void> {
  const coordinator = createShell(createCoordinator(ports, SETTINGS), ports.log);
  const { status } = await coordinator(push('/trigger', completion(changes)));
  expect(status).toBe(204);
  const arrivals = ports.lines.filter(({ fields }) => fields['event'] !== 'delivery_received');
  ports.lines.splice(0, ports.lines.length, ...arrivals);
}

const { phase1_to_phase2 } = MONITORING.hops;
const NO_GAMES = decideStatus(ADDRESS, undefined, NO_PLAYERS, '2024-01-15T15:00:00.000Z', true);
const NOBODY_READY = { completed: true, begun: true, players_ready: 0, players_total: 384 };
const LATE = MONITORING.end_to_end.target_seconds + 1;
const MISSED = '2024-01-15T15:00:00.000Z';
const OPEN = '2024-01-15T14:59:59.000Z';

describe('a metric counts the lines of what it is about, and no others', () => {
  test.each<readonly [string, (ports: MemoryPorts) => unknown, readonly Metric[]]>([
    ['a run that succeeds', (ports) => logRunEnded(ports, history('success')), ['runs_ended']],
    [
      'a run that fails before Phase 5',
      (ports) => logRunEnded(ports, history('failed')),
      ['runs_ended', 'runs_failed', 'runs_failed_before_phase5'],
    ],
    [
      'a prediction that fails, of which coverage is the measure',
      (ports) =>
        logRunEnded(ports, {
          ...history('failed'),
          processor_name: 'prediction_worker',
          phase: 'phase_5_predictions',
        }),
      ['runs_ended', 'runs_failed'],
    ],
    [
      'an alert that is critical',
      (ports) => sendInsufficientData(ports, ADDRESS, decideReadiness(NOBODY_READY), 'c-1'),
      ['critical_alerts'],
    ],
    [
      'an alert that is a warning',
      (ports) =>
        alertReadiness(ports, ADDRESS, decideReadiness({ ...NOBODY_READY, players_ready: 60 }), 'c-1'),
      [],
    ],
    [
      'a run that is partial',
      (ports) => logRunEnded(ports, history('partial')),
      ['runs_ended', 'runs_partial'],
    ],
    ['an arrival on its target', (ports) => arrive(ports, phase1_to_phase2.target_seconds), ['hop_seconds']],
    [
      'an arrival over its target',
      (ports) => arrive(ports, phase1_to_phase2.target_seconds + 1),
      ['hop_over_target', 'hop_seconds'],
    ],
    [
      'a batch in time with 90 %',
      (ports) => batch(ports, 90, LATE - 1),
      ['coverage_percent', 'end_to_end_seconds'],
    ],
    [
      'a batch below 90 %',
      (ports) => batch(ports, 89.99, null),
      ['coverage_below_minimum', 'coverage_percent'],
    ],
    [
      'a batch that took too long',
      (ports) => batch(ports, 100, LATE),
      ['coverage_percent', 'end_to_end_over_target', 'end_to_end_seconds'],
    ],
    ['a day that missed its deadline', (ports) => summary(ports, 89, MISSED), ['deadline_missed']],
    ['a day whose deadline is ahead', (ports) => summary(ports, 89, OPEN), []],
    ['a day without games', (ports) => sendDailySummary(ports, NO_GAMES), []],
    ['a day that is done', (ports) => summary(ports, 90, MISSED), []],
    [
      'a store that is away',
      (ports) => fail(ports, new PipelineError('STORE_UNAVAILABLE', 'away')),
      ['requests_failed'],
    ],
    [
      'a feature store of a date that is past',
      (ports) => readyFeatures(ports, { game_date: '2024-01-14' }),
      ['trigger_too_late'],
    ],
    [
      'a feature store of a past date that is loaded as history',
      (ports) =>
        readyFeatures(ports, {
          game_date: '2024-01-14',
          backfill_mode: true,
          backfill_reason: 'historical_load',
        }),
      [],
    ],
    ['an invalid message', (ports) => fail(ports, new PipelineError('INVALID_MESSAGE', 'wrong')), []],
  ])('%s', async (_name, provoke, expected) => {
    const ports = createMemoryPorts();
    await provoke(ports);
    expect(counted(ports)).toEqual(expected);
  });

  test('a sweep that cannot publish a trigger, before and after 15 minutes', async () => {
    const ports = createMemoryPorts();
    const handler = createOrchestrator('phase3-to-phase4-orchestrator', ports, SETTINGS);
    ports.stored.set(`phase3_completion/${DATE}`, pendingState(ports.clock.now().toISOString()));
    ports.faults.publish = () => 'refuse';
    await ports.clock.advance(MONITORING.trigger_pending_seconds_max * 1000);
    expect((await handler(request('POST', '/sweep'))).status).toBe(503);
    expect([counted(ports), ports.notices]).toEqual([[], []]);
    await ports.clock.advance(1000);
    await handler(request('POST', '/sweep'));
    // The program alerts on it too, so whoever watches critical alerts alone hears of it.
    expect(counted(ports)).toEqual(['critical_alerts', 'trigger_pending']);
    expect(ports.notices).toMatchObject([{ severity: 'critical', alert: 'trigger_pending', ...ADDRESS }]);
  });

  test('a sweep that sees a date wait, too long, and until it has waited for days', async () => {
    const ports = createMemoryPorts();
    const handler = createOrchestrator('phase3-to-phase4-orchestrator', ports, SETTINGS);
    const { player_game_summary } = pendingState(ports.clock.now().toISOString());
    ports.stored.set(`phase3_completion/${DATE}`, { player_game_summary });
    const { state_waiting_seconds_max, state_age_seconds_max } = MONITORING;
    const sweepAt = async (age_seconds: number) => {
      const begun_ms = Date.parse(player_game_summary.completed_at);
      await ports.clock.advance(begun_ms + age_seconds * 1000 - ports.clock.now().getTime());
      ports.lines.length = 0;
      await handler(request('POST', '/sweep'));
      return counted(ports);
    };
    expect(await sweepAt(state_waiting_seconds_max)).toEqual(['state_age_seconds']);
    expect(await sweepAt(state_waiting_seconds_max + 1)).toEqual(['state_age_seconds', 'state_waiting']);
    expect(await sweepAt(state_age_seconds_max)).toEqual(['state_age_seconds', 'state_waiting']);
    expect(await sweepAt(state_age_seconds_max + 1)).toEqual([]);
  });

  test('a sweep of a date without games, of which every processor said no_data, sees nobody wait', async () => {
    const ports = createMemoryPorts();
    const handler = createOrchestrator('phase3-to-phase4-orchestrator', ports, SETTINGS);
    const { player_game_summary } = pendingState(ports.clock.now().toISOString());
    const empty = { ...player_game_summary, status: 'no_data' };
    const all = Object.fromEntries(Object.keys(PROCESSORS.phase_3_analytics).map((name) => [name, empty]));
    const sweepOf = async (state: object) => {
      ports.stored.set(`phase3_completion/${DATE}`, state);
      ports.lines.length = 0;
      await handler(request('POST', '/sweep'));
      return counted(ports);
    };
    await ports.clock.advance(7200 * 1000);
    expect(await sweepOf(all)).toEqual([]);
    const { upcoming_team_game_context, ...without } = all;
    expect(await sweepOf(without)).toEqual(['state_age_seconds', 'state_waiting']);
    expect(
      await sweepOf({
        ...without,
        upcoming_team_game_context: { ...upcoming_team_game_context, status: 'success' },
      }),
    ).toEqual(['state_age_seconds', 'state_waiting']);
  });
});

function pendingState(decided_at: string) {
  const record = {
    completed_at: decided_at,
    correlation_id: 'c-1',
    execution_id: 'e-1',
    status: 'success',
    backfill_mode: false,
    backfill_reason: null,
  };
  const message = {
    correlation_id: 'c-1',
    game_date: DATE,
    timestamp: decided_at,
    duration_seconds: 0,
    metadata: { run: 1, level: 1, processors: [], upstream: [] },
  };
  return {
    player_game_summary: record,
    _trigger: {
      status: 'pending',
      execution_id: 't-1',
      decided_at,
      claimed_by: null,
      claim_expires_at: null,
      published_at: null,
      message_id: null,
      message,
    },
  };
}
