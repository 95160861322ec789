import { FEATURE_STORE, PROCESSORS } from '../../../../../generated/registry.ts';
import { TOPIC } from '../../../../../generated/topology.ts';
import type { DrawnHistory, DrawnStep } from '../../value/history.ts';
import type { Draw } from '../draw.ts';
import { drawDays, drawPlaces, drawRefusal, historyOf, placeOf } from '../mixing.ts';
import { drawStrangeNames } from '../names.ts';
import { outage } from './disturbed/interrupted.ts';
import { overtaken } from './disturbed/overtaken.ts';
import { takenOver, woken } from './disturbed/woken.ts';
import { type Batch, callOf, type Story, seedOf } from './parts.ts';
import { ROWS } from './rows.ts';
import { drawStory } from './stories.ts';

/** How many histories a run plays. */
export const COORDINATOR_HISTORIES = 52;
/**
 * What takes its days for itself, and how often a run plays it: its calls last, or keep others waiting. A history has a race on
 * each of three days, or one sleeper: who sleeps for longer than others need gives up by himself.
 */
const ALONE: readonly ((batches: readonly [Batch, ...Batch[]]) => Story)[] = [
  ...Array(2).fill(([batch]: readonly [Batch]) => outage(batch)),
  ...[0, 1, 2, 3, 4].map((nth) => (batches: readonly Batch[]) => ({
    steps: batches.flatMap((batch, at) => overtaken(batch, nth * batches.length + at).steps),
  })),
  ...[0, 1, 2, 3, 4, 5].map(
    (nth) =>
      ([batch]: readonly [Batch, ...Batch[]]) =>
        woken(batch, nth),
  ),
];
/** More players than any page, commit or batch of requests holds. */
const MANY = 520;
const TOPICS = [TOPIC.phase5PredictionRequest, TOPIC.phase5PredictionsComplete];

/** Draw what a coordinator is told and asked about one or two dates and runs, from its feature store to its last answer. */
export function drawCoordinatorHistory(draw: Draw, nth = 0): DrawnHistory {
  let n = 0;
  const nextN = (): number => ++n;
  const two = draw.oneIn(2);
  const batches = drawPlaces(draw)
    .slice(0, 2)
    .map((place): Batch => ({ draw, place: placeOf(place), nextN, two }));
  if (nth === 0) return historyOf(draw, batches.slice(0, 1).flatMap(largeBatch), 'plain');
  // The last ones, which are played first, are rows of the tables, each once.
  const at_row = (nth % COORDINATOR_HISTORIES) - (COORDINATOR_HISTORIES - ROWS.length);
  const row = ROWS[at_row];
  const alone = at_row < 0 ? ALONE[-1 - at_row] : undefined;
  const [first, ...others] = draw
    .shuffle([0, 1, 2])
    .map((day): Batch => ({ draw, place: placeOf({ day, run: draw.pick([1, 1, 2]) }), nextN, two }));
  if (alone !== undefined && first !== undefined) return historyOf(draw, alone([first, ...others]).steps);
  if (row === undefined && draw.oneIn(10))
    return historyOf(
      draw,
      batches.slice(0, 1).flatMap((batch) => takenOver(batch).steps),
    );
  const stories = batches.map((batch, at) =>
    at === 0 && row !== undefined ? drawRow(row, batch) : drawStory(batch),
  );
  const lines = [
    ...stories.map(({ steps }) => steps),
    ...(draw.oneIn(3) ? [neighbour(draw)] : []),
    ...(draw.oneIn(4) ? [strangers(draw, batches)] : []),
  ];
  const turns = draw.shuffle(lines.flatMap((line, index) => line.map(() => index)));
  const queues = lines.map((line) => [...line]);
  const steps = turns.flatMap((index) => queues[index]?.shift() ?? []);
  // A row is judged to the end.
  const refusal = row === undefined ? drawRefusal(draw, TOPICS, ['publish'], 6) : [];
  const at = draw.below(4);
  const days = stories.find((story) => story.days !== undefined)?.days ?? drawDays(draw, 1);
  return historyOf(draw, [...steps.slice(0, at), ...refusal, ...steps.slice(at)], days);
}

/** A row holds in any run of a date, and in a backfill. */
function drawRow(row: (batch: Batch) => Story, batch: Batch): Story {
  const { draw } = batch;
  const run = draw.pick([1, 1, 2, 3]);
  const { run: _run, ...day } = batch.place;
  const story = row({ ...batch, place: { ...day, ...(run === 1 ? {} : { run }) } });
  if (!draw.oneIn(4)) return story;
  const backfill = 'historical_load';
  const steps = story.steps.map((step): DrawnStep => {
    if (step.do === 'seed') return { ...step, backfill };
    if (step.do !== 'deliver') return step;
    return { ...step, parcels: step.parcels.map((parcel) => ({ ...parcel, backfill })) };
  });
  return { ...story, steps };
}

/** A feature store beside those of the history, with players of its own, that nobody starts. */
function neighbour(draw: Draw): readonly DrawnStep[] {
  const place = draw.pick([{ run: 2 }, { run: 3 }, { day: 1 }, { day: 2 }]);
  const what = draw.pick(['no_games', 'phase_4_begun', undefined, undefined] as const);
  return what === undefined
    ? [{ do: 'seed', ...place, ready: draw.below(5), not_ready: draw.below(3) }]
    : [{ do: 'prepare', ...place, what }];
}

/** Completions that nearly are those of the feature store, all at once. */
function strangers(draw: Draw, batches: readonly Batch[]): readonly DrawnStep[] {
  const { place, nextN } = draw.pick(batches);
  const names = drawStrangeNames(draw, 'phase_4_precompute', draw.oneIn(4) ? undefined : FEATURE_STORE);
  const others = Object.keys(PROCESSORS.phase_4_precompute).filter((name) => name !== FEATURE_STORE);
  return [
    {
      do: 'deliver',
      parcels: [...names, draw.pick(others)].map((name) => ({ n: nextN(), name, ...place })),
    },
  ];
}

/**
 * Once a run, since it takes as long as many others. Whichever way it is cut up, one of its publishes fails: the second, and
 * another, which is the only one where all players go in one.
 */
function largeBatch(batch: Batch): readonly DrawnStep[] {
  const { draw } = batch;
  const refusal = (after: number): DrawnStep => ({
    do: 'refuse',
    on: 'publish',
    topic: TOPIC.phase5PredictionRequest,
    ...(batch.place.day === undefined ? {} : { day: batch.place.day }),
    ...(after === 0 ? {} : { after }),
  });
  const other = draw.weigh([
    [2, 0],
    [2, 2 + draw.below(4)],
    [1, draw.below(MANY)],
  ]);
  return [
    seedOf(batch, MANY),
    refusal(1),
    refusal(other),
    { do: 'deliver', parcels: [{ n: batch.nextN(), name: FEATURE_STORE, ...batch.place }] },
    callOf(batch, '/status'),
  ];
}
