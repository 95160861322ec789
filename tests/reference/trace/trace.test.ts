import { describe, expect, test } from 'vitest';
import type { ProcessorRunHistory, UpstreamRun } from '../../../generated/models.ts';
import { drawTrace, scraperRuns, traceRun } from '../../../reference/trace/trace.ts';
import { runRow } from '../run-row.ts';

const ID = (n: number): string => `00000000-0000-4000-8000-00000000000${n}`;

function row(
  n: number,
  phase: ProcessorRunHistory['phase'],
  name: string,
  from: readonly [number, string][],
): ProcessorRunHistory {
  const upstream: UpstreamRun[] = from.map(([source, processor]) => ({
    processor,
    execution_id: ID(source),
    correlation_id: ID(1),
  }));
  return runRow({
    execution_id: ID(n),
    correlation_id: ID(1),
    processor_name: name,
    phase,
    output_dataset: 'd',
    output_table: 't',
    record_count: n,
    started_at: '2024-01-15T11:00:00.000Z',
    finished_at: '2024-01-15T11:00:01.000Z',
    upstream,
  });
}

const SCRAPER = row(1, 'phase_1_scrapers', 'bdl_box_scores', []);
const RAW = row(2, 'phase_2_raw', 'bdl_player_boxscores', [[1, 'bdl_box_scores']]);
const SUMMARY = row(3, 'phase_3_analytics', 'player_game_summary', [[2, 'bdl_player_boxscores']]);
const CACHE = row(4, 'phase_4_precompute', 'player_daily_cache', [
  [3, 'player_game_summary'],
  [2, 'bdl_player_boxscores'],
]);

describe('a trace', () => {
  test('follows every upstream run down to the scrapers, in whatever order the history comes', () => {
    const trace = traceRun(ID(4), [SCRAPER, CACHE, RAW, SUMMARY]);
    expect(trace.upstream.map(({ processor_name }) => processor_name)).toEqual([
      'player_game_summary',
      'bdl_player_boxscores',
    ]);
    expect(scraperRuns(trace).map(({ execution_id }) => execution_id)).toEqual([ID(1)]);
  });

  test('names a run that the history lacks instead of leaving it out', () => {
    const trace = traceRun(ID(3), [SUMMARY]);
    expect(trace.upstream).toEqual([
      {
        phase: 'unknown',
        processor_name: 'bdl_player_boxscores',
        execution_id: ID(2),
        correlation_id: ID(1),
        status: 'unknown',
        record_count: null,
        upstream: [],
      },
    ]);
    expect(traceRun(ID(9), []).status).toBe('unknown');
  });

  test('ends at a run that is its own upstream', () => {
    const broken = row(5, 'phase_2_raw', 'nbac_game_scores', [[5, 'nbac_game_scores']]);
    expect(traceRun(ID(5), [broken]).upstream.map(({ status }) => status)).toEqual(['cycle']);
  });

  test('is drawn once per run, with a note where a run comes again', () => {
    expect(drawTrace(traceRun(ID(4), [SCRAPER, RAW, SUMMARY, CACHE]))).toEqual([
      `player_daily_cache  success  4 records  ${ID(4)}`,
      `├─ player_game_summary  success  3 records  ${ID(3)}`,
      `│  └─ bdl_player_boxscores  success  2 records  ${ID(2)}`,
      `│     └─ bdl_box_scores  success  1 record  ${ID(1)}`,
      `└─ bdl_player_boxscores  success  2 records  ${ID(2)}  (as above)`,
    ]);
  });
});
