import { stripVTControlCharacters } from 'node:util';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { EXAMPLES } from '../../../generated/examples.ts';
import { TOPIC } from '../../../generated/topology.ts';
import type { Outcome } from '../../../reference/cli/run/outcome.ts';
import { createPrinter } from '../../../reference/cli/run/printer.ts';

const OPTIONS = { date: '2024-01-15', backfill: false, json: false, logs: false };
const OUTCOME: Outcome = {
  done: true,
  orchestrators: [
    {
      document: 'phase3_completion/2024-01-15',
      completed: ['player_game_summary', 'team_defense_game_summary'],
      triggers: [{ entry: '_trigger', status: 'published', execution_id: '55a54008' }],
    },
    { document: 'phase4_completion/2024-01-15', completed: [], triggers: [] },
  ],
  batch: null,
  predictions: 229,
  tables_loaded: 6,
  traced: {
    row: { player_lookup: 'tyresemaxey', predicted_points: 24.5 },
    trace: {
      phase: 'phase_1_scrapers',
      processor_name: 'bdl_box_scores',
      execution_id: 'e1',
      correlation_id: 'e1',
      status: 'success',
      record_count: 1,
      upstream: [],
    },
  },
};

/** What a printer writes, without the colours of a terminal. */
function printed(act: () => void): string {
  let text = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((part) => {
    text += String(part);
    return true;
  });
  act();
  vi.restoreAllMocks();
  return stripVTControlCharacters(text);
}

const payloadOf = (message: string) =>
  EXAMPLES.find((example) => example.message === message)?.payload as Readonly<Record<string, unknown>>;

afterEach(() => vi.restoreAllMocks());

describe('pipeline run says what happens while it happens', () => {
  test.each([
    [TOPIC.phase3AnalyticsComplete, 'AnalyticsCompletion', /^ {2}\w+ {2}success {2}\d+ records\n$/],
    [TOPIC.phase4Trigger, 'Phase4Trigger', /triggers level 1\n$/],
    [TOPIC.phase5PredictionsComplete, 'PredictionsComplete', /ends the batch: coverage [\d.]+ %\n$/],
    [TOPIC.phase5PredictionRequest, 'PredictionRequest', /^$/],
    [TOPIC.phase5PredictionReady, 'PredictionReady', /^$/],
    [TOPIC.phase4PrecomputeComplete, 'FeatureStoreCompletion', /^$/],
  ])('a message on %s', (topic, message, line) => {
    const print = createPrinter(OPTIONS);
    expect(printed(() => print.sighting({ topic, message: payloadOf(message), published_ms: 0 }))).toMatch(
      line,
    );
  });

  test('its start and its components', () => {
    const print = createPrinter(OPTIONS);
    const text = printed(() => {
      print.start('2024-01-16', 'made up');
      print.ready(8);
    });
    expect(text).toContain('2024-01-16  made up');
    expect(text).toContain('8 components ready');
  });
});

describe('pipeline run ends with what is on record', () => {
  const phases = [
    { name: 'phase_1_scrapers', runs: 6, milliseconds: 120 },
    { name: 'phase_2_raw', runs: 0, milliseconds: 0 },
    { name: 'phase_3_analytics', runs: 0, milliseconds: 0 },
  ] as const;
  const told = (changes: Partial<Outcome> = {}, options: Partial<typeof OPTIONS> = {}) =>
    printed(() => createPrinter({ ...OPTIONS, ...options }).outcome(phases, { ...OUTCOME, ...changes }));

  test('hops, orchestrators, one trace and the number of predictions', () => {
    const text = told();
    expect(text).toMatch(/Phase 1 {2}scrapers +6 runs {3}120 ms/);
    expect(text).toContain('6 tables loaded, nothing was sent');
    expect(text).toMatch(/Phase 3 {2}analytics +0 runs {3}nothing was sent/);
    expect(text).toContain('phase3_completion/2024-01-15  2 of 5 complete');
    expect(text).toContain('_trigger  published  55a54008');
    expect(text).toContain('phase4_completion/2024-01-15  does not exist');
    expect(text).toContain('tyresemaxey, 24.5 points, from 1 scraper runs');
    expect(text).toContain('229 predictions for 2024-01-15');
  });

  test('a run that did not come to its end, and a backfill', () => {
    expect(told({ done: false, traced: null })).toContain('did not come to its end');
    expect(told({ traced: null }, { backfill: true })).toContain('nothing was sent downstream');
  });

  test('for a machine: one JSON object and nothing else', () => {
    const print = createPrinter({ ...OPTIONS, json: true });
    const text = printed(() => {
      print.start('2024-01-16', 'made up');
      print.ready(8);
      print.sighting({ topic: TOPIC.phase4Trigger, message: {}, published_ms: 0 });
      print.outcome(phases, { ...OUTCOME, traced: null });
    });
    expect(JSON.parse(text)).toMatchObject({ game_date: '2024-01-15', done: true, trace: null });
  });
});
