import { TOPIC } from '../../../../generated/topology.ts';
import type { DrawnAsk, DrawnHistory, DrawnStep } from '../value/history.ts';
import type { Draw } from './draw.ts';
import { drawPlaces, drawRefusal, historyOf, placeOf, sprinkle } from './mixing.ts';

/** Draw what a worker is asked about one or two dates and runs: players with and without features, attempts, batches. */
export function drawWorkerHistory(draw: Draw): DrawnHistory {
  let n = 0;
  const places = drawPlaces(draw).slice(0, 2).map(placeOf);
  const seeds = places.map(
    (place): DrawnStep => ({ do: 'seed', ...place, ready: 1 + draw.below(3), not_ready: draw.below(3) }),
  );
  const made: DrawnAsk[] = [];
  const count = 3 + draw.below(8);
  for (let nth = 0; nth < count; nth++) {
    const before = made.length > 0 && draw.oneIn(2) ? draw.pick(made) : undefined;
    const place = before ?? draw.pick(places);
    made.push({
      n: ++n,
      player: before?.player ?? 1 + draw.below(5),
      ...(place.day === undefined ? {} : { day: place.day }),
      ...(place.run === undefined ? {} : { run: place.run }),
      ...drawAttempt(draw, before),
      ...(draw.oneIn(10) ? { backfill: 'historical_load' } : {}),
      ...draw.weigh<Partial<DrawnAsk>>([
        [6, {}],
        [1, { copies: 2 }],
        [1, { copies: 3, new_ids: true }],
      ]),
    });
  }
  const asks = groups(draw, made);
  const again = made.flatMap((ask): readonly DrawnStep[] =>
    draw.oneIn(6) ? [{ do: 'again', n: ask.n }] : [],
  );
  const reseeds = places.flatMap((place): readonly DrawnStep[] =>
    draw.oneIn(4) ? [{ do: 'seed', ...place, ready: 5 }] : [],
  );
  const steps = [...seeds, ...sprinkle(draw, asks, [...again, ...reseeds])];
  return historyOf(draw, [...drawRefusal(draw, [TOPIC.phase5PredictionReady], ['publish']), ...steps]);
}

function drawAttempt(draw: Draw, before: DrawnAsk | undefined): Pick<DrawnAsk, 'attempt' | 'batch'> {
  const batch = draw.oneIn(6) ? 2 : (before?.batch ?? 1);
  const attempt = (before?.attempt ?? 1) + (before === undefined ? 0 : draw.pick([0, 1, 1, 2]));
  return { ...(batch === 1 ? {} : { batch }), ...(attempt === 1 ? {} : { attempt }) };
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
