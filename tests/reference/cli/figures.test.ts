import { describe, expect, test } from 'vitest';
import { phaseFigures } from '../../../reference/cli/run/figures.ts';
import type { Sighting } from '../../../reference/local/watch.ts';

const seen = (topic: string, execution_id: string, published_ms: number): Sighting => ({
  topic,
  message: { execution_id },
  published_ms,
});

describe('the figures of a run', () => {
  test('count distinct runs and measure each hop from the end of the one before', () => {
    const figures = phaseFigures(
      [
        seen('nba-phase2-raw-complete', 'c', 1_900),
        seen('nba-phase1-scrapers-complete', 'a', 1_100),
        seen('nba-phase1-scrapers-complete', 'b', 1_400),
        seen('nba-phase2-raw-complete', 'c', 1_700),
      ],
      1_000,
    );
    expect(figures).toEqual([
      { name: 'phase_1_scrapers', runs: 2, milliseconds: 400 },
      { name: 'phase_2_raw', runs: 1, milliseconds: 500 },
      { name: 'phase_3_analytics', runs: 0, milliseconds: 0 },
      { name: 'phase_4_precompute', runs: 0, milliseconds: 0 },
      { name: 'phase_5_predictions', runs: 0, milliseconds: 0 },
    ]);
  });
});
