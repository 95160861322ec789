import { describe, expect, test } from 'vitest';
import { EXAMPLES } from '../../../generated/examples.ts';
import { PipelineError } from '../../../reference/errors/pipeline-error.ts';
import { combineBackfill, upstreamRun } from '../../../reference/message/cause.ts';
import { decodeDelivery } from '../../../reference/message/decode.ts';
import { receiveScraperCompletion } from '../../../reference/message/legacy.ts';
import { logNotes, receiveUnified } from '../../../reference/message/receive.ts';
import { asExecutionId, nameBasedId, triggerExecutionId } from '../../../reference/message/uuid.ts';
import { push } from '../deliveries.ts';
import { createMemoryPorts } from '../memory-ports.ts';

const example = (name: string) =>
  EXAMPLES.find((found) => found.name === name)?.payload as Record<string, unknown>;
const ANALYTICS = example('player-summaries-ready');
const DUAL = example('box-scores-of-a-full-slate');
const LEGACY = example('before-the-migration');

const delivery = (message: object) => decodeDelivery(push('/', message, '8812'));
const receive = (changes: object) =>
  receiveUnified(delivery({ ...ANALYTICS, ...changes }), 'AnalyticsCompletion');
const scraped = (message: object) => receiveScraperCompletion(delivery(message));
const without = (message: Record<string, unknown>, ...fields: string[]) =>
  Object.fromEntries(Object.entries(message).filter(([name]) => !fields.includes(name)));

function codeOf(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error instanceof PipelineError ? error.code : error;
  }
  return undefined;
}

describe('what a receiver makes of a unified message', () => {
  test('the cause of whatever it makes happen', () => {
    expect(receive({})).toEqual({
      cause: {
        processor: 'player_game_summary',
        execution_id: '886313e1-3b8a-4372-9b90-0c9aee199e5d',
        correlation_id: '0f8fad5b-d9cb-469f-a165-70867728950e',
        game_date: '2024-01-15',
        run: 1,
        trigger_source: 'pubsub',
        message_id: '8812',
        skip_downstream_trigger: false,
        backfill_mode: false,
        backfill_reason: null,
      },
      message: ANALYTICS,
      notes: [],
    });
  });

  test('MSG-003 a field that it does not know is no reason to refuse', () => {
    expect(receive({ shiny: 1 }).cause.processor).toBe('player_game_summary');
  });

  test('MSG-006 an alias is read as its canonical name', () => {
    const { cause, message } = receive({ processor_name: 'PlayerGameSummaryProcessor' });
    expect([cause.processor, message.processor_name]).toEqual(['player_game_summary', 'player_game_summary']);
  });

  test.each([null, undefined])(
    'CORR-002 execution_id stands in for correlation_id %s, and the log says so',
    (correlation_id) => {
      const received = receive({ correlation_id });
      expect(received.cause.correlation_id).toBe(ANALYTICS['execution_id']);
      const ports = createMemoryPorts();
      logNotes(received, ports.log);
      expect(ports.lines).toMatchObject([
        { level: 'warn', fields: { correlation_id: ANALYTICS['execution_id'] } },
      ]);
    },
  );

  test('metadata without run means run 1', () => {
    expect(receive({ metadata: {} }).cause.run).toBe(1);
  });

  test.each([
    ['a game_date that is a word', { game_date: 'TODAY' }, 'INVALID_MESSAGE'],
    ['a day that does not exist', { game_date: '2024-02-30' }, 'INVALID_MESSAGE'],
    ['another phase', { phase: 'phase_2_raw' }, 'INVALID_MESSAGE'],
    ['a missing status', { status: undefined }, 'INVALID_MESSAGE'],
    ['a name that is not registered', { processor_name: 'nobody' }, 'UNKNOWN_PROCESSOR'],
    ['a processor of another phase', { processor_name: 'bdl_box_scores' }, 'UNKNOWN_PROCESSOR'],
  ])('ACK-002, ACK-003 %s is refused', (_name, changes, code) => {
    expect(codeOf(() => receive(changes))).toBe(code);
  });

  test('an orchestrator is the only sender of triggers', () => {
    const trigger = example('level-1-after-the-fan-in');
    expect(receiveUnified(delivery(trigger), 'Phase4Trigger').cause.processor).toBe(
      'phase3-to-phase4-orchestrator',
    );
    const other = { ...trigger, processor_name: 'player_daily_cache' };
    expect(codeOf(() => receiveUnified(delivery(other), 'Phase4Trigger'))).toBe('UNKNOWN_PROCESSOR');
  });
});

describe('MSG-008 Phase 2 reads every format', () => {
  test('both at once', () => {
    const { cause, message, notes } = scraped(DUAL);
    expect(upstreamRun({ cause })).toEqual({
      processor: 'bdl_box_scores',
      execution_id: DUAL['execution_id'],
      correlation_id: DUAL['correlation_id'],
    });
    const { gcs_path, timestamp: collected_at } = DUAL;
    expect(message).toEqual({ status: 'success', gcs_path, collected_at });
    expect(notes).toEqual([]);
  });

  test('unified only, whose file lies where files of its run lie', () => {
    const unified = without(DUAL, 'name', 'scraper_name', 'gcs_path', 'workflow');
    expect(scraped(unified).message.gcs_path).toBe(DUAL['gcs_path']);
  });

  test('legacy only', () => {
    expect(scraped(LEGACY).cause).toMatchObject({
      processor: 'nbac_schedule',
      execution_id: LEGACY['execution_id'],
      correlation_id: LEGACY['execution_id'],
      game_date: '2024-01-15',
      run: 1,
      backfill_mode: false,
    });
  });

  test('legacy without a date takes it from the folder of the file', () => {
    expect(scraped(without(LEGACY, 'game_date')).cause.game_date).toBe('2024-01-15');
    const nowhere = { ...without(LEGACY, 'game_date'), gcs_path: 'gs://nba-scraped/2024-13-01/x.json' };
    expect(codeOf(() => scraped(nowhere))).toBe('INVALID_MESSAGE');
  });

  test('legacy without any id is named after its file, the same for a redelivery', () => {
    const nameless = without(LEGACY, 'execution_id');
    const { cause, notes } = scraped(nameless);
    expect(cause.execution_id).toBe(nameBasedId(String(LEGACY['gcs_path'])));
    expect(cause.correlation_id).toBe(cause.execution_id);
    expect(scraped(nameless).cause).toEqual(cause);
    expect(notes).toHaveLength(1);
  });

  test('legacy without status has succeeded, and an id that is no UUID is named after its text', () => {
    const { cause, message } = scraped({ ...without(LEGACY, 'status'), execution_id: 'scrape-17' });
    expect(message.status).toBe('success');
    expect([cause.execution_id, cause.correlation_id]).toEqual([asExecutionId('scrape-17'), 'scrape-17']);
  });

  test('MSG-010 where they disagree the unified field decides and the conflict is told', () => {
    const torn = {
      ...DUAL,
      scraper_name: 'nbac_schedule',
      gcs_path: 'gs://nba-scraped/bdl_box_scores/2024-01-14/x.json',
    };
    const { cause, notes } = scraped(torn);
    expect([cause.processor, cause.game_date]).toEqual(['bdl_box_scores', '2024-01-15']);
    expect(notes).toHaveLength(2);
  });

  test('CORR-002 a missing correlation_id is noted', () => {
    const { cause, notes } = scraped({ ...DUAL, correlation_id: null });
    expect([cause.correlation_id, notes.length]).toEqual([DUAL['execution_id'], 1]);
  });

  test.each([
    ['a payload that is no object', 17, 'INVALID_MESSAGE'],
    ['nothing of either format', {}, 'INVALID_MESSAGE'],
    ['a half unified message', { ...LEGACY, processor_name: 'nbac_schedule' }, 'INVALID_MESSAGE'],
    ['an unknown legacy scraper', { ...LEGACY, scraper_name: 'espn' }, 'UNKNOWN_PROCESSOR'],
    ['an unknown unified scraper', { ...DUAL, processor_name: 'espn' }, 'UNKNOWN_PROCESSOR'],
  ])('%s is refused', (_name, message, code) => {
    expect(codeOf(() => scraped(message as object))).toBe(code);
  });
});

describe('what travels on', () => {
  test('BACK-003 the first backfill among the inputs', () => {
    const live = { backfill_mode: false, backfill_reason: null };
    const old = { backfill_mode: true, backfill_reason: 'historical_load' };
    expect(combineBackfill([live, old])).toEqual(old);
    expect(combineBackfill([live])).toEqual(live);
  });

  test('FANIN-009 a trigger has one id per orchestrator, date, run and level', () => {
    expect(triggerExecutionId('phase3-to-phase4-orchestrator', '2024-01-15', 1, 1)).toBe(
      'a53f2a00-c4ab-5f29-b1b1-622b641dbdca',
    );
    const ids = [1, 2].flatMap((run) =>
      [2, 3].map((level) => triggerExecutionId('o', '2024-01-15', run, level)),
    );
    expect(new Set(ids).size).toBe(4);
  });
});
