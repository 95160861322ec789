import { FEATURE_STORE } from '../../../../../generated/registry.ts';
import { READINESS } from '../../../../../generated/topology.ts';
import type { DayKind } from '../../../../harness/messages/windows.ts';
import type { DrawnParcel, DrawnPlace, DrawnStep } from '../../value/history.ts';
import type { Draw } from '../draw.ts';
import { drawInstance, drawSilence, drawUnknown, REASONS } from '../mixing.ts';
import { drawName, drawStrangeName } from '../names.ts';

/** What every part of one batch is drawn with. */
export interface Batch {
  readonly draw: Draw;
  readonly place: DrawnPlace;
  readonly nextN: () => number;
  /** Whether it knows of two instances. */
  readonly two: boolean;
}

/** What a batch lives through, and the days on which only it says something. */
export interface Story {
  readonly steps: readonly DrawnStep[];
  readonly days?: DayKind;
}

/** How a step is called by what it does. */
export type Step<Name extends DrawnStep['do']> = Extract<DrawnStep, { readonly do: Name }>;
/** What an answer says beside its number and its place. */
type Said = Omit<Step<'answer'>, 'do' | 'n' | 'day' | 'run'>;

/** Fill the feature store. */
export function seedOf({ place }: Batch, ready: number, not_ready = 0, backfill?: string): Step<'seed'> {
  return {
    do: 'seed',
    ...place,
    ready,
    ...(not_ready === 0 ? {} : { not_ready }),
    ...(backfill === undefined ? {} : { backfill }),
  };
}

/** Answer requests; whoever is not named is all. */
export function answerOf({ draw, place, nextN, two }: Batch, said: Said = {}): Step<'answer'> {
  return { do: 'answer', n: nextN(), ...place, ...said, ...drawInstance(draw, two) };
}

/** Call an endpoint. */
export function callOf(
  { draw, place, two }: Batch,
  path: Step<'call'>['path'],
  rest: Partial<Step<'call'>> = {},
): Step<'call'> {
  return { do: 'call', path, ...place, ...rest, ...drawInstance(draw, two) };
}

/** Tell a story of `from` to `to` players. */
export function withPlayers(
  { draw }: Batch,
  { from, to, ...days }: { readonly from: number; readonly to: number; readonly days?: DayKind },
  stepsOf: (players: number, draw: Draw) => readonly DrawnStep[],
): Story {
  return { steps: stepsOf(from + draw.below(to - from + 1), draw), ...days };
}

/** Ready and not ready players just below, at and above each threshold of x-readiness. */
export function drawThreshold(draw: Draw): readonly [ready: number, not_ready: number] {
  const { ready_percent_min, ready_players_min, degraded_players_min } = READINESS;
  const most = (ready: number): number => Math.floor((ready * 100) / ready_percent_min) - ready;
  return draw.weigh<readonly [number, number]>([
    [3, [4, most(4)]],
    [3, [4, most(4) + 1]],
    [2, [8, most(8)]],
    [2, [7, most(8)]],
    [3, [degraded_players_min - 1, most(degraded_players_min - 1) + 1]],
    // So near to the threshold that whoever rounds has reached it: 79.5 %.
    [3, [35, most(35) + 1]],
    [3, [degraded_players_min, most(degraded_players_min) + 2]],
    [2, [ready_players_min - 1, most(ready_players_min - 1) + 2]],
    [2, [ready_players_min, most(ready_players_min) + 2]],
    [1, [0, 3]],
    [1, [3, 1]],
  ]);
}

/** Start a batch: by its trigger, by a call, or by both at once. */
export function drawStart(batch: Batch): readonly DrawnStep[] {
  const { draw } = batch;
  if (draw.oneIn(3)) return [drawCall(batch)];
  const parcel = drawTrigger(batch);
  return [{ do: 'deliver', parcels: draw.oneIn(6) ? [parcel, drawTrigger(batch)] : [parcel] }];
}

/** Start a batch by a trigger or call that is as it should be. */
export function plainStart(batch: Batch): DrawnStep {
  const { draw, place, nextN } = batch;
  if (draw.oneIn(2)) return callOf(batch, '/start');
  const said = draw.weigh<Partial<DrawnParcel>>([
    [8, {}],
    [1, { status: 'partial' }],
    [1, { backfill: 'repair of a night' }],
    [2, { name: drawName(draw, 'phase_4_precompute', FEATURE_STORE) }],
  ]);
  return { do: 'deliver', parcels: [{ n: nextN(), name: FEATURE_STORE, ...place, ...said }] };
}

function drawCall(batch: Batch): Step<'call'> {
  const { draw } = batch;
  return callOf(batch, '/start', {
    ...(draw.oneIn(6) ? { force: true as const } : {}),
    ...(draw.oneIn(3) ? { scheduler: true as const } : {}),
    ...(draw.oneIn(3) ? { source: draw.pick(['manual', 'scheduler', 'pubsub'] as const) } : {}),
    ...(draw.oneIn(6) ? { copies: 2 } : {}),
  });
}

/** Draw a completion of the feature store, now and then one that starts nothing. */
function drawTrigger({ draw, place, nextN, two }: Batch): DrawnParcel {
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
      [3, drawSilence(draw)],
      [2, { backfill: draw.pick(REASONS) }],
      [1, { correlation: 'missing' }],
      [1, { correlation: 'long' }],
    ]),
    ...draw.weigh<Partial<DrawnParcel>>([
      [6, {}],
      [1, { copies: 2 }],
      [1, { copies: 2, new_ids: true }],
    ]),
    ...drawUnknown(draw, 8),
    ...drawInstance(draw, two),
  };
}

/** The topic is for one processor of its phase; another one of it is as strange as any. */
function drawStrangeTrigger(draw: Draw): string {
  return draw.oneIn(2) ? 'player_daily_cache' : drawStrangeName(draw, 'phase_4_precompute');
}

/** Draw some players by number. */
export function drawSome(draw: Draw, players: number): readonly number[] {
  const all = Array.from({ length: Math.max(1, players) }, (_, index) => index + 1);
  return [...draw.shuffle(all).slice(0, 1 + draw.below(all.length))].sort((a, b) => a - b);
}

/** Draw whatever may come next to a batch that has begun. */
export function drawNext(batch: Batch, players: number, last_n: number): DrawnStep {
  const { draw } = batch;
  const some = players > 12 ? {} : { players: drawSome(draw, players) };
  return draw.weigh<() => DrawnStep>([
    [8, () => answerOf(batch, { ...some, ...drawCopies(draw) })],
    [4, () => answerOf(batch, { ...some, status: 'failed' })],
    [1, () => answerOf(batch, { ...some, status: 'failed', attempt: 'earlier' })],
    [1, () => answerOf(batch, { ...some, attempt: 'missing' })],
    [1, () => answerOf(batch, { ...some, attempt: 'missing', status: 'failed' })],
    [1, () => answerOf(batch, { ...some, attempt: 'earlier' })],
    [
      1,
      () =>
        answerOf(batch, { ...some, of: draw.pick(['another batch', 'strangers', 'batch before'] as const) }),
    ],
    [2, () => ({ do: 'again', n: 1 + draw.below(Math.max(1, last_n)) })],
    [4, () => callOf(batch, '/retry', draw.oneIn(4) ? { copies: 2 } : {})],
    [2, () => callOf(batch, '/status')],
    [2, () => drawCall(batch)],
    [2, () => callOf(batch, '/start', { force: true })],
    [2, () => ({ do: 'deliver', parcels: [drawTrigger(batch)] })],
    [1, () => seedOf(batch, Math.max(0, players - 1), 1)],
    [1, () => seedOf(batch, players + 1)],
  ])();
}

function drawCopies(draw: Draw): Pick<Step<'answer'>, 'copies' | 'new_ids'> {
  if (!draw.oneIn(5)) return {};
  return { copies: 2, ...(draw.oneIn(2) ? { new_ids: true as const } : {}) };
}
