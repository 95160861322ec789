import { PROCESSORS } from '../../../../../generated/registry.ts';
import { TABLE_READINESS, TOPIC } from '../../../../../generated/topology.ts';
import { requiredBy } from '../../../owed/names.ts';
import type { DrawnHistory, DrawnParcel, DrawnPlace, DrawnStep } from '../../value/history.ts';
import type { DrawnFill } from '../../value/processing.ts';
import type { Draw } from '../draw.ts';
import {
  drawDeliveries,
  drawOrder,
  drawOutage,
  drawPlaces,
  drawRefusal,
  drawRepeats,
  drawSilence,
  drawUnknown,
  historyOf,
  placeOf,
  sprinkle,
} from '../mixing.ts';
import { drawName, drawStrangeNames } from '../names.ts';
import {
  drawInterrupted,
  drawTakenOver,
  isFilledLater,
  isInterrupted,
  isOutage,
  isTakenOver,
} from './taken-over.ts';

/** How the runs of one raw table end, one after the other. */
type TableLife = readonly ('full' | 'empty' | 'failed')[];

/** How many histories a run draws. */
export const ANALYTICS_HISTORIES = 20;

/** Draw what Phase 3 is told of the raw tables of one or two dates and runs. */
export function drawAnalyticsHistory(draw: Draw, nth = 0): DrawnHistory {
  let n = 0;
  const nextN = (): number => ++n;
  if (isTakenOver(nth, ANALYTICS_HISTORIES)) return historyOf(draw, takenOver(draw, nextN));
  if (isOutage(nth, ANALYTICS_HISTORIES)) return historyOf(draw, outage(draw, nextN, nth % 2));
  if (isInterrupted(nth, ANALYTICS_HISTORIES)) return historyOf(draw, interrupted(draw, nextN, nth));
  if (isFilledLater(nth, ANALYTICS_HISTORIES))
    return historyOf(draw, nth % 2 === 0 ? filledLater(draw, nextN) : silentFirst(draw, nextN));
  if (draw.oneIn(6)) return historyOf(draw, oneEmpty(draw, nextN));
  const places = drawPlaces(draw).slice(0, 2).map(placeOf);
  const fills: DrawnStep[] = [];
  const sequences: (readonly DrawnParcel[])[] = [];
  for (const place of places) {
    const is_plain = draw.oneIn(5);
    const is_backfill = draw.oneIn(6);
    for (const table of drawTables(draw)) {
      const told: DrawnParcel[] = [];
      for (const end of is_plain ? (['full'] as const) : drawTableLife(draw)) {
        const fill = nextN();
        const backfill = is_backfill || draw.oneIn(12) ? { backfill: 'historical_load' } : {};
        const which = end === 'full' ? {} : { [end]: [table] };
        fills.push({ do: 'fill', n: fill, ...place, tables: [table], ...which, ...backfill });
        told.push(...drawTold(draw, { table, fill, place, is_full: end === 'full', nextN }));
      }
      sequences.push(told);
    }
  }
  if (draw.oneIn(4)) {
    const names = drawStrangeNames(draw, 'phase_2_raw');
    sequences.push(...names.map((name) => [{ n: nextN(), name, ...draw.pick(places) }]));
  }
  const parcels = drawOrder(draw, sequences);
  const steps = sprinkle(draw, drawDeliveries(draw, parcels), drawRepeats(draw, parcels));
  const refusal = drawRefusal(draw, [TOPIC.phase3AnalyticsComplete]);
  // Who reads tables finds what is there; so some are filled only when they are about to be told of.
  if (draw.oneIn(3)) return historyOf(draw, [...fills, ...refusal, ...steps]);
  return historyOf(draw, [...refusal, ...fillLate(fills, steps)]);
}

/** Every table of a processor is loaded, one of them as empty: mostly one that may be. */
function oneEmpty(draw: Draw, nextN: () => number): readonly DrawnStep[] {
  const [place = {}] = drawPlaces(draw).map(placeOf);
  const may_be = TABLE_READINESS.may_be_empty as readonly string[];
  const all = Object.keys(PROCESSORS.phase_3_analytics);
  const lenient = all.filter((name) =>
    requiredBy('phase_3_analytics', name).some((one) => may_be.includes(one)),
  );
  const processor = draw.pick(lenient.length > 0 && !draw.oneIn(4) ? lenient : all);
  const tables = requiredBy('phase_3_analytics', processor);
  const allowed = tables.filter((table) => may_be.includes(table));
  const empty = draw.pick(allowed.length > 0 && !draw.oneIn(4) ? allowed : tables);
  return draw.shuffle(tables).flatMap((table): readonly DrawnStep[] => {
    const fill = nextN();
    const which = table === empty ? { empty: [table] } : {};
    return [
      { do: 'fill', n: fill, ...place, tables: [table], ...which },
      { do: 'deliver', parcels: [{ n: nextN(), name: table, ...place, of: fill }] },
    ];
  });
}

/** A table that must not be empty is, so that the run of a processor finds nothing; then it is filled. */
function filledLater(draw: Draw, nextN: () => number): readonly DrawnStep[] {
  const [place = {}] = drawPlaces(draw).map(placeOf);
  const may_be = TABLE_READINESS.may_be_empty as readonly string[];
  const tables = requiredBy('phase_3_analytics', draw.pick(Object.keys(PROCESSORS.phase_3_analytics)));
  const empty = draw.pick(tables.filter((table) => !may_be.includes(table)));
  const backfill = draw.oneIn(2) ? { backfill: 'historical_load' } : {};
  const load = (table: string, which: Partial<DrawnFill> = {}): readonly DrawnStep[] => {
    const fill = nextN();
    return [
      { do: 'fill', n: fill, ...place, tables: [table], ...backfill, ...which },
      { do: 'deliver', parcels: [{ n: nextN(), name: table, ...place, of: fill }] },
    ];
  };
  return [
    ...draw.shuffle(tables).flatMap((table) => load(table, table === empty ? { empty: [table] } : {})),
    ...(draw.oneIn(3) ? load(draw.pick(tables.filter((table) => table !== empty))) : []),
    ...load(empty),
  ];
}

/** The last table is told first as what is to trigger nobody, then as what is; when its run is over, others are told again. */
function silentFirst(draw: Draw, nextN: () => number): readonly DrawnStep[] {
  const [place = {}] = drawPlaces(draw).map(placeOf);
  const named = draw.pick(Object.keys(PROCESSORS.phase_3_analytics));
  const tables = draw.shuffle(requiredBy('phase_3_analytics', named));
  const [last = '', ...others] = tables;
  const fill = nextN();
  const about = { ...place, of: fill };
  const tell = (name: string, rest: Partial<DrawnParcel> = {}): DrawnParcel => {
    return { n: nextN(), name, ...about, ...rest };
  };
  const told = [
    ...others.map((table) => tell(table)),
    tell(last, drawSilence(draw)),
    ...tables.map((table) => tell(table)),
  ];
  return [
    { do: 'fill', n: fill, ...place, tables },
    ...told.map((parcel): DrawnStep => ({ do: 'deliver', parcels: [parcel] })),
  ];
}

/** The last tables of a processor are filled and told of on two days while the store fails. */
function outage(draw: Draw, nextN: () => number, nth: number): readonly DrawnStep[] {
  const days = [0, 1];
  const [last = '', ...others] = draw.shuffle(
    requiredBy('phase_3_analytics', draw.pick(Object.keys(PROCESSORS.phase_3_analytics))),
  );
  const fill = (day: number, tables: readonly string[]) => ({
    do: 'fill' as const,
    n: nextN(),
    ...placeOf({ day, run: 1 }),
    tables,
  });
  const tell = (name: string, { n, day }: { readonly n: number; readonly day?: number }): DrawnParcel => ({
    n: nextN(),
    name,
    ...placeOf({ day: day ?? 0, run: 1 }),
    of: n,
    late: true,
  });
  const before = days.flatMap((day): readonly DrawnStep[] => {
    const filled = fill(day, others);
    return [filled, { do: 'deliver', parcels: others.map((name) => tell(name, filled)) }];
  });
  const fills = days.map((day) => fill(day, [last]));
  return [
    ...before,
    ...fills,
    ...drawOutage(draw, days, nth),
    { do: 'deliver', parcels: fills.map((filled) => tell(last, filled)) },
  ];
}

/** The last table of a processor is filled after the others were told of, and is told to both instances. */
function takenOver(draw: Draw, nextN: () => number): readonly DrawnStep[] {
  const [place = {}] = drawPlaces(draw).map(placeOf);
  const processor = draw.pick(Object.keys(PROCESSORS.phase_3_analytics));
  const [last = '', ...others] = draw.shuffle(requiredBy('phase_3_analytics', processor));
  const fill = (n: number, tables: readonly string[]): DrawnStep => ({ do: 'fill', n, ...place, tables });
  const tell = (table: string, of: number): DrawnParcel => ({ n: nextN(), name: table, ...place, of });
  const [first, second] = [nextN(), nextN()];
  return [
    fill(first, others),
    ...others.map((table): DrawnStep => ({ do: 'deliver', parcels: [tell(table, first)] })),
    fill(second, [last]),
    ...drawTakenOver(draw, TOPIC.phase3AnalyticsComplete, place, () => tell(last, second)),
  ];
}

/** The last table of a processor makes a run that the broker does not confirm; it may be loaded anew before it is told of again. */
function interrupted(draw: Draw, nextN: () => number, nth: number): readonly DrawnStep[] {
  const [place = {}] = drawPlaces(draw).map(placeOf);
  const processor = draw.pick(Object.keys(PROCESSORS.phase_3_analytics));
  const [last = '', ...others] = draw.shuffle(requiredBy('phase_3_analytics', processor));
  const filled = (n: number, tables: readonly string[]): DrawnStep => ({ do: 'fill', n, ...place, tables });
  const about = (name: string, of: number): DrawnParcel => ({ n: nextN(), name, ...place, of });
  const [first, second] = [nextN(), nextN()];
  const anew = (): readonly DrawnStep[] => {
    const n = nextN();
    return [filled(n, [last]), { do: 'deliver', parcels: [{ ...about(last, n), late: true }] }];
  };
  return [
    filled(first, others),
    ...others.map((table): DrawnStep => ({ do: 'deliver', parcels: [about(table, first)] })),
    filled(second, [last]),
    ...drawInterrupted(draw, TOPIC.phase3AnalyticsComplete, place, {
      nth,
      tell: () => about(last, second),
      others: [anew],
    }),
  ];
}

/** Put each filling before the first message that speaks of it. */
function fillLate(fills: readonly DrawnStep[], steps: readonly DrawnStep[]): readonly DrawnStep[] {
  const done = new Set<DrawnStep>();
  return steps.flatMap((step) => {
    const told = step.do === 'deliver' ? step.parcels.map(({ of }) => of) : [];
    const due = fills.filter((fill) => fill.do === 'fill' && told.includes(fill.n) && !done.has(fill));
    for (const fill of due) done.add(fill);
    return [...due, step];
  });
}

/** The tables of one processor, mostly of one that needs few; sometimes one is missing, sometimes all are there. */
function drawTables(draw: Draw): readonly string[] {
  const all = Object.keys(PROCESSORS.phase_3_analytics);
  const few = [...all].sort(
    (a, b) => requiredBy('phase_3_analytics', a).length - requiredBy('phase_3_analytics', b).length,
  );
  const processor = draw.oneIn(2) ? (few[0] ?? '') : draw.pick(all);
  const required = requiredBy('phase_3_analytics', processor);
  if (draw.oneIn(12)) return Object.keys(PROCESSORS.phase_2_raw);
  return draw.oneIn(8) ? draw.shuffle(required).slice(1) : required;
}

function drawTableLife(draw: Draw): TableLife {
  return draw.weigh<TableLife>([
    [8, ['full']],
    [2, ['empty']],
    [1, ['failed']],
    [2, ['failed', 'full']],
    [4, ['empty', 'full']],
    [2, ['full', 'empty']],
    [2, ['full', 'full']],
    [1, ['empty', 'empty']],
  ]);
}

/** What Phase 3 is told of one raw run: mostly once, now and then first as what triggers nobody. */
function drawTold(
  draw: Draw,
  {
    table,
    fill,
    place,
    is_full,
    nextN,
  }: {
    readonly table: string;
    readonly fill: number;
    readonly place: DrawnPlace;
    readonly is_full: boolean;
    readonly nextN: () => number;
  },
): readonly DrawnParcel[] {
  const tell = (rest: Partial<DrawnParcel>): DrawnParcel => ({
    n: nextN(),
    name: drawName(draw, 'phase_2_raw', table),
    ...place,
    of: fill,
    ...rest,
    ...draw.weigh<Partial<DrawnParcel>>([
      [6, {}],
      [1, { copies: 2 }],
      [1, { copies: 2, new_ids: true }],
    ]),
    ...(draw.oneIn(6) ? { late: true as const } : {}),
    ...drawUnknown(draw),
  });
  const silent = drawSilence(draw);
  const plain = (): Partial<DrawnParcel> =>
    draw.weigh<Partial<DrawnParcel>>([
      [10, {}],
      [2, is_full ? { status: 'partial' } : {}],
      [1, { correlation: 'missing' }],
      [1, { minutes: -90 }],
      [1, { minutes: 90 }],
      [1, { says: { record_count: -1 } }],
      [1, { without: ['metadata'] }],
    ]);
  return draw.weigh<() => readonly DrawnParcel[]>([
    [12, () => [tell(plain())]],
    [2, () => [tell(silent), tell(plain())]],
    [1, () => [tell(plain()), tell(silent)]],
    [1, () => [tell(silent)]],
    [1, () => [tell({ status: 'failed' }), tell(plain())]],
    [1, () => [tell(plain()), tell({ status: 'failed' })]],
    [1, () => []],
  ])();
}
