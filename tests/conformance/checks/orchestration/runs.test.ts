import { describe, expect, test } from 'vitest';
import { CASCADE_END } from '../../../../conformance/checks/cascade/ends.ts';
import { IDLE_SWEEPS } from '../../../../conformance/checks/fan-in/sweeps.ts';
import { judgeIdentity } from '../../../../conformance/checks/judging/identity.ts';
import { judgeProvenance } from '../../../../conformance/checks/judging/provenance.ts';
import { judgeDateRuns } from '../../../../conformance/checks/pipeline/runs.ts';
import { LEVEL_ENTRIES } from '../../../../conformance/checks/state/documents.ts';
import { RUN_DOCUMENTS } from '../../../../conformance/checks/state/records.ts';
import type { Overrides } from '../../../../conformance/harness/messages/build.ts';
import type { History, Payload } from '../../../../conformance/history/events.ts';
import { CASCADE, completions, deliverSet, FAN_IN, TRIGGER, triggerOf } from '../pipeline-story.ts';
import { DATE, message, type Story, story, uuid } from '../story.ts';

const requirementsOf = (found: readonly { readonly requirement: string }[]) => [
  ...new Set(found.map(({ requirement }) => requirement)),
];

describe('runs of a whole date', () => {
  const scraped = (overrides: Overrides = {}) =>
    message('ScraperCompletion', {
      processor_name: 'nbac_schedule',
      output_dataset: 'scraped_files',
      output_table: 'nbac_schedule',
      trigger_source: 'manual',
      trigger_message_id: null,
      ...overrides,
    });
  const judged = (from: Payload, overrides: Overrides = {}) => {
    const told = story();
    told.publish('nba-phase1-scrapers-complete', from, 'm1');
    told.deliver('phase2-raw', 'nba-phase1-scrapers-complete', from, { message_id: 'm1' });
    told.publish(
      'nba-phase2-raw-complete',
      message('RawCompletion', {
        processor_name: 'nbac_schedule_games',
        output_dataset: 'nba_raw',
        output_table: 'nbac_schedule_games',
        parent_processor: 'nbac_schedule',
        trigger_source: 'pubsub',
        trigger_message_id: 'm1',
        ...overrides,
      }),
    );
    return requirementsOf(judgeDateRuns(told.history()));
  };

  test('accepts a scraper run and the raw run that it caused', () => expect(judged(scraped())).toEqual([]));
  test('MSG-026 a class name', () =>
    expect(
      judged(scraped({ processor_name: 'NbacScheduleScraper' }), { parent_processor: 'NbacScheduleScraper' }),
    ).toEqual(['MSG-026']));
  test('TOPO-003 another table', () =>
    expect(judged(scraped(), { output_table: 'games' })).toEqual(['TOPO-003']));
  test('CORR-006 a scraper run that nobody called, and a raw run by hand', () => {
    expect(judged(scraped({ trigger_source: 'pubsub' }))).toEqual(['CORR-006']);
    expect(judged(scraped(), { trigger_source: 'manual' })).toEqual(['CORR-006']);
  });
  test('CORR-006 and CORR-004 a trigger of the scheduler, unless somebody swept before it', () => {
    const told = story();
    const by_sweep = { trigger_source: 'scheduler', trigger_message_id: null, parent_processor: null };
    const five = completions(1);
    deliverSet(told, 1, five);
    const swept = {
      kind: 'neighbour',
      component: FAN_IN,
      change: 'begins',
      call: 'POST /sweep',
      by: 'another',
    };
    told.publish(TRIGGER, triggerOf(1, five, by_sweep));
    const alone = told.history().filter(({ kind }) => kind === 'publish');
    expect(requirementsOf(judgeIdentity(alone))).toEqual(['CORR-006']);
    const sweep = { ...swept, sequence: 1, at_ms: 1, marks: [] } as History[number];
    expect(requirementsOf(judgeIdentity([sweep, ...alone]))).toEqual([]);
    const whole = told.history();
    expect(requirementsOf(judgeProvenance(whole, FAN_IN))).toEqual(['CORR-004']);
    expect(requirementsOf(judgeProvenance([sweep, ...whole], FAN_IN))).toEqual([]);
    const elsewhere = { ...sweep, component: 'phase2-raw' } as History[number];
    expect(requirementsOf(judgeIdentity([elsewhere, ...alone]))).toEqual(['CORR-006']);
  });
  test('CORR-007 another parent', () =>
    expect(judged(scraped(), { parent_processor: 'nbac_schedule_games' })).toEqual(['CORR-007']));
  test('CORR-005 a shared execution_id', () => {
    const execution_id = uuid();
    expect(judged(scraped({ execution_id }), { execution_id })).toEqual(['CORR-005']);
  });
  test('CORR-005 an execution_id that a delivery brought', () => {
    const told = story();
    const completion = message('AnalyticsCompletion');
    const { execution_id = '' } = completion;
    told.deliver('phase3-to-phase4-orchestrator', 'nba-phase3-analytics-complete', completion);
    told.publish('nba-phase4-trigger', message('Phase4Trigger'));
    expect(requirementsOf(judgeIdentity(told.history()))).toEqual([]);
    told.publish('nba-phase4-trigger', message('Phase4Trigger', { execution_id }));
    expect(requirementsOf(judgeIdentity(told.history()))).toEqual(['CORR-005']);
  });
  test('CORR-008 a scraper run that the announcement does not lead back to', () => {
    const traced = (ids: readonly string[], from: Payload) => {
      const told = story();
      told.publish('nba-phase1-scrapers-complete', from);
      const upstream = ids.map((execution_id) => ({ processor: 'x', execution_id, correlation_id: 'c' }));
      told.publish(
        'nba-phase5-predictions-complete',
        message('PredictionsComplete', { metadata: { run: 1, upstream } }),
      );
      return requirementsOf(judgeDateRuns(told.history()));
    };
    const from = scraped();
    expect(traced([String(from['execution_id'])], from)).toEqual([]);
    expect(traced([uuid()], from)).toEqual(['CORR-008']);
  });
});

describe.each(IDLE_SWEEPS.map((check) => [check.name, check] as const))('%s', (name, check) => {
  const level = name.includes('phase3') ? 1 : 2;
  const [done, open] = check.requirements;
  const five = completions(level);
  const judged = (spans: readonly number[]) => {
    const told = story();
    const publish = () => told.publish(TRIGGER, triggerOf(level, five));
    const moments = ['sweeps of an incomplete set', 'incomplete set swept', 'sweeps of a triggered set'];
    for (const [index, moment] of moments.entries()) {
      told.mark(moment);
      if (spans.includes(index)) publish();
    }
    return requirementsOf(check.judge(told.history()));
  };
  test('accepts a trigger between the sweeps', () => expect(judged([1])).toEqual([]));
  test('names a trigger of an incomplete set', () => expect(judged([0, 1])).toEqual([open]));
  test('names a trigger that is sent again', () => expect(judged([1, 2])).toEqual([done]));
});

describe('the end of the cascade', () => {
  const partial = completions(2, { status: 'partial', records_failed: 1 });
  const judged = (status: number, triggers: number) => {
    const told = story();
    deliverSet(told, 2, partial);
    for (let sent = 0; sent < triggers; sent++) told.publish(TRIGGER, triggerOf(2, partial));
    const features = message('PrecomputeCompletion', { processor_name: 'ml_feature_store_v2' });
    told.deliver(CASCADE, 'nba-phase4-processor-complete', features, { status });
    return requirementsOf(CASCADE_END.judge(told.history()));
  };
  test('accepts one trigger and an ack', () => expect(judged(200, 1)).toEqual([]));
  test('CASC-011 a refused feature store', () => expect(judged(500, 1)).toEqual(['CASC-011']));
  test('CASC-012 partial runs without a trigger', () => expect(judged(200, 0)).toEqual(['CASC-012']));
});

describe('documents of two runs', () => {
  const check = RUN_DOCUMENTS[0];
  const failed = message('AnalyticsCompletion', {
    processor_name: 'player_game_summary',
    status: 'failed',
    record_count: 0,
    error_message: 'x',
    error_type: 'X',
  });
  const silent = message('AnalyticsCompletion', {
    processor_name: 'team_offense_game_summary',
    skip_downstream_trigger: true,
  });
  const record = (of: Payload, overrides: Overrides = {}): Payload => ({
    completed_at: '2031-03-05T12:00:00Z',
    correlation_id: of['correlation_id'] ?? '',
    execution_id: of['execution_id'] ?? '',
    status: of['status'] ?? '',
    ...(overrides as Payload),
  });
  const judged = (fields: Payload, path = `phase3_completion/${DATE}`) => {
    const told: Story = story();
    told.deliver(FAN_IN, 'nba-phase3-analytics-complete', failed);
    told.deliver(FAN_IN, 'nba-phase3-analytics-complete', silent);
    told.document(path, fields);
    return requirementsOf(check?.judge(told.history()) ?? []);
  };
  test('accepts a record of what failed and none of what was silent', () =>
    expect(judged({ player_game_summary: record(failed) })).toEqual([]));
  test('STATE-003 no record, or one of another run', () => {
    expect(judged({})).toEqual(['STATE-003']);
    expect(judged({ player_game_summary: record(failed) }, `phase3_completion/${DATE}.r2`)).toEqual([
      'STATE-003',
    ]);
  });
  test('STATE-004 another status', () =>
    expect(judged({ player_game_summary: record(failed, { status: 'success' }) })).toEqual(['STATE-004']));
  test('STATE-005 a silent run on record', () =>
    expect(
      judged({ player_game_summary: record(failed), team_offense_game_summary: record(silent) }),
    ).toEqual(['STATE-005']));
});

test('STATE-001 a level that was triggered and has no entry', () => {
  const told = story();
  told.publish(TRIGGER, message('Phase4Trigger', { metadata: { level: 3 } }), 'm3');
  told.document('phase4_completion/2031-03-05', {});
  expect(requirementsOf(LEVEL_ENTRIES.judge(told.history()))).toEqual(['STATE-001']);
  expect(
    LEVEL_ENTRIES.judge(told.history())
      .map(({ proof }) => proof)
      .join(' '),
  ).toContain('_trigger_level_3');
});
