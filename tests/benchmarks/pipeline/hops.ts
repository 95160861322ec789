import { TOPIC } from '../../../generated/topology.ts';
import { phaseFigures } from '../../../reference/cli/run/figures.ts';
import { startPipeline } from '../../../reference/local/pipeline.ts';
import { watchTopics } from '../../../reference/local/watch.ts';
import { quantile, table, written } from './numbers.ts';

/** A week of the invented season, each with games. */
const DATES = [13, 14, 15, 16, 17, 18, 19].map((day) => `2025-01-${day}`);

/** The plan's targets, in minutes; Phase 1 itself has none. */
const TARGETS_MINUTES: Readonly<Record<string, number>> = {
  phase_2_raw: 5,
  phase_3_analytics: 10,
  phase_4_precompute: 2,
  phase_5_predictions: 5,
};
const WHOLE_MINUTES = 60;

/** Carries the dates through all phases, one after the other, and writes how long each hop took. */
export async function measureHops(): Promise<string> {
  const pipeline = await startPipeline({
    project: 'demo-bench-hops',
    environment: { CLOCK_START: `${DATES[0]}T12:00:00Z`, SIMULATED_SEASONS: '1', LOG_LEVEL: 'fatal' },
    onLog: () => {},
  });
  const watch = await watchTopics(pipeline.pubsub, () => {});
  const hops = new Map<string, number[]>();
  const whole: number[] = [];
  try {
    for (const game_date of DATES) {
      const started_ms = Date.now();
      await scrape(pipeline.addresses['phase1-scrapers'] ?? '', game_date);
      const end = await watch.first(
        ({ topic, message }) =>
          topic === TOPIC.phase5PredictionsComplete && message['game_date'] === game_date,
      );
      const own = watch.sightings.filter(({ message }) => message['game_date'] === game_date);
      for (const { name, milliseconds } of phaseFigures(own, started_ms)) {
        hops.set(name, [...(hops.get(name) ?? []), milliseconds]);
      }
      whole.push(end.published_ms - started_ms);
    }
  } finally {
    await watch.stop();
    await pipeline.stop();
  }
  const row = (name: string, numbers: readonly number[], minutes: number | undefined): readonly string[] => [
    name,
    written(quantile(numbers, 0.5)),
    written(quantile(numbers, 0.95)),
    minutes === undefined ? '-' : `${minutes} min`,
  ];
  return table(
    ['until the last message of', 'median', '95th percentile', 'target'],
    [
      ...[...hops].map(([name, numbers]) => row(name, numbers, TARGETS_MINUTES[name])),
      row('all of it', whole, WHOLE_MINUTES),
    ],
  );
}

async function scrape(address: string, game_date: string): Promise<void> {
  const answer = await fetch(`${address}/scrape`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ game_date, trigger_source: 'manual' }),
  });
  if (answer.status !== 200)
    throw new Error(`expected /scrape to answer 200, got ${answer.status}: ${await answer.text()}`);
}
