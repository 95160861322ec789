import type { DayKind } from '../../../harness/messages/windows.ts';
import type { DrawnHistory, DrawnParcel, DrawnStep } from '../value/history.ts';
import type { Draw } from './draw.ts';

/** Why something was a backfill: words that must come out as they went in. */
export const REASONS = ['historical_load', 'repair of a night', 'said "again" \\ für März'] as const;

/** Now and then a message has a field that its receiver does not know. */
export function drawUnknown(draw: Draw, once_in = 16): Pick<DrawnParcel, 'wide'> {
  return draw.oneIn(once_in) ? { wide: true } : {};
}

/** The dates and runs that a history is about. */
export type Place = Required<Pick<DrawnParcel, 'day' | 'run'>>;

/** Draw which days a history is about: mostly plain ones. @param todays how often it is the day on which it is played */
export function drawDays(draw: Draw, todays = 0): DayKind {
  return draw.weigh<DayKind>([
    [6, 'plain'],
    [1, 'leap day'],
    [1, 'clocks forward'],
    [1, 'clocks back'],
    [1, 'end of year'],
    [1, 'past'],
    [todays, 'today'],
  ]);
}

/** Draw one to three dates and runs, neighbours of each other. */
export function drawPlaces(draw: Draw): readonly Place[] {
  const all = [0, 1, 2].flatMap((day) => [1, 2, 3].map((run) => ({ day, run })));
  const [first, ...rest] = all;
  if (first === undefined) return [];
  const more = draw.weigh([
    [5, 0],
    [3, 1],
    [1, 2],
  ]);
  const base = draw.oneIn(4) ? draw.pick(all) : first;
  const others = draw.shuffle(rest.filter((place) => place !== base)).slice(0, more);
  return [base, ...others];
}

/** Leave out what is the plain value anyhow. */
export function placeOf({ day, run }: Place): Pick<DrawnParcel, 'day' | 'run'> {
  return { ...(day === 0 ? {} : { day }), ...(run === 1 ? {} : { run }) };
}

/** Merge sequences so that each keeps its order, mostly; now and then all orders are given up. */
export function drawOrder(
  draw: Draw,
  sequences: readonly (readonly DrawnParcel[])[],
): readonly DrawnParcel[] {
  if (draw.oneIn(5)) return draw.shuffle(sequences.flat());
  const turns = draw.shuffle(sequences.flatMap((sequence, index) => sequence.map(() => index)));
  const queues = sequences.map((sequence) => [...sequence]);
  return turns.flatMap((index) => queues[index]?.shift() ?? []);
}

/** Draw the steps that deliver parcels in their order, some of them at the same time. */
export function drawDeliveries(draw: Draw, parcels: readonly DrawnParcel[]): DrawnStep[] {
  const at_once = draw.weigh([
    [3, 1],
    [2, 2],
    [1, 5],
  ]);
  const steps: DrawnStep[] = [];
  for (let from = 0; from < parcels.length; ) {
    const width = 1 + draw.below(at_once);
    steps.push({ do: 'deliver', parcels: parcels.slice(from, from + width) });
    from += width;
  }
  return steps;
}

/** Put steps in at places that are drawn; what repeats a message comes after it. */
export function sprinkle(draw: Draw, steps: readonly DrawnStep[], more: readonly DrawnStep[]): DrawnStep[] {
  const mixed = [...steps];
  for (const step of more) {
    const first = step.do === 'again' ? 1 + mixed.findIndex((other) => delivers(other, step.n)) : 0;
    mixed.splice(first + draw.below(mixed.length + 1 - first), 0, step);
  }
  return mixed;
}

function delivers(step: DrawnStep, n: number): boolean {
  return step.do === 'deliver' && step.parcels.some((parcel) => parcel.n === n);
}

/** Draw redeliveries of messages that were delivered before, most of them near the end. */
export function drawRepeats(draw: Draw, parcels: readonly DrawnParcel[]): readonly DrawnStep[] {
  const count = draw.weigh([
    [3, 0],
    [2, 1],
    [1, 3],
  ]);
  if (parcels.length === 0) return [];
  return Array.from({ length: count }, () => ({
    do: 'again',
    n: draw.pick(parcels).n,
    ...(draw.oneIn(2) ? { new_id: true as const } : {}),
  }));
}

/** Draw at most one fault. @param calls  without commits where the judge itself writes documents of the date */
export function drawRefusal(
  draw: Draw,
  topics: readonly string[],
  calls: readonly ('publish' | 'commit')[] = ['publish', 'publish', 'commit'],
  once_in = 4,
): readonly DrawnStep[] {
  if (!draw.oneIn(once_in)) return [];
  const day = draw.weigh([
    [4, 0],
    [1, 1],
  ]);
  return [
    {
      do: 'refuse',
      on: draw.pick(calls),
      ...(day === 0 ? {} : { day }),
      ...(draw.oneIn(2) ? { after: draw.below(4) } : {}),
      ...(topics.length > 1 && draw.oneIn(2) ? { topic: draw.pick(topics) } : {}),
      ...(draw.oneIn(5) ? { is_done: true as const } : {}),
    },
  ];
}

/** Draw the flags of a message that is told to trigger nothing: each flag stands for itself, though history has both. */
export function drawSilence(draw: Draw): { readonly skip: true; readonly backfill?: string } {
  return { skip: true, ...(draw.oneIn(2) ? { backfill: 'historical_load' } : {}) };
}

/** Draw a call that is held back for longer than a claim stands. */
export function drawHold(
  draw: Draw,
  topics: readonly string[],
  calls: readonly ('publish' | 'commit' | 'read')[],
): readonly DrawnStep[] {
  return [
    {
      do: 'refuse',
      on: draw.pick(calls),
      ...(draw.oneIn(2) ? { after: draw.below(2) } : {}),
      ...(topics.length > 0 ? { topic: draw.pick(topics) } : {}),
      is_held: true,
    },
  ];
}

/** More often than anybody calls: until the history ends. */
export const ALWAYS = 1_000;

/**
 * Draw that the store fails for some days until the history ends: every commit from some call on, or one read, which is another
 * one for each day. Whoever takes what could not be read for what is not there, or acks what was not written, shows it then.
 *
 * @param nth  the first outage of a run is of the first reads, the others are of any calls, such as the reads in the middle of the work
 * @param calls  without commits where the judge itself writes documents of the date
 */
export function drawOutage(
  draw: Draw,
  days: readonly number[],
  nth = 0,
  calls: readonly ('commit' | 'read')[] = ['read', 'commit'],
): readonly DrawnStep[] {
  const on = nth === 0 ? 'read' : draw.pick(calls);
  const first = nth > 0 && on === 'read' ? days.length + draw.below(6) : 0;
  return draw.shuffle(days).map(
    (day, at): DrawnStep => ({
      do: 'refuse',
      on,
      ...(day === 0 ? {} : { day }),
      ...(first + at === 0 ? {} : { after: first + at }),
      times: ALWAYS,
      ...(on === 'read' ? { alike: true as const } : {}),
    }),
  );
}

/** Draw which instance gets something. @param two whether the history knows of two */
export function drawInstance(draw: Draw, two: boolean): { readonly instance?: 2 } {
  return two && draw.oneIn(2) ? { instance: 2 } : {};
}

/** Make a history whose days are drawn. */
export function historyOf(draw: Draw, steps: readonly DrawnStep[], days = drawDays(draw)): DrawnHistory {
  return { days, steps };
}
