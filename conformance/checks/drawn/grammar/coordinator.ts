import { FEATURE_STORE } from '../../../../generated/registry.ts';
import { READINESS, TOPIC } from '../../../../generated/topology.ts';
import type { DrawnHistory, DrawnParcel, DrawnPlace, DrawnStep } from '../value/history.ts';
import type { Draw } from './draw.ts';
import { drawPlaces, drawRefusal, historyOf, placeOf } from './mixing.ts';
import { drawName, drawStrangeName } from './names.ts';

/** Draw what a coordinator is told and asked about one or two dates and runs, from its feature store to its last answer. */
export function drawCoordinatorHistory(draw: Draw): DrawnHistory {
  let n = 0;
  const nextN = (): number => ++n;
  const lines = drawPlaces(draw)
    .slice(0, 2)
    .map((place) => drawBatch(draw, placeOf(place), nextN));
  const turns = draw.shuffle(lines.flatMap((line, index) => line.map(() => index)));
  const queues = lines.map((line) => [...line]);
  const steps = turns.flatMap((index) => queues[index]?.shift() ?? []);
  const refusal = drawRefusal(
    draw,
    [TOPIC.phase5PredictionRequest, TOPIC.phase5PredictionsComplete],
    ['publish'],
  );
  const history = historyOf(draw, steps);
  const at = draw.below(3);
  return { ...history, steps: [...steps.slice(0, at), ...refusal, ...steps.slice(at)] };
}

function drawBatch(draw: Draw, place: DrawnPlace, nextN: () => number): readonly DrawnStep[] {
  const seed = drawSeed(draw, place);
  const steps: DrawnStep[] = draw.oneIn(8) ? [drawStart(draw, place, nextN), seed] : [seed];
  const players = seed.ready;
  const count = 2 + draw.below(players > 20 ? 3 : 7);
  steps.push(drawStart(draw, place, nextN));
  for (let nth = 0; nth < count; nth++) steps.push(drawNext(draw, place, players, nextN));
  if (draw.oneIn(2)) steps.push({ do: 'answer', n: nextN(), ...place });
  if (draw.oneIn(2)) steps.push({ do: 'call', path: '/status', ...place });
  if (draw.oneIn(3)) steps.push(drawNext(draw, place, players, nextN));
  return steps;
}

type Seed = Extract<DrawnStep, { readonly do: 'seed' }>;

/** Few players mostly; else as many as decide: just below, at and above each threshold of x-readiness. */
function drawSeed(draw: Draw, place: DrawnPlace): Seed {
  const { ready_percent_min, degraded_players_min, coverage_percent_min } = READINESS;
  const notReady = (ready: number, percent: number): number => Math.floor((ready * 100) / percent) - ready;
  const [ready, not_ready] = draw.weigh<readonly [number, number]>([
    [8, [1 + draw.below(4), 0]],
    [3, [4, notReady(4, ready_percent_min)]],
    [2, [4, notReady(4, ready_percent_min) + 1]],
    [2, [3, 1]],
    [1, [0, 3]],
    [2, [coverage_percent_min / 9, 0]],
    [1, [degraded_players_min - 1, notReady(degraded_players_min - 1, ready_percent_min) + 2]],
    [1, [degraded_players_min, notReady(degraded_players_min, ready_percent_min) + 2]],
  ]);
  return { do: 'seed', ...place, ready, ...(not_ready === 0 ? {} : { not_ready }) };
}

function drawStart(draw: Draw, place: DrawnPlace, nextN: () => number): DrawnStep {
  if (draw.oneIn(3))
    return { do: 'call', path: '/start', ...place, ...(draw.oneIn(4) ? { force: true } : {}) };
  const parcel = drawTrigger(draw, place, nextN);
  return { do: 'deliver', parcels: draw.oneIn(6) ? [parcel, drawTrigger(draw, place, nextN)] : [parcel] };
}

function drawTrigger(draw: Draw, place: DrawnPlace, nextN: () => number): DrawnParcel {
  const strange = draw.oneIn(12);
  const status = draw.weigh<DrawnParcel['status']>([
    [12, undefined],
    [2, 'partial'],
    [1, 'failed'],
    [1, 'no_data'],
  ]);
  return {
    n: nextN(),
    name: strange ? drawStrangeTrigger(draw) : drawName(draw, 'phase_4_precompute', FEATURE_STORE),
    ...place,
    ...(status === undefined ? {} : { status }),
    ...draw.weigh<Partial<DrawnParcel>>([
      [8, {}],
      [1, { skip: true, backfill: 'historical_load' }],
      [1, { backfill: 'repair of a night' }],
      [1, { correlation: 'missing' }],
      [1, { correlation: 'long' }],
    ]),
    ...draw.weigh<Partial<DrawnParcel>>([
      [6, {}],
      [1, { copies: 2 }],
      [1, { copies: 2, new_ids: true }],
    ]),
  };
}

/** The topic is for one processor of its phase; another one of it is as strange as any. */
function drawStrangeTrigger(draw: Draw): string {
  return draw.oneIn(2) ? 'player_daily_cache' : drawStrangeName(draw, 'phase_4_precompute');
}

function drawNext(draw: Draw, place: DrawnPlace, players: number, nextN: () => number): DrawnStep {
  const some = players > 12 ? undefined : drawSome(draw, players);
  const answer = {
    do: 'answer' as const,
    n: nextN(),
    ...place,
    ...(some === undefined ? {} : { players: some }),
  };
  return draw.weigh<DrawnStep>([
    [
      8,
      {
        ...answer,
        ...(draw.oneIn(5) ? { copies: 2, ...(draw.oneIn(2) ? { new_ids: true as const } : {}) } : {}),
      },
    ],
    [4, { ...answer, status: 'failed' }],
    [1, { ...answer, status: 'failed', attempt: 'earlier' }],
    [1, { ...answer, attempt: 'missing', ...(draw.oneIn(2) ? { status: 'failed' as const } : {}) }],
    [1, { ...answer, attempt: 'earlier' }],
    [1, { ...answer, of: draw.pick(['another batch', 'strangers'] as const) }],
    [2, { do: 'again', n: 1 + draw.below(Math.max(1, answer.n - 1)) }],
    [4, { do: 'call', path: '/retry', ...place }],
    [2, { do: 'call', path: '/status', ...place }],
    [1, { do: 'call', path: '/start', ...place }],
    [2, { do: 'call', path: '/start', ...place, force: true }],
    [2, drawStart(draw, place, nextN)],
    [1, { do: 'seed', ...place, ready: Math.max(0, players - 1), not_ready: 1 }],
    [1, { do: 'seed', ...place, ready: players + 1 }],
  ]);
}

function drawSome(draw: Draw, players: number): readonly number[] {
  const all = Array.from({ length: Math.max(1, players) }, (_, index) => index + 1);
  return [...draw.shuffle(all).slice(0, 1 + draw.below(all.length))].sort((a, b) => a - b);
}
