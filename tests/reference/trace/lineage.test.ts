import { beforeAll, describe, expect, test } from 'vitest';
import type { ProcessorRunHistory } from '../../../generated/models.ts';
import { drawLineage } from '../../../reference/trace/draw-lineage.ts';
import { collectLineage, type Lineage } from '../../../reference/trace/lineage.ts';
import { drawPage, formatDuration } from '../../../reference/trace/page.ts';
import { layOutTimeline } from '../../../reference/trace/timeline.ts';
import { runInMemory } from '../operations/snapshots.ts';

let history: readonly ProcessorRunHistory[];

beforeAll(async () => {
  history = [...(await runInMemory()).history.values()];
});

const runOf = (name: string): ProcessorRunHistory => {
  const found = history.find(({ processor_name }) => processor_name === name);
  if (found === undefined) throw new Error(`expected a run of ${name}`);
  return found;
};
const names = ({ runs }: Lineage) => new Set(runs.map(({ processor_name }) => processor_name));

describe('CORR-003 the lineage of a run', () => {
  test('of one scraper goes to every prediction, and from these back to all six scrapers', () => {
    const asked = runOf('nbac_injury_report').execution_id;
    const lineage = collectLineage([asked], history, 'all');
    expect(lineage.runs.filter(({ phase }) => phase === 'phase_1_scrapers')).toHaveLength(6);
    expect(lineage.runs.filter(({ processor_name }) => processor_name === 'prediction_worker')).toHaveLength(
      229,
    );
    expect(lineage.unknown).toEqual([]);
  });

  test('of one prediction has one worker, and both orchestrators that triggered what it read', () => {
    const lineage = collectLineage([runOf('prediction_worker').execution_id], history, 'before');
    expect(lineage.runs.filter(({ phase }) => phase === 'phase_5_predictions')).toHaveLength(2);
    expect(names(lineage)).toContain('phase3-to-phase4-orchestrator');
    expect(names(lineage)).toContain('phase4-orchestrator');
    expect(lineage.links.some(({ kind }) => kind === 'triggered')).toBe(true);
  });

  test('names what the history lacks', () => {
    const gone = runOf('bdl_active_rosters').execution_id;
    const holed = history.filter(({ execution_id }) => execution_id !== gone);
    const lineage = collectLineage([runOf('prediction_worker').execution_id], holed, 'before');
    expect(lineage.unknown).toEqual([gone]);
    expect(drawPage(layOutTimeline(lineage), 'x')).toContain('1</b> upstream runs that the history lacks');
  });
});

describe('a timeline', () => {
  const whole = () =>
    layOutTimeline(
      collectLineage(
        history.map(({ execution_id }) => execution_id),
        history,
        'before',
      ),
    );

  test('has a lane per phase, a row per processor, and draws many sound workers as one bar', () => {
    const { lanes } = whole();
    expect(lanes.map(({ phase, rows }) => `${phase} ${rows.length}`)).toEqual([
      'phase_1_scrapers 6',
      'phase_2_raw 6',
      'phase_3_analytics 5',
      'orchestration 2',
      'phase_4_precompute 5',
      'phase_5_predictions 2',
    ]);
    const workers = lanes.at(-1)?.rows.find(({ processor }) => processor === 'prediction_worker');
    expect(workers?.bars.map(({ runs }) => runs.length)).toEqual([229]);
  });

  test('of nothing has no lanes', () => {
    const nothing = layOutTimeline(collectLineage([], [], 'all'));
    expect(nothing).toMatchObject({ game_date: '', run: 1, lanes: [], bars: [] });
  });

  test('a worker that failed keeps a bar of its own', () => {
    const failed = runOf('prediction_worker').execution_id;
    const spoilt = history.map((run) =>
      run.execution_id === failed
        ? { ...run, status: 'failed' as const, error_type: 'FEATURES_MISSING', error_message: 'none' }
        : run,
    );
    const timeline = layOutTimeline(collectLineage([failed], spoilt, 'before'));
    expect(timeline.bars.find(({ id }) => id === failed)).toMatchObject({ status: 'failed' });
    const page = drawPage(timeline, 'x');
    expect(page).toContain('prediction_worker failed at');
    expect(page).toContain('class="bar failed');
  });

  test('a run shows what it lost, what it belongs to and where it waited longest', () => {
    const schedule = { ...runOf('nbac_schedule'), backfill_mode: true, backfill_reason: null };
    const games = {
      ...runOf('nbac_schedule_games'),
      records_failed: 3,
      backfill_mode: true,
      backfill_reason: 'historical_load',
      started_at: new Date(Date.parse(schedule.finished_at) + 60_000).toISOString(),
      finished_at: new Date(Date.parse(schedule.finished_at) + 61_000).toISOString(),
    };
    const other = { ...runOf('nbac_scoreboard'), status: 'failed' as const, error_type: null };
    const runs = [schedule, games, other];
    const lineage = collectLineage(
      runs.map(({ execution_id }) => execution_id),
      runs,
      'before',
    );
    const page = drawPage(layOutTimeline(lineage), 'x');
    expect(page).toContain('historical_load');
    expect(page).toContain(', 3 failed');
    expect(page).toContain('longest wait: <b>1 min 0 s</b> before nbac_schedule_games');
    expect(page).toMatch(/nbac_scoreboard failed at [\d:]+: +</);
  });

  test('says how long a run waited after the last that fed it', () => {
    const at = (seconds: number) => new Date(Date.UTC(2024, 0, 16, 7, 0, seconds)).toISOString();
    const early = { ...runOf('nbac_schedule'), started_at: at(0), finished_at: at(5) };
    const late = { ...runOf('nbac_schedule_games'), started_at: at(65), finished_at: at(70) };
    const { bars } = layOutTimeline(collectLineage([late.execution_id], [early, late], 'before'));
    expect(bars.map(({ waited_ms }) => waited_ms)).toEqual([null, 60_000]);
  });

  test('as a page it is one file that asks no network, and nothing in it can break out', () => {
    const evil = { ...runOf('nbac_schedule'), processor_name: '</script><img>', error_message: null };
    const page = drawPage(layOutTimeline(collectLineage([evil.execution_id], [evil], 'all')), '<b>');
    expect(page).not.toContain('<img');
    expect(page).not.toMatch(/(src|href)=|@import|url\(/);
    expect(page).toContain('prefers-color-scheme: dark');
  });

  test('in a terminal it is a tree with what fed each run', () => {
    const lines = drawLineage(collectLineage([runOf('nbac_schedule').execution_id], history, 'all'));
    expect(lines.filter((line) => !/^[├└]/.test(line))).toEqual([
      'Phase 1  scrapers',
      'Phase 2  raw tables',
      'Phase 3  analytics',
      'Orchestrators',
      'Phase 4  precompute',
      'Phase 5  predictions',
    ]);
    expect(lines.join('\n')).toMatch(/└─ 229 × prediction_worker {2}success .*← prediction_coordinator/);
    expect(lines.join('\n')).toMatch(/[├└]─ \* nbac_schedule {2}success/);
  });

  test.each([
    [340, '340 ms'],
    [12_400, '12.4 s'],
    [425_000, '7 min 5 s'],
    [59_990, '1 min 0 s'],
    [3_599_900, '1 h 0 min'],
    [7_320_000, '2 h 2 min'],
  ])('%d ms is written as a person would', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});
