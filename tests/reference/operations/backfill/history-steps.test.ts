import { describe, expect, test } from 'vitest';
import type { ProcessorRunHistory } from '../../../../generated/models.ts';
import { PROCESSORS } from '../../../../generated/registry.ts';
import { validate } from '../../../../generated/validation.ts';
import { triggerExecutionId } from '../../../../reference/message/uuid.ts';
import { decideStep } from '../../../../reference/operations/backfill/decide-step.ts';
import { createGates } from '../../../../reference/operations/backfill/gates.ts';
import { announceTables, triggerLevel } from '../../../../reference/operations/backfill/messages.ts';
import { drawBar, drawPace } from '../../../../reference/operations/backfill/progress.ts';
import { decideScore } from '../../../../reference/operations/scores/decide-score.ts';
import { processorsReading } from '../../../../reference/runs/output.ts';
import { DATE, runInMemory } from '../snapshots.ts';

const REASON = 'historical_load';
const BACKFILL = { skip_downstream_trigger: true, backfill_mode: true, backfill_reason: REASON };

async function rawHistory(): Promise<readonly ProcessorRunHistory[]> {
  return [...(await runInMemory(BACKFILL)).history.values()];
}

/** The history of a date whose processors of the given names have run too. */
function withRuns(history: readonly ProcessorRunHistory[], names: readonly string[], changes: object = {}) {
  const [example] = history;
  if (example === undefined) throw new Error('expected runs, got none');
  const phaseOf = (name: string) =>
    name in PROCESSORS.phase_3_analytics ? 'phase_3_analytics' : 'phase_4_precompute';
  const added = names.map(
    (processor_name, index): ProcessorRunHistory => ({
      ...example,
      phase: phaseOf(processor_name),
      processor_name,
      execution_id: `00000000-0000-4000-9000-${String(history.length + index).padStart(12, '0')}`,
      record_count: 10,
      status: 'success',
      ...changes,
    }),
  );
  return [...history, ...added];
}

const ANALYTICS = Object.keys(PROCESSORS.phase_3_analytics);
const LEVEL_1 = ['team_defense_zone_analysis', 'player_shot_zone_analysis', 'player_daily_cache'];

describe('what a date of a backfill needs next', () => {
  test('its files, as long as nothing is on record', () => {
    expect(decideStep([], REASON, 4)).toEqual({ kind: 'raw' });
  });

  test('raw tables of another reason are not its own', async () => {
    expect(decideStep(await rawHistory(), 'reprocessing', 4)).toEqual({ kind: 'raw' });
  });

  test('then the analytics, then one level after the other', async () => {
    const raw = await rawHistory();
    expect(decideStep(raw, REASON, 2)).toMatchObject({ kind: 'done' });
    expect(decideStep(raw, REASON, 4)).toEqual({ kind: 'analytics', waits_for: ANALYTICS });
    const analysed = withRuns(raw, ANALYTICS);
    expect(decideStep(analysed, REASON, 3)).toMatchObject({ kind: 'done' });
    expect(decideStep(analysed, REASON, 4)).toEqual({ kind: 'level', level: 1, waits_for: LEVEL_1 });
    const level1 = withRuns(analysed, LEVEL_1);
    expect(decideStep(level1, REASON, 4)).toMatchObject({ kind: 'level', level: 2 });
    const level2 = withRuns(level1, ['player_composite_factors']);
    expect(decideStep(level2, REASON, 4)).toMatchObject({ kind: 'level', level: 3 });
    expect(decideStep(withRuns(level2, ['ml_feature_store_v2']), REASON, 4)).toMatchObject({ kind: 'done' });
  });

  test('an empty table counts, as on the first date of a season', async () => {
    const analysed = withRuns(await rawHistory(), ANALYTICS, { status: 'no_data', record_count: 0 });
    expect(decideStep(analysed, REASON, 4)).toMatchObject({ kind: 'level', level: 1 });
  });

  test('nothing more, when the list of games is empty', async () => {
    const raw = (await rawHistory()).map((run) =>
      run.processor_name === 'nbac_schedule_games' ? { ...run, status: 'no_data' as const } : run,
    );
    expect(decideStep(raw, REASON, 4)).toEqual({ kind: 'no_games' });
  });

  test('a processor that failed for good is named, with the run that failed', async () => {
    const analysed = withRuns(await rawHistory(), ANALYTICS);
    const [last, ...others] = [...analysed].reverse();
    if (last === undefined) throw new Error('expected runs, got none');
    const failed = [...others.reverse(), { ...last, status: 'failed' as const }];
    expect(decideStep(failed, REASON, 4)).toEqual({
      kind: 'failed',
      failed: [last.processor_name],
      runs: last.execution_id,
      again: { kind: 'analytics', waits_for: [last.processor_name] },
    });
    expect(decideStep(withRuns(failed, [last.processor_name]), REASON, 4)).toMatchObject({ kind: 'level' });
  });
});

describe('BACK-001 what a backfill sends lets its receivers work and publish nothing', () => {
  test('tables that reach every processor of Phase 3 at least once, and no more than it takes', async () => {
    const announced = announceTables(await rawHistory());
    const asked = announced.flatMap(({ message }) =>
      processorsReading('phase_3_analytics', String(message['processor_name'])),
    );
    expect(new Set(asked)).toEqual(new Set(ANALYTICS));
    expect(announced.length).toBeLessThan(4);
    for (const { message } of announced) {
      expect(validate('RawCompletion', 'send', message)).toEqual([]);
      expect(message).toMatchObject(BACKFILL);
    }
  });

  test('the trigger of a level, under the id that its orchestrator would use', async () => {
    const analysed = withRuns(await rawHistory(), ANALYTICS);
    const { topic, message } = triggerLevel(analysed, DATE, 1, REASON, '2024-01-16T11:00:00.000Z');
    expect(topic).toBe('nba-phase4-trigger');
    expect(validate('Phase4Trigger', 'receive', message)).toEqual([]);
    expect(message).toMatchObject({
      ...BACKFILL,
      execution_id: triggerExecutionId('phase3-to-phase4-orchestrator', DATE, 1, 1),
      metadata: { level: 1, processors: LEVEL_1 },
    });
  });
});

describe('a cascade level runs oldest date first', () => {
  test('a date waits for the one before, level by level', async () => {
    const gates = createGates(2, 3);
    const order: string[] = [];
    const second = gates.waitFor(1, 1).then((passed) => order.push(`second ${passed}`));
    order.push('first');
    gates.pass(0, 1);
    await second;
    expect(order).toEqual(['first', 'second true']);
    expect(await gates.waitFor(0, 3)).toBe(true);
  });

  test('a date that is skipped hands on what the dates before it say', async () => {
    const gates = createGates(3, 3);
    gates.skip(1);
    const third = gates.waitFor(2, 2);
    gates.pass(0, 2);
    expect(await third).toBe(true);
  });

  test('a date that failed lets nobody pass', async () => {
    const gates = createGates(3, 3);
    gates.skip(1);
    gates.close(0);
    expect(await gates.waitFor(2, 1)).toBe(false);
  });
});

describe('progress says how far, how fast and how long', () => {
  test.each([
    [{ ended: 0, all: 10, worked: 0, elapsed_ms: 0 }, '[--------------------]', ''],
    [{ ended: 5, all: 10, worked: 5, elapsed_ms: 2_000 }, '[##########----------]', '2.5 dates/s, 2 s left'],
    [
      { ended: 5, all: 105, worked: 5, elapsed_ms: 60_000 },
      '[--------------------]',
      '5.0 dates/min, 20 min 0 s left',
    ],
    [{ ended: 10, all: 10, worked: 10, elapsed_ms: 5_000 }, '[####################]', '2.0 dates/s'],
    [
      { ended: 1, all: 1001, worked: 1, elapsed_ms: 10_000 },
      '[--------------------]',
      '6.0 dates/min, 2 h 46 min left',
    ],
    // Half of the dates were loaded before and took no time; half of the rest will.
    [{ ended: 10, all: 20, worked: 5, elapsed_ms: 5_000 }, '[##########----------]', '1.0 dates/s, 5 s left'],
  ])('%j', (progress, bar, pace) => {
    expect([drawBar(progress), drawPace(progress)]).toEqual([bar, pace]);
  });
});

describe('a score compares what was said with what happened', () => {
  test('error, bias and coverage, beside those of the season average', () => {
    const players = [
      { scored: 20, predicted: 23, season_average: 15 },
      { scored: 10, predicted: 9, season_average: 10 },
      { scored: 4, predicted: 6, season_average: null },
      { scored: 8, predicted: null, season_average: 7 },
    ];
    const score = decideScore(players);
    expect(score).toEqual({
      played: 4,
      predicted: 3,
      coverage_percent: 75,
      mae: 2, // (3 + 1 + 2) / 3
      bias: 1.3333, // (3 - 1 + 2) / 3
      compared: 2,
      compared_mae: 2, // (3 + 1) / 2
      baseline_mae: 2.5, // (5 + 0) / 2
      baseline_bias: -2.5,
    });
    expect(decideScore(players.toReversed())).toEqual(score);
  });

  test('nobody has no means', () => {
    expect(decideScore([])).toMatchObject({
      played: 0,
      coverage_percent: null,
      mae: null,
      baseline_mae: null,
    });
  });
});
