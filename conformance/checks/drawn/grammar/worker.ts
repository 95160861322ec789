import { TOPIC } from '../../../../generated/topology.ts';
import type { DrawnAsk, DrawnHistory, DrawnPlace, DrawnStep } from '../value/history.ts';
import type { Draw } from './draw.ts';
import {
  drawDays,
  drawHold,
  drawInstance,
  drawOutage,
  drawPlaces,
  drawRefusal,
  historyOf,
  placeOf,
  sprinkle,
} from './mixing.ts';

/** The last of so many is about a store that fails. */
const OUTAGE_EACH = 20;

/** Draw what a worker is asked about one or two dates and runs: players with and without features, attempts, batches. */
export function drawWorkerHistory(draw: Draw, nth = 0): DrawnHistory {
  let n = 0;
  const nextN = (): number => ++n;
  if (nth % OUTAGE_EACH === OUTAGE_EACH - 1)
    return historyOf(draw, outage(draw, nextN, Math.floor(nth / OUTAGE_EACH)));
  const places = drawPlaces(draw).slice(0, 2).map(placeOf);
  const seeds = places.map(
    (place): DrawnStep => ({ do: 'seed', ...place, ready: draw.below(4), not_ready: draw.below(3) }),
  );
  const two = draw.oneIn(2);
  const lines = places.flatMap((place) =>
    Array.from({ length: 1 + draw.below(3) }, () => drawPlayer(draw, place, nextN, two)),
  );
  const turns = draw.shuffle(lines.flatMap((line, index) => line.map(() => index)));
  const queues = lines.map((line) => [...line]);
  const made = turns.flatMap((index) => queues[index]?.shift() ?? []);
  const again = made.flatMap((ask): readonly DrawnStep[] =>
    draw.oneIn(6) ? [{ do: 'again', n: ask.n, ...(draw.oneIn(2) ? { new_id: true as const } : {}) }] : [],
  );
  // Who had no features gets some, and who had some loses them.
  const reseeds = places.flatMap((place): readonly DrawnStep[] =>
    draw.oneIn(3) ? [{ do: 'seed', ...place, ready: draw.pick([0, 2, 5, 5]) }] : [],
  );
  const held = draw.oneIn(12) ? drawHold(draw, [TOPIC.phase5PredictionReady], ['publish']) : undefined;
  const faults = held ?? drawRefusal(draw, [TOPIC.phase5PredictionReady], ['publish']);
  const steps = sprinkle(draw, groups(draw, made), [...again, ...reseeds]);
  return historyOf(draw, [...seeds, ...faults, ...steps], drawDays(draw, 1));
}

/** A player of each of three days is asked for while the store cannot be read; now and then once more afterwards. */
function outage(draw: Draw, nextN: () => number, nth: number): readonly DrawnStep[] {
  const days = [0, 1, 2];
  const seeds = days.map((day): DrawnStep => ({ do: 'seed', ...placeOf({ day, run: 1 }), ready: 2 }));
  const asks = days.map(
    (day): DrawnAsk => ({
      n: nextN(),
      player: 1,
      ...placeOf({ day, run: 1 }),
      late: true,
    }),
  );
  return [...seeds, ...drawOutage(draw, days, nth, ['read']), { do: 'ask', asks }];
}

/** What becomes of one player of one batch: attempts in order, repeated, passed over, late, and those of another batch between. */
function drawPlayer(draw: Draw, place: DrawnPlace, nextN: () => number, two: boolean): readonly DrawnAsk[] {
  const player = 1 + draw.below(5);
  const attempts = draw.weigh<readonly (readonly [attempt: number, batch: number])[]>([
    [2, [[1, 1]]],
    [
      3,
      [
        [1, 1],
        [2, 1],
      ],
    ],
    [
      3,
      [
        [1, 1],
        [1, 1],
        [2, 1],
      ],
    ],
    [
      3,
      [
        [1, 1],
        [2, 1],
        [1, 1],
      ],
    ],
    [
      2,
      [
        [1, 1],
        [2, 1],
        [3, 1],
        [2, 1],
      ],
    ],
    [
      1,
      [
        [1, 1],
        [3, 1],
        [2, 1],
      ],
    ],
    [
      3,
      [
        [1, 1],
        [1, 2],
        [2, 1],
      ],
    ],
    [
      2,
      [
        [1, 1],
        [1, 2],
        [2, 2],
        [1, 1],
      ],
    ],
  ]);
  return attempts.map(([attempt, batch]) => ({
    n: nextN(),
    player,
    ...place,
    ...(attempt === 1 ? {} : { attempt }),
    ...(batch === 1 ? {} : { batch }),
    ...(draw.oneIn(10) ? { backfill: 'historical_load' } : {}),
    ...draw.weigh<Partial<DrawnAsk>>([
      [6, {}],
      [1, { copies: 2 }],
      [1, { copies: 3, new_ids: true }],
    ]),
    ...drawInstance(draw, two),
  }));
}

/** Some are asked at the same time, unless they are about the same player: then one comes after the other. */
function groups(draw: Draw, asks: readonly DrawnAsk[]): readonly DrawnStep[] {
  const steps: { readonly do: 'ask'; readonly asks: DrawnAsk[] }[] = [];
  for (const ask of asks) {
    const last = steps.at(-1);
    const is_apart = last?.asks.every(({ player }) => player !== ask.player) === true;
    if (last !== undefined && is_apart && draw.oneIn(3)) last.asks.push(ask);
    else steps.push({ do: 'ask', asks: [ask] });
  }
  return steps;
}
