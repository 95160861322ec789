import { FEATURE_STORE, PROCESSORS } from '../../../../../generated/registry.ts';
import { ORCHESTRATORS, TOPIC } from '../../../../../generated/topology.ts';
import { requiredBy } from '../../../owed/names.ts';
import { levelOf } from '../../../owed/orchestrators.ts';
import type { DrawnHistory, DrawnParcel, DrawnPlace, DrawnStep } from '../../value/history.ts';
import type { DrawnFill, DrawnProcess, WrongBody } from '../../value/processing.ts';
import type { Draw } from '../draw.ts';
import {
  drawOutage,
  drawPlaces,
  drawRefusal,
  drawRepeats,
  drawSilence,
  drawUnknown,
  historyOf,
  type Place,
  placeOf,
  REASONS,
  sprinkle,
} from '../mixing.ts';
import { drawName, drawStrangeNames } from '../names.ts';
import { drawTakenOver, isOutage, isTakenOver } from './taken-over.ts';

const LEVELS = [1, 2, 3];
const TOPICS = [TOPIC.phase4ProcessorComplete, TOPIC.phase4PrecomputeComplete];
const WRONG: readonly WrongBody[] = [
  'no level',
  'level 4',
  'a word for a date',
  'an impossible date',
  'run 0',
  'a list',
];

/** How many histories a run draws. */
export const PRECOMPUTE_HISTORIES = 10;

/** Draw what Phase 4 is told and called for on one or two dates and runs: levels by their triggers and by the clock. */
export function drawPrecomputeHistory(draw: Draw, nth = 0): DrawnHistory {
  let n = 0;
  const nextN = (): number => ++n;
  if (isTakenOver(nth, PRECOMPUTE_HISTORIES)) return historyOf(draw, takenOver(draw, nextN));
  if (isOutage(nth, PRECOMPUTE_HISTORIES)) return historyOf(draw, outage(draw, nextN, nth % 2));
  if (isOutage(nth + 1, PRECOMPUTE_HISTORIES)) return historyOf(draw, oneTopicRefused(draw, nextN));
  if (isOutage(nth + 2, PRECOMPUTE_HISTORIES)) return historyOf(draw, filledLater(draw, nextN));
  const places = drawTwoPlaces(draw).map(placeOf);
  const parcels: DrawnParcel[] = [];
  const steps: DrawnStep[] = [];
  for (const place of places) {
    const fill = drawFill(draw, place, nextN);
    const asks = drawLevels(draw, place, { nextN, parcels });
    // A level that comes before its tables finds nothing, and is asked for again.
    const early = draw.oneIn(3) ? drawLevels(draw, place, { nextN, parcels }).slice(0, 2) : [];
    steps.push(...early, ...fill, ...asks);
  }
  if (draw.oneIn(3)) steps.push(drawRefused(draw, draw.pick(places), nextN));
  const refusal = drawRefusal(draw, TOPICS);
  const mixed = sprinkle(draw, steps, drawRepeats(draw, parcels));
  const first = mixed.findIndex(({ do: what }) => what === 'deliver' || what === 'process');
  const days = draw.oneIn(8) ? ({ days: 'today' } as const) : {};
  return { ...historyOf(draw, [...mixed.slice(0, first), ...refusal, ...mixed.slice(first)]), ...days };
}

/** One processor of level 1 is asked for at both instances, after its tables were filled. */
function takenOver(draw: Draw, nextN: () => number): readonly DrawnStep[] {
  const [place = {}] = drawPlaces(draw).map(placeOf);
  const processor = draw.pick(levelOf(1).runs);
  const { name } = drawTrigger(draw, 1, place, 0);
  const tell = (): DrawnParcel => ({ n: nextN(), name, ...place, processors: [processor] });
  return [
    { do: 'fill', n: nextN(), ...place, tables: tablesBehind(processor) },
    ...drawTakenOver(draw, TOPIC.phase4ProcessorComplete, place, tell),
  ];
}

/** One processor of level 1 is asked for on two days while the store fails. */
function outage(draw: Draw, nextN: () => number, nth: number): readonly DrawnStep[] {
  const days = [0, 1];
  const processor = draw.pick(levelOf(1).runs);
  const { name } = drawTrigger(draw, 1, {}, 0);
  const fills = days.map(
    (day): DrawnStep => ({
      do: 'fill',
      n: nextN(),
      ...placeOf({ day, run: 1 }),
      tables: tablesBehind(processor),
    }),
  );
  const parcels = days.map(
    (day): DrawnParcel => ({
      n: nextN(),
      name,
      ...placeOf({ day, run: 1 }),
      processors: [processor],
      late: true,
    }),
  );
  return [...fills, ...drawOutage(draw, days, nth), { do: 'deliver', parcels }];
}

/**
 * One processor of level 1 is asked for before its tables are filled, and again after. On another day everything is there, and each
 * level is called for: one by the scheduler, the other by hand.
 */
function filledLater(draw: Draw, nextN: () => number): readonly DrawnStep[] {
  const [place = {}] = drawPlaces(draw).map(placeOf);
  const processor = draw.pick(levelOf(1).runs);
  const { name } = drawTrigger(draw, 1, place, 0);
  const ask = (): DrawnStep => ({
    do: 'deliver',
    parcels: [{ n: nextN(), name, ...place, processors: [processor] }],
  });
  const elsewhere = placeOf({ day: ((place.day ?? 0) + 1) % 3, run: 1 + draw.below(2) });
  const [first, second] = draw.shuffle([{ clock: true as const }, {}]);
  return [
    ask(),
    { do: 'fill', n: nextN(), ...place, tables: tablesBehind(processor) },
    ask(),
    ask(),
    { do: 'fill', n: nextN(), ...elsewhere, tables: Object.keys(PROCESSORS.phase_2_raw) },
    { do: 'process', level: 1, ...elsewhere, ...first },
    { do: 'process', level: 2, ...elsewhere, ...second },
  ];
}

/** The feature store tells of one run on two topics; on each of two days one of them is refused. */
function oneTopicRefused(draw: Draw, nextN: () => number): readonly DrawnStep[] {
  const days = TOPICS.map((topic, day) => ({ topic, place: placeOf({ day, run: 1 + draw.below(2) }) }));
  return [
    ...days.map(
      ({ topic, place: { day } }): DrawnStep => ({
        do: 'refuse',
        on: 'publish',
        topic,
        ...(day === undefined ? {} : { day }),
      }),
    ),
    ...draw.shuffle(days).map(
      ({ place }): DrawnStep => ({
        do: 'deliver',
        parcels: [drawTrigger(draw, 3, place, nextN())],
      }),
    ),
  ];
}

/** One date and run, or two: often two runs of one date, of which each has its own tables. */
function drawTwoPlaces(draw: Draw): readonly Place[] {
  const [first, second] = drawPlaces(draw);
  if (first === undefined) return [];
  if (draw.oneIn(3)) return [first, { ...first, run: 1 + (first.run % 3) }];
  return second === undefined ? [first] : [first, second];
}

/** Triggers that must be refused: they name whoever nearly is of the phase, one each, or break their schema. */
function drawRefused(draw: Draw, place: DrawnPlace, nextN: () => number): DrawnStep {
  const trigger = (): DrawnParcel => {
    const { copies: _copies, processors: _processors, ...plain } = drawTrigger(draw, 1, place, nextN());
    return plain;
  };
  const level = levelOf(1).runs;
  const parcels = draw.oneIn(4)
    ? [
        { ...trigger(), says: { record_count: -1 } },
        { ...trigger(), without: ['metadata'] },
        { ...trigger(), processors: [] },
      ]
    : drawStrangeNames(draw, 'phase_4_precompute').map((name) => ({
        ...trigger(),
        processors: draw.oneIn(2) ? [name] : [...level, name],
      }));
  return { do: 'deliver', parcels };
}

/** The tables of one processor, all of them, or all but one; now and then one is empty, or nothing is there at all. */
function drawFill(draw: Draw, place: DrawnPlace, nextN: () => number): readonly DrawnStep[] {
  const all = Object.keys(PROCESSORS.phase_2_raw);
  const tables = draw.weigh<readonly string[]>([
    [2, all],
    [1, draw.shuffle(all).slice(1)],
    [2, tablesBehind(draw.pick(levelOf(1).runs))],
    [2, []],
  ]);
  if (tables.length === 0) return [];
  const [one = ''] = draw.shuffle(tables);
  const rest = draw.weigh<Partial<DrawnFill>>([
    [6, {}],
    [1, { empty: [one] }],
    [1, { empty: tables }],
    [1, { failed: [one] }],
    [3, { backfill: 'historical_load' }],
  ]);
  return [{ do: 'fill', n: nextN(), ...place, tables, ...rest }];
}

/** Raw tables from which everything follows that a precompute processor reads. */
function tablesBehind(processor: string): readonly string[] {
  const analytics = requiredBy('phase_4_precompute', processor);
  return [...new Set(analytics.flatMap((name) => requiredBy('phase_3_analytics', name)))];
}

/** The levels in their order, each by its trigger, by the clock, by both, or not at all; now and then in another order. */
function drawLevels(
  draw: Draw,
  place: DrawnPlace,
  { nextN, parcels }: { readonly nextN: () => number; readonly parcels: DrawnParcel[] },
): readonly DrawnStep[] {
  const deliver = (...told: readonly DrawnParcel[]): DrawnStep => {
    parcels.push(...told);
    return { do: 'deliver', parcels: told };
  };
  const depth = draw.pick([1, 2, 3, 3]);
  const is_by_clock = draw.oneIn(4);
  const steps = LEVELS.slice(0, depth).flatMap((level): readonly DrawnStep[] => {
    const trigger = (rest: Partial<DrawnParcel> = {}): DrawnParcel => ({
      ...drawTrigger(draw, level, place, nextN()),
      ...rest,
    });
    const silent = drawSilence(draw);
    const plain = (): DrawnStep => deliver(trigger());
    const clock = (): DrawnStep => drawProcess(draw, level, place);
    if (is_by_clock) return [clock()];
    return draw.weigh<() => readonly DrawnStep[]>([
      [6, () => [plain()]],
      [4, () => [clock()]],
      [2, () => [plain(), clock()]],
      [2, () => [clock(), plain()]],
      [2, () => [plain(), plain()]],
      [2, () => [deliver(trigger(silent)), plain()]],
      [1, () => [plain(), deliver(trigger(silent))]],
      [2, () => [deliver(trigger(silent))]],
      [2, () => [deliver(trigger({ status: draw.pick(['failed', 'no_data'] as const) }))]],
      [2, () => [deliver(trigger({ status: draw.pick(['failed', 'no_data'] as const) })), clock()]],
      [1, () => [deliver(trigger(), trigger())]],
      [1, () => []],
    ])();
  });
  return draw.oneIn(5) ? draw.shuffle(steps) : steps;
}

/** A trigger as its orchestrator sends it, now and then for some of the level, under other names, or twice. */
function drawTrigger(draw: Draw, level: number, place: DrawnPlace, n: number): DrawnParcel {
  const orchestrator =
    Object.entries(ORCHESTRATORS).find(([, { levels }]) => levels.some((one) => one.level === level))?.[0] ??
    '';
  const runs = levelOf(level).runs;
  const some = draw.oneIn(4) ? draw.shuffle(runs).slice(0, 1 + draw.below(runs.length)) : runs;
  const named = some.map((name) => drawName(draw, 'phase_4_precompute', name));
  const twice = draw.oneIn(8) ? [...named, named[0] ?? FEATURE_STORE] : named;
  return {
    n,
    name: orchestrator,
    ...place,
    ...(level === 1 ? {} : { level }),
    ...(twice.join() === runs.join() ? {} : { processors: twice }),
    ...(draw.oneIn(6) ? { backfill: draw.pick(REASONS) } : {}),
    ...drawUnknown(draw, 10),
    ...draw.weigh<Partial<DrawnParcel>>([
      [8, {}],
      [1, { correlation: 'missing' }],
      [1, { status: 'partial' }],
      [1, { minutes: -90 }],
    ]),
    ...draw.weigh<Partial<DrawnParcel>>([
      [6, {}],
      [1, { copies: 2 }],
      [1, { copies: 3, new_ids: true }],
    ]),
    ...(draw.oneIn(6) ? { late: true as const } : {}),
  };
}

function drawProcess(draw: Draw, level: number, place: DrawnPlace): DrawnProcess {
  return {
    do: 'process',
    level,
    ...place,
    ...(draw.oneIn(2) ? { clock: true as const } : {}),
    ...(draw.oneIn(3) ? { undated: true as const } : {}),
    ...(draw.oneIn(8) ? { copies: 2 } : {}),
    ...(draw.oneIn(8) ? { wrong: draw.pick(WRONG) } : {}),
  };
}
