import type { PredictionBatch, PredictionPlayer } from '../../generated/models.ts';
import { LISTED_SEASON } from '../../reference/figures/fixtures.ts';
import { dayBefore } from '../../reference/figures/known.ts';
import { calendarOf } from '../../reference/figures/season/calendar.ts';
import { seeded } from '../../reference/figures/season/random.ts';
import { batchPath, playersPath } from '../../reference/predictions/batch/address.ts';
import { request, SETTINGS } from '../reference/deliveries.ts';
import { createMemoryPorts } from '../reference/memory-ports.ts';
import { countNight, judgeNight, type Night, type NightFigures } from './judging/judge.ts';
import { type Broker, createBroker } from './world/broker.ts';
import { type Instances, startInstances } from './world/instances.ts';
import { pacificMidnight, scheduleDay } from './world/schedule.ts';
import { createTimeline } from './world/timeline.ts';
import { createTrouble, type Troubles } from './world/trouble.ts';

/** What the nights of one seed came to. */
export interface SeasonResult {
  readonly seed: number;
  readonly nights: number;
  readonly figures: NightFigures;
  readonly troubles: Troubles;
  /** Sentences; none for nights as they should be. */
  readonly problems: readonly string[];
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** What has not moved for so long does not move by itself: later than the last redelivery of a message. */
const STUCK_MS = 30 * MINUTE_MS;

/**
 * Carries some nights of an invented season through all components, in virtual time, while much goes wrong. Everything
 * follows from the seed.
 *
 * @param nights   how many nights in a row, which begin somewhere in the season.
 * @param onNight  told of each night when it is over.
 */
export async function runSeason(
  seed: number,
  nights: number,
  onNight: (night: Night) => void = () => {},
): Promise<SeasonResult> {
  const random = seeded('nights', seed);
  const all = calendarOf(seed, LISTED_SEASON).dates;
  const begin = random.below(Math.max(1, all.length - nights));
  const dates = all.slice(begin, begin + nights);
  const first = dates[0] ?? '';
  const timeline = createTimeline(pacificMidnight(first));
  const trouble = createTrouble(random, timeline);
  const memory = createMemoryPorts();
  // A rival may write between the look and the commit.
  memory.faults.pause = (step) =>
    step.startsWith('commit') && random.below(10) === 0 ? timeline.wait(random.below(200)) : DONE;
  const settings = { ...SETTINGS, slate_replay_date: null, simulated_seasons: 1, simulated_seed: seed };
  let broker: Broker | undefined;
  const publish = (topic: string, message: object) => broker?.publish(topic, message) ?? '';
  const shared = { memory, timeline, random, trouble, settings, publish };
  const instances = await startInstances(shared);
  broker = createBroker(shared, instances.call);
  const world = { ...shared, instances, broker };

  const figures: NightFigures[] = [];
  const problems: string[] = [];
  for (const game_date of dates) {
    await carryNight(world, game_date);
    const night = await readNight(world, game_date);
    onNight(night);
    problems.push(...judgeNight(night));
    figures.push(countNight(night));
    forget(world, game_date);
    if (problems.length > 0) break;
  }
  return { seed, nights: figures.length, figures: addUp(figures), troubles: trouble.counts, problems };
}

const DONE = Promise.resolve();

type World = Readonly<{
  memory: ReturnType<typeof createMemoryPorts>;
  timeline: ReturnType<typeof createTimeline>;
  trouble: ReturnType<typeof createTrouble>;
  random: ReturnType<typeof seeded>;
  instances: Instances;
  broker: Broker;
}>;

/** A whole day in Pacific time, and the first minutes of the next, in which late messages find their date past. */
async function carryNight(world: World, game_date: string): Promise<void> {
  const { timeline, trouble, random, instances } = world;
  const midnight_ms = pacificMidnight(game_date);
  await timeline.runUntil(midnight_ms);
  scheduleDay(timeline, game_date, instances.call, () => {});
  const scrape = async (): Promise<void> => {
    const body = { game_date, trigger_source: 'scheduler' };
    const answer = await instances.call('phase1-scrapers', request('POST', '/scrape', body));
    if (answer?.status !== 200) timeline.after(MINUTE_MS, () => void scrape());
  };
  // Every second night is late, so that the schedules of the morning meet a night under way.
  const is_late = random.below(2) === 0;
  const begin_ms = is_late ? 5.5 * HOUR_MS + random.below(HOUR_MS) : HOUR_MS + random.below(4 * HOUR_MS);
  timeline.after(begin_ms, () => void scrape());
  for (const service of ['store', 'broker'] as const) {
    if (random.below(4) !== 0) continue;
    timeline.after(HOUR_MS + random.below(5.5 * HOUR_MS), () =>
      trouble.begin(service, MINUTE_MS + random.below(9 * MINUTE_MS)),
    );
  }
  // Twice a year a day has 23 or 25 hours.
  const over_ms = pacificMidnight(dayBefore(game_date, -1));
  for (let at_ms = midnight_ms + HOUR_MS; at_ms <= over_ms; at_ms += HOUR_MS / 2) {
    timeline.after(at_ms - midnight_ms, () => void operate(world, game_date));
  }
  await timeline.runUntil(over_ms + 0.9 * HOUR_MS);
}

/**
 * What an operator does every half hour: deliver dead letters again, and retry a batch that nobody carries on any more, as
 * `pipeline status` says of it (BATCH_UNFINISHED, BATCH_UNANNOUNCED).
 */
async function operate(world: World, game_date: string): Promise<void> {
  const { memory, timeline, trouble, instances, broker } = world;
  broker.replay();
  const batch = await memory.documents.get<PredictionBatch>(batchPath({ game_date, run: 1 }));
  if (batch === undefined || (batch.state === 'complete' && batch.announced_round >= batch.round)) return;
  if (timeline.nowMs() - Date.parse(batch.round_started_at) < STUCK_MS) return;
  trouble.counts.retries_by_hand += 1;
  await instances.call('phase5-coordinator', request('POST', '/retry', { game_date }));
}

async function readNight({ memory, broker }: World, game_date: string): Promise<Night> {
  const address = { game_date, run: 1 };
  const { documents, warehouse } = memory;
  const table = (dataset: string, name: string) => warehouse.rows({ dataset, table: name }, game_date, 1);
  const players = await documents.query<PredictionPlayer>(playersPath(address));
  const open = broker.open(game_date);
  return {
    game_date,
    box_scores: (await table('nba_raw', 'bdl_player_boxscores')).length,
    published: broker.take(game_date),
    batch: await documents.get<PredictionBatch>(batchPath(address)),
    players: players.map(({ value }) => value),
    features: await table('nba_predictions', 'ml_feature_store_v2'),
    predictions: await table('nba_predictions', 'player_predictions'),
    open,
  };
}

/** What is judged is not needed any more: later nights look at tables only. */
function forget({ memory }: World, game_date: string): void {
  for (const path of memory.stored.keys()) if (path.includes(game_date)) memory.stored.delete(path);
  for (const [id, run] of memory.history) if (run.game_date === game_date) memory.history.delete(id);
}

function addUp(figures: readonly NightFigures[]): NightFigures {
  const sum = (field: keyof NightFigures): number => figures.reduce((all, one) => all + one[field], 0);
  return {
    batches: sum('batches'),
    rounds_announced: sum('rounds_announced'),
    repeated: sum('repeated'),
    predictions: sum('predictions'),
  };
}
