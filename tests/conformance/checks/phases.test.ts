import { describe, expect, test } from 'vitest';
import type { Check } from '../../../conformance/checks/check.ts';
import {
  CONFLICT,
  DUAL_FORMAT,
  EVERY_FORMAT,
  SCRAPED_BACKFILL,
} from '../../../conformance/checks/phases/formats.ts';
import { MISSING_FILE } from '../../../conformance/checks/phases/inputs.ts';
import {
  CRASH,
  EMPTY_RUN,
  EMPTY_THEN_FULL,
  PREDICTION_CRASH,
  SECOND_RUN,
  TABLE_BY_TABLE,
  UNKNOWN_TABLES,
} from '../../../conformance/checks/phases/runs.ts';
import { WHOLE_DATE, WHOLE_DATE_TWICE } from '../../../conformance/checks/pipeline/whole-date.ts';
import { DOCUMENT_CHECKS } from '../../../conformance/checks/state/documents.ts';
import { changeMessage, type Overrides } from '../../../conformance/harness/messages/build.ts';
import type { Payload } from '../../../conformance/history/events.ts';
import { completions, deliverSet, TRIGGER, triggerOf } from './pipeline-story.ts';
import { DATE, message, type Story, story, uuid } from './story.ts';

const SCRAPERS = 'nba-phase1-scrapers-complete';
const RAW = 'nba-phase2-raw-complete';
const ANALYTICS = 'nba-phase3-analytics-complete';
const names = (check: Check, told: Story) => check.judge(told.history()).map(({ anomaly }) => anomaly);

const scraped = (overrides = {}): Payload => {
  const execution_id = uuid();
  return message('ScraperCompletion', {
    processor_name: 'nbac_schedule',
    name: 'nbac_schedule',
    scraper_name: 'nbac_schedule',
    execution_id,
    correlation_id: execution_id,
    ...overrides,
  });
};
const loaded = (from: Payload, overrides = {}): Payload =>
  message('RawCompletion', {
    processor_name: 'nbac_schedule_games',
    correlation_id: from['execution_id'] ?? '',
    metadata: {
      upstream: [
        {
          processor: 'nbac_schedule',
          execution_id: from['execution_id'] ?? '',
          correlation_id: from['execution_id'] ?? '',
        },
      ],
    },
    ...overrides,
  });

describe('Phase 1 and 2', () => {
  test('MSG-007 a completion without the legacy fields', () => {
    const told = story();
    told.publish(SCRAPERS, scraped());
    expect(DUAL_FORMAT.judge(told.history())).toEqual([]);
    told.publish(SCRAPERS, changeMessage(scraped(), { gcs_path: undefined }));
    told.publish(SCRAPERS, scraped({ correlation_id: uuid() }));
    expect(names(DUAL_FORMAT, told)).toEqual(['invalid message', 'invalid message']);
  });

  test.each([EVERY_FORMAT, CONFLICT].map((check) => [check.name, check] as const))(
    '%s accepts the raw run, and names a refused message and a lost run',
    (_, check) => {
      const completion = scraped();
      const told = story();
      told.publish(SCRAPERS, completion);
      told.deliver('phase2-raw', SCRAPERS, completion);
      expect(names(check, told)).toEqual(['lost message']);
      told.publish(RAW, loaded(completion));
      expect(check.judge(told.history())).toEqual([]);
      told.deliver('phase2-raw', SCRAPERS, scraped(), { status: 400 });
      expect(names(check, told)).toContain('refused message');
    },
  );
  test('BACK-006 a scrape that drops what its caller asked for', () => {
    const asked = { skip_downstream_trigger: true, backfill_mode: true, backfill_reason: 'historical_load' };
    const told = story();
    told.publish(SCRAPERS, scraped(asked));
    expect(SCRAPED_BACKFILL.judge(told.history())).toEqual([]);
    told.publish(SCRAPERS, scraped({ ...asked, skip_downstream_trigger: false }));
    expect(names(SCRAPED_BACKFILL, told)).toEqual(['backfill leak']);
  });
  test('LIVE-004 a raw run that says success, or nothing, of a file that is not there', () => {
    const told = (status: number, overrides?: Overrides): Story => {
      const completion = scraped();
      const all = story();
      all.deliver('phase2-raw', SCRAPERS, completion, { status });
      if (overrides !== undefined) all.publish(RAW, loaded(completion, overrides));
      return all;
    };
    const failed = { status: 'failed', record_count: 0, error_message: 'no file', error_type: 'NONE' };
    expect(MISSING_FILE.judge(told(200, failed).history())).toEqual([]);
    expect(names(MISSING_FILE, told(200, {}))).toEqual(['wrong status']);
    expect(names(MISSING_FILE, told(200))).toEqual(['lost message']);
    expect(names(MISSING_FILE, told(503))).toContain('refused message');
  });
  test('MSG-010 the run of the processor that the legacy field names', () => {
    const completion = scraped({ scraper_name: 'bdl_box_scores' });
    const told = story();
    told.deliver('phase2-raw', SCRAPERS, completion);
    told.publish(RAW, loaded(completion, { processor_name: 'bdl_player_boxscores' }));
    expect(names(CONFLICT, told)).toEqual(['lost message', 'phantom completion']);
  });
  test('CORR-002 a raw run whose correlation_id no scraper run has', () => {
    const completion = scraped();
    const told = story();
    told.publish(SCRAPERS, completion);
    told.deliver('phase2-raw', SCRAPERS, completion);
    told.publish(RAW, loaded(completion, { correlation_id: uuid() }));
    expect(names(EVERY_FORMAT, told)).toEqual(['broken correlation']);
  });
});

describe('Phase 3 and 4', () => {
  const table = (processor_name: string): Payload => message('RawCompletion', { processor_name });
  const analytics = message('AnalyticsCompletion', { processor_name: 'team_offense_game_summary' });
  const trigger = message('Phase4Trigger', {
    metadata: { level: 1, processors: ['player_daily_cache'], upstream: [] },
  });
  const cache = message('PrecomputeCompletion', { processor_name: 'player_daily_cache' });

  test('IDEM-004 a second run that is taken for a duplicate', () => {
    const again = changeMessage(trigger, { metadata: { run: 2 } });
    const told = story();
    for (const message of [trigger, again]) told.deliver('phase4-precompute', 'nba-phase4-trigger', message);
    told.publish('nba-phase4-processor-complete', cache);
    expect(names(SECOND_RUN, told)).toEqual(['lost message']);
    told.publish('nba-phase4-processor-complete', changeMessage(cache, { metadata: { run: 2 } }));
    expect(SECOND_RUN.judge(told.history())).toEqual([]);
  });
  test('IDEM-002 an analytics run before, after and without its tables', () => {
    const told = story();
    told.deliver('phase3-analytics', RAW, table('nbac_team_boxscores'));
    expect(TABLE_BY_TABLE.judge(told.history())).toEqual([]);
    told.deliver('phase3-analytics', RAW, table('nbac_game_scores'));
    expect(names(TABLE_BY_TABLE, told)).toEqual(['lost message']);
    told.publish(ANALYTICS, analytics);
    expect(TABLE_BY_TABLE.judge(told.history())).toEqual([]);
    const early = story();
    early.deliver('phase3-analytics', RAW, table('nbac_team_boxscores'));
    early.publish(ANALYTICS, analytics);
    expect(names(TABLE_BY_TABLE, early)).toEqual(['phantom completion']);
    expect(names(UNKNOWN_TABLES, early)).toEqual(['phantom completion']);
  });

  test.each([EMPTY_RUN, CRASH].map((check) => [check.name, check] as const))(
    '%s accepts a completion and names a lost one',
    (_, check) => {
      const told = story();
      told.deliver('phase4-precompute', TRIGGER, trigger);
      expect(names(check, told)).toEqual(['lost message']);
      told.publish(
        'nba-phase4-processor-complete',
        changeMessage(cache, { status: 'no_data', record_count: 0 }),
      );
      expect(check.judge(told.history())).toEqual([]);
    },
  );
  test('IDEM-006 a prediction whose worker died and that nobody takes over', () => {
    const told = story();
    told.seed(DATE, ['a']);
    const asked = message('PredictionRequest', { player_lookup: 'a', run: 1 });
    told.deliver('phase5-worker', 'nba-phase5-prediction-request', asked);
    expect(names(PREDICTION_CRASH, told)).toEqual(['lost message']);
    told.publish(
      'nba-phase5-prediction-ready',
      message('PredictionReady', { player_lookup: 'a', run: 1, batch_id: asked['batch_id'] ?? '' }),
    );
    expect(PREDICTION_CRASH.judge(told.history())).toEqual([]);
  });
  test('IDEM-007 an empty run after which nothing else comes', () => {
    const told = story();
    told.mark('empty');
    told.deliver('phase4-precompute', TRIGGER, trigger);
    told.publish(
      'nba-phase4-processor-complete',
      changeMessage(cache, { status: 'no_data', record_count: 0 }),
    );
    expect(names(EMPTY_THEN_FULL, told)).toEqual(['lost message']);
    told.publish('nba-phase4-processor-complete', cache);
    expect(EMPTY_THEN_FULL.judge(told.history())).toEqual([]);
  });
  test('IDEM-007 a full run on a date without tables, after which the later trigger is a duplicate', () => {
    const told = story();
    told.deliver('phase4-precompute', TRIGGER, trigger);
    told.publish('nba-phase4-processor-complete', cache);
    told.mark('empty');
    told.deliver('phase4-precompute', TRIGGER, changeMessage(trigger, { execution_id: uuid() }));
    expect(EMPTY_THEN_FULL.judge(told.history())).toEqual([]);
  });
});

describe('the whole date', () => {
  test('LIVE-001 and TOPO-002 a chain that stops', () => {
    const told = story();
    told.publish(SCRAPERS, scraped());
    const broken = WHOLE_DATE.judge(told.history()).map(({ requirement }) => requirement);
    expect(broken).toEqual(expect.arrayContaining(['TOPO-002', 'LIVE-001']));
  });
  test('CORR-001 a message whose correlation_id no scraper run has', () => {
    const told = story();
    const completion = scraped();
    told.publish(SCRAPERS, completion);
    told.publish(RAW, loaded(completion, { correlation_id: uuid() }));
    expect(names(WHOLE_DATE, told)).toContain('broken correlation');
  });
  test('COORD-002 two batches when every message comes twice', () => {
    const told = story();
    told.publish('nba-phase5-prediction-request', message('PredictionRequest', { batch_id: 'a' }));
    expect(WHOLE_DATE_TWICE.judge(told.history())).toEqual([]);
    told.publish('nba-phase5-prediction-request', message('PredictionRequest', { batch_id: 'b' }));
    expect(names(WHOLE_DATE_TWICE, told)).toEqual(['double run']);
  });
});

describe.each(DOCUMENT_CHECKS.map((check) => [check.name, check] as const))('%s', (name, check) => {
  const level = name.includes('phase3') ? 1 : 2;
  const path = `${level === 1 ? 'phase3' : 'phase4'}_completion/${DATE}`;
  const entry = level === 1 ? '_trigger' : '_trigger_level_2';
  const told = (status: 'pending' | 'published', confirmed: boolean): Story => {
    const set = completions(level);
    const trigger = triggerOf(level, set);
    const tale = story();
    deliverSet(tale, level, set);
    if (confirmed) tale.publish(TRIGGER, trigger, '4711');
    const records = set.map((one) => [
      one['processor_name'],
      {
        completed_at: one['timestamp'],
        correlation_id: one['correlation_id'],
        execution_id: one['execution_id'],
        status: one['status'],
      },
    ]);
    const published = status === 'published';
    tale.document(path, {
      ...Object.fromEntries(records),
      [entry]: {
        status,
        execution_id: trigger['execution_id'] ?? '',
        decided_at: '2031-03-05T10:00:00.000Z',
        claimed_by: null,
        claim_expires_at: null,
        published_at: published ? '2031-03-05T10:00:01.000Z' : null,
        message_id: published ? '4711' : null,
        message: trigger,
      },
    });
    return tale;
  };

  test('accepts pending before the broker confirmed, and published after', () => {
    expect(check.judge(told('pending', false).history())).toEqual([]);
    expect(check.judge(told('published', true).history())).toEqual([]);
  });
  test('STATE-002 published before the broker confirmed, or not at all', () => {
    expect(names(check, told('published', false))).toEqual(['early record']);
    expect(names(check, told('pending', true))).toEqual(['wrong document']);
  });
});

test.each(
  DOCUMENT_CHECKS.filter(({ requirements }) => requirements.includes('STATE-001')).map(
    (check) => [check.name, check] as const,
  ),
)('STATE-001 %s names a document that does not exist', (name, check) => {
  const level = name.includes('phase3') ? 1 : 2;
  const tale = story();
  deliverSet(tale, level, completions(level));
  tale.document(`${level === 1 ? 'phase3' : 'phase4'}_completion/${DATE}`, null);
  expect(names(check, tale)).toEqual(['wrong document']);
});
