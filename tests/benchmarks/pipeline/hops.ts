import type { PubSub } from '@google-cloud/pubsub';
import { TOPIC, TOPICS } from '../../../generated/topology.ts';
import { phaseFigures } from '../../../reference/cli/run/figures.ts';
import { type LocalPipeline, startPipeline } from '../../../reference/local/pipeline.ts';
import { type Watch, watchTopics } from '../../../reference/local/watch.ts';
import { rangeOfDates } from '../../../reference/operations/backfill/decide-loaded.ts';
import { loadHistory } from '../season/history.ts';
import { quantile, table, written } from './numbers.ts';
import { within } from './within.ts';

/** A week of the invented season, each date with games. */
const DATES = rangeOfDates('2025-01-13', '2025-01-19');

/** The three weeks before: without them hardly a player is ready, and a date rightly ends without predictions. */
const HISTORY = rangeOfDates('2024-12-23', '2025-01-12');

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
  try {
    await loadHistory(pipeline, { dates: HISTORY, concurrency: 4 });
    return await carryWeek(pipeline);
  } finally {
    await pipeline.stop();
  }
}

async function carryWeek(pipeline: LocalPipeline): Promise<string> {
  const watch = await watchTopics(pipeline.pubsub, () => {});
  const letters = await watchDeadLetters(pipeline.pubsub);
  const hops = new Map<string, number[]>();
  const whole: number[] = [];
  try {
    for (const game_date of DATES) {
      const started_ms = Date.now();
      const ended_ms = await Promise.race([carryDate(pipeline, watch, game_date), letters.first]);
      const own = watch.sightings.filter(({ message }) => message['game_date'] === game_date);
      for (const { name, milliseconds } of phaseFigures(own, started_ms)) {
        hops.set(name, [...(hops.get(name) ?? []), milliseconds]);
      }
      whole.push(ended_ms - started_ms);
    }
  } finally {
    await Promise.all([watch.stop(), letters.stop()]);
  }
  return table(
    ['until the last message of', 'median', '95th percentile', 'target'],
    [
      ...[...hops].map(([name, numbers]) => row(name, numbers, TARGETS_MINUTES[name])),
      row('all phases', whole, WHOLE_MINUTES),
    ],
  );
}

function row(name: string, numbers: readonly number[], minutes: number | undefined): readonly string[] {
  const quantiles = [0.5, 0.95].map((share) => written(quantile(numbers, share)));
  return [name, ...quantiles, minutes === undefined ? '-' : `${minutes} min`];
}

/** @returns when the predictions of the date were announced, in milliseconds since the epoch. */
async function carryDate(pipeline: LocalPipeline, watch: Watch, game_date: string): Promise<number> {
  const answer = await fetch(`${pipeline.addresses['phase1-scrapers']}/scrape`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ game_date, trigger_source: 'manual' }),
  });
  if (answer.status !== 200)
    throw new Error(`expected /scrape to answer 200, got ${answer.status}: ${await answer.text()}`);
  const announced = watch.first(
    ({ topic, message }) => topic === TOPIC.phase5PredictionsComplete && message['game_date'] === game_date,
  );
  const { published_ms } = await within(WHOLE_MINUTES * 60_000, announced, `the predictions of ${game_date}`);
  return published_ms;
}

/** Tells of the first message that nobody could work on: its date does not come to its end. */
async function watchDeadLetters(pubsub: PubSub) {
  const dead = Object.entries(TOPICS).filter(([, topic]) => topic.dead_letter_topic === null);
  let tell: (error: Error) => void = () => {};
  const first = new Promise<never>((_, reject) => {
    tell = reject;
  });
  first.catch(() => {});
  const subscriptions = await Promise.all(
    dead.map(async ([name]) => {
      const [subscription] = await pubsub.topic(name).createSubscription(`${name}-bench`);
      subscription.on('message', (received) => {
        received.ack();
        const { game_date } = JSON.parse(received.data.toString('utf8'));
        tell(new Error(`expected ${game_date} to come to its end, got a dead letter on ${name}`));
      });
      return subscription;
    }),
  );
  return {
    first,
    stop: () => Promise.all(subscriptions.map((subscription) => subscription.close())),
  };
}
