import { describe, expect, test } from 'vitest';
import type { DrawnReceiver } from '../../../conformance/checks/drawn/receiver.ts';
import { ANALYTICS_RECEIVER } from '../../../conformance/checks/drawn/receivers/analytics.ts';
import { RAW_RECEIVER } from '../../../conformance/checks/drawn/receivers/raw.ts';
import { SCRAPERS_RECEIVER } from '../../../conformance/checks/drawn/receivers/scrapers.ts';
import type { Overrides } from '../../../conformance/harness/messages/build.ts';
import type { Payload } from '../../../conformance/history/events.ts';
import { DATE, message, type Story, uuid } from '../checks/story.ts';
import { begun, MOMENT, within } from './begun.ts';

const SCRAPED = 'nba-phase1-scrapers-complete';
const RAW = 'nba-phase2-raw-complete';
const ANALYSED = 'nba-phase3-analytics-complete';
const LOADER = 'phase2-raw';
const ANALYST = 'phase3-analytics';

const kinds = (receiver: DrawnReceiver, told: Story): readonly string[] => [
  ...new Set(receiver.judge(told.history()).map(({ requirement, anomaly }) => `${requirement} ${anomaly}`)),
];
const NOW: Overrides = { timestamp: MOMENT, duration_seconds: 0 };

/** A scraper run as it is told of. */
function scraped(scraper: string, overrides: Overrides = {}): Payload {
  const execution_id = uuid();
  const gcs_path = `gs://nba-scraped/${scraper}/${DATE}/${execution_id}.json`;
  const names = { processor_name: scraper, name: scraper, scraper_name: scraper, output_table: scraper };
  const ids = { execution_id, correlation_id: execution_id };
  return message('ScraperCompletion', {
    ...names,
    ...ids,
    gcs_path,
    ...NOW,
    trigger_source: 'manual',
    ...overrides,
  });
}

describe('the model of the scrapers', () => {
  const scrape = (told: Story, sent: readonly Payload[], body: object = {}, status = 200, by = {}): void =>
    within(
      told,
      () =>
        told.request(
          '/scrape',
          status,
          'POST',
          null,
          'phase1-scrapers',
          { game_date: DATE, scraper: 'nbac_schedule', ...body },
          by,
        ),
      () => {
        for (const one of sent) told.publish(SCRAPED, one);
      },
    );
  const judged = (told: Story): readonly string[] => kinds(SCRAPERS_RECEIVER, told);

  test('accepts a new run for each call, and says nothing where nobody calls', () => {
    const told = begun();
    expect(judged(told)).toEqual([]);
    scrape(told, [scraped('nbac_schedule')]);
    scrape(told, [scraped('nbac_schedule')]);
    scrape(told, [scraped('nbac_schedule', { trigger_source: 'scheduler' })], {}, 200, {
      'X-CloudScheduler': 'true',
    });
    expect(judged(told)).toEqual([]);
  });

  test('names a call that was served and made no run, or told of an old one again', () => {
    const told = begun();
    const first = scraped('nbac_schedule');
    scrape(told, [first]);
    scrape(told, []);
    expect(judged(told)).toEqual(['LIVE-005 lost message']);
    const again = begun();
    scrape(again, [first]);
    scrape(again, [first]);
    expect(judged(again)).toContain('LIVE-005 repeated message');
  });

  test('lets the next call tell of the run that a failed call owed', () => {
    const told = begun();
    const owed = scraped('nbac_schedule');
    scrape(told, [owed], {}, 503);
    scrape(told, [owed]);
    expect(judged(told)).toEqual([]);
  });

  test('lets a call that repeats a failed one be served by what that one had told of all the same', () => {
    const told = begun();
    scrape(told, [scraped('nbac_schedule')], {}, 500);
    scrape(told, []);
    expect(judged(told)).toEqual([]);
    const other = begun();
    scrape(other, [], {}, 503);
    scrape(other, []);
    expect(judged(other)).toEqual(['LIVE-005 lost message']);
  });

  test('names a call that is answered by a run which another call left owing, with other flags', () => {
    const told = begun();
    const owed = scraped('nbac_schedule', { skip_downstream_trigger: true });
    scrape(told, [owed], { skip_downstream_trigger: true }, 503);
    scrape(told, [owed]);
    expect(judged(told)).toEqual(['BACK-006 backfill leak']);
  });

  test.each<[string, object, Overrides, string]>([
    ['flags that nobody asked for', {}, { skip_downstream_trigger: true }, 'BACK-006 backfill leak'],
    ['another caller', {}, { trigger_source: 'scheduler' }, 'CORR-009 broken provenance'],
    ['another workflow', { workflow: 'x' }, {}, 'LIVE-005 invalid message'],
    ['another name in the old fields', {}, { name: 'x' }, 'MSG-007 invalid message'],
    ['a chain that it does not start', {}, { correlation_id: 'x' }, 'CORR-001 broken correlation'],
  ])('names %s', (_what, body, wrong, kind) => {
    const told = begun();
    scrape(told, [scraped('nbac_schedule', wrong)], body);
    expect(judged(told)).toContain(kind);
  });

  test('names a wrong body that is taken, and a right one that is refused', () => {
    const told = begun();
    scrape(told, [], { backfill_mode: true });
    scrape(told, [], { scraper: 'nbac_schedules' }, 400);
    scrape(told, [], { game_date: 'TODAY' });
    expect(judged(told)).toEqual(['LIVE-006 wrong answer', 'LIVE-003 wrong answer']);
    const refused = begun();
    scrape(refused, [], {}, 400);
    expect(judged(refused)).toContain('LIVE-005 refused message');
  });
});

describe('the model of Phase 2', () => {
  const tell = (told: Story, cause: Payload, sent: readonly Payload[], status = 200): void =>
    within(
      told,
      () => told.deliver(LOADER, SCRAPED, cause, { status, message_id: `m${cause['execution_id']}` }),
      () => {
        for (const one of sent) told.publish(RAW, one);
      },
    );
  const loaded = (cause: Payload, overrides: Overrides = {}): Payload =>
    message('RawCompletion', {
      processor_name: 'nbac_schedule_games',
      output_table: 'nbac_schedule_games',
      parent_processor: 'nbac_schedule',
      trigger_message_id: `m${cause['execution_id']}`,
      correlation_id: cause['correlation_id'] ?? cause['execution_id'],
      ...NOW,
      metadata: {
        upstream: [
          {
            processor: 'nbac_schedule',
            execution_id: cause['execution_id'] ?? '',
            correlation_id: cause['correlation_id'] ?? cause['execution_id'] ?? '',
          },
        ],
      },
      ...overrides,
    });
  const judged = (told: Story): readonly string[] => kinds(RAW_RECEIVER, told);
  /** Scraper runs that were published, so that their files are there. */
  const there = (told: Story, ...overrides: readonly Overrides[]): readonly Payload[] =>
    overrides.map((one) => {
      const made = scraped('nbac_schedule', one);
      told.publish(SCRAPED, made);
      return made;
    });

  test('accepts a raw run for each scraper run, none for a repeat, and an older file that comes last', () => {
    const told = begun();
    const [first = {}, second = {}, old = {}] = there(told, {}, {}, { timestamp: '2031-03-05T11:00:00Z' });
    tell(told, first, [loaded(first)]);
    tell(told, first, []);
    tell(told, second, [loaded(second)]);
    tell(told, old, [loaded(old, { status: 'no_data', record_count: 0 })]);
    expect(judged(told)).toEqual([]);
  });

  test('names a second scraper run that is taken for a duplicate, and a first one that is loaded twice', () => {
    const told = begun();
    const [first = {}, second = {}] = there(told, {}, {});
    tell(told, first, [loaded(first), loaded(first)]);
    tell(told, second, []);
    expect(judged(told)).toEqual(expect.arrayContaining(['IDEM-001 double run', 'IDEM-012 lost message']));
  });

  test('names a run of a failed scrape, of a silent one, and of a file that is nowhere', () => {
    const failed = begun();
    const [cause = {}] = there(failed, { status: 'failed', error_message: 'x', error_type: 'y' });
    tell(failed, cause, [loaded(cause)]);
    expect(judged(failed)).toContain('IDEM-013 phantom completion');
    const silent = begun();
    const [quiet = {}] = there(silent, { skip_downstream_trigger: true });
    tell(silent, quiet, [loaded(quiet)]);
    expect(judged(silent)).toContain('BACK-001 backfill leak');
    const nowhere = begun();
    const nobody = scraped('nbac_schedule');
    tell(nowhere, nobody, [loaded(nobody)]);
    expect(judged(nowhere)).toEqual(['LIVE-004 phantom completion']);
  });

  test('names a run that failed where its scraper had found nothing, and lets one fail that was told otherwise too', () => {
    const empty = scraped('nbac_schedule', { status: 'no_data', record_count: 0 });
    const failed = loaded(empty, { status: 'failed', record_count: 0, error_message: 'x', error_type: 'y' });
    const told = begun();
    tell(told, empty, [failed]);
    expect(judged(told)).toEqual(['LIVE-002 phantom completion']);
    const both = begun();
    tell(both, { ...empty, status: 'success' }, []);
    within(
      both,
      () => both.deliver(LOADER, SCRAPED, empty),
      () => both.publish(RAW, failed),
    );
    expect(judged(both)).not.toContain('LIVE-002 phantom completion');
  });

  test('lets a file be older or newer where one of the two says no time', () => {
    const told = begun();
    const [first = {}, second = {}] = there(told, {}, {});
    const { name, scraper_name, gcs_path, workflow, execution_id, correlation_id } = second;
    const legacy = { name, scraper_name, gcs_path, workflow, execution_id, correlation_id } as Payload;
    tell(told, first, [loaded(first)]);
    tell(told, legacy, [loaded(second, { status: 'no_data', record_count: 0 })]);
    expect(judged(told)).toEqual([]);
  });

  test('names a live run that a silent one of the same scrape keeps out', () => {
    const told = begun();
    const [live = {}] = there(told, {});
    tell(told, { ...live, skip_downstream_trigger: true }, []);
    tell(told, live, []);
    expect(judged(told)).toEqual(['BACK-004 lost message']);
  });

  test('names a file that could be read and gave nothing, and an ack before the run', () => {
    const told = begun();
    const [cause = {}, other = {}] = there(told, {}, { timestamp: '2031-03-05T11:00:00Z' });
    tell(told, other, [loaded(other)]);
    tell(told, cause, [loaded(cause, { status: 'no_data', record_count: 0 })]);
    expect(judged(told)).toEqual(['IDEM-014 phantom completion']);
    const early = begun();
    const [late = {}] = there(early, {});
    tell(early, late, []);
    early.publish(RAW, loaded(late));
    expect(judged(early)).toEqual(['ACK-001 early ack']);
  });

  test('takes the run of a message without ids for that of its file', () => {
    const told = begun();
    const [cause = {}] = there(told, {});
    const { name, scraper_name, gcs_path, workflow } = cause;
    tell(told, cause, [loaded(cause)]);
    told.deliver(LOADER, SCRAPED, { name, scraper_name, gcs_path, workflow } as Payload);
    expect(judged(told)).toEqual([]);
  });
});

describe('the model of Phase 3', () => {
  const TABLES = ['nbac_team_boxscores', 'nbac_game_scores'];
  const raw = (told: Story, table: string, overrides: Overrides = {}): Payload => {
    const made = message('RawCompletion', {
      processor_name: table,
      output_table: table,
      ...NOW,
      ...overrides,
    });
    told.publish(RAW, made);
    return made;
  };
  const tell = (told: Story, cause: Payload, sent: readonly Payload[] = []): void =>
    within(
      told,
      () => told.deliver(ANALYST, RAW, cause, { message_id: `m${cause['execution_id']}` }),
      () => {
        for (const one of sent) told.publish(ANALYSED, one);
      },
    );
  const analysed = (inputs: readonly Payload[], overrides: Overrides = {}): Payload =>
    message('AnalyticsCompletion', {
      processor_name: 'team_offense_game_summary',
      output_table: 'team_offense_game_summary',
      parent_processor: String(inputs.at(-1)?.['processor_name']),
      trigger_message_id: `m${inputs.at(-1)?.['execution_id']}`,
      correlation_id: inputs[0]?.['correlation_id'] ?? '',
      ...NOW,
      metadata: {
        upstream: inputs.map((one) => ({
          processor: one['processor_name'] ?? '',
          execution_id: one['execution_id'] ?? '',
          correlation_id: one['correlation_id'] ?? '',
        })),
      },
      ...overrides,
    });
  const EMPTY: Overrides = { status: 'no_data', record_count: 0 };
  const judged = (told: Story): readonly string[] => kinds(ANALYTICS_RECEIVER, told);

  test('accepts one run once both tables are there, and says nothing where nothing is told', () => {
    const told = begun();
    expect(judged(told)).toEqual([]);
    const [first = {}, second = {}] = TABLES.map((table) => raw(told, table));
    tell(told, first);
    tell(told, second, [analysed([first, second])]);
    tell(told, first);
    expect(judged(told)).toEqual([]);
  });

  test('accepts an empty run and a run that counts after it', () => {
    const told = begun();
    const [first = {}, hollow = {}] = [
      raw(told, 'nbac_team_boxscores'),
      raw(told, 'nbac_game_scores', EMPTY),
    ];
    tell(told, first);
    tell(told, hollow, [analysed([first, hollow], EMPTY)]);
    const full = raw(told, 'nbac_game_scores');
    tell(told, full, [analysed([first, full])]);
    expect(judged(told)).toEqual([]);
    const lost = begun();
    const inputs = [raw(lost, 'nbac_team_boxscores'), raw(lost, 'nbac_game_scores', EMPTY)];
    tell(lost, inputs[0] ?? {});
    tell(lost, inputs[1] ?? {}, [analysed(inputs, EMPTY)]);
    tell(lost, raw(lost, 'nbac_game_scores'));
    expect(judged(lost)).toEqual(['IDEM-007 lost message']);
  });

  test('names a run before its tables are there, a second one, and a missing one', () => {
    const early = begun();
    const [only = {}] = [raw(early, 'nbac_team_boxscores')];
    tell(early, only, [analysed([only])]);
    expect(judged(early)).toContain('IDEM-002 phantom completion');
    const twice = begun();
    const both = TABLES.map((table) => raw(twice, table));
    tell(twice, both[0] ?? {});
    tell(twice, both[1] ?? {}, [analysed(both)]);
    tell(twice, both[1] ?? {}, [analysed(both)]);
    expect(judged(twice)).toEqual(['IDEM-002 double run']);
    const never = begun();
    for (const table of TABLES) tell(never, raw(never, table));
    expect(judged(never)).toEqual(['IDEM-002 lost message']);
  });

  test('names a run that counts on an empty table, and one that lists it', () => {
    const told = begun();
    const inputs = [raw(told, 'nbac_team_boxscores'), raw(told, 'nbac_game_scores', EMPTY)];
    tell(told, inputs[0] ?? {});
    tell(told, inputs[1] ?? {}, [analysed(inputs)]);
    expect(judged(told)).toEqual(['IDEM-016 phantom completion', 'CORR-010 broken provenance']);
  });

  test('names a run that a failed or a silent message caused', () => {
    for (const [wrong, kind] of [
      [{ status: 'failed', error_message: 'x', error_type: 'y' }, 'IDEM-015 phantom completion'],
      [{ skip_downstream_trigger: true }, 'BACK-001 backfill leak'],
    ] as const) {
      const told = begun();
      const [first = {}, second = {}] = TABLES.map((table) => raw(told, table));
      tell(told, first);
      tell(told, { ...second, ...wrong }, [analysed([first, second])]);
      expect(judged(told)).toContain(kind);
    }
  });
});
