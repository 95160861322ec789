import type { DrawnParcel, DrawnStep } from '../../value/history.ts';
import type { Draw } from '../draw.ts';

/**
 * Tell whether a history is about work that is taken over: the last tenth of a run, which begins first, since it lasts as long
 * as a claim stands.
 *
 * @param histories  how many a run draws
 */
export function isTakenOver(nth: number, histories: number): boolean {
  return nth % histories >= histories - Math.ceil(histories / TAKEN_OVER_EACH);
}

/** Tell whether a history is about a store that fails: the tenth of a run before those. */
export function isOutage(nth: number, histories: number): boolean {
  return !isTakenOver(nth, histories) && isTakenOver(nth + Math.ceil(histories / TAKEN_OVER_EACH), histories);
}

/** Tell whether a history is about a publish that fails: the tenth of a run before those. */
export function isInterrupted(nth: number, histories: number): boolean {
  const tenth = Math.ceil(histories / TAKEN_OVER_EACH);
  return !isTakenOver(nth + tenth, histories) && isTakenOver(nth + 2 * tenth, histories);
}

/** Tell whether a history is about what comes after a run that found nothing: the tenth of a run before those. */
export function isFilledLater(nth: number, histories: number): boolean {
  const tenth = Math.ceil(histories / TAKEN_OVER_EACH);
  return !isTakenOver(nth + 2 * tenth, histories) && isTakenOver(nth + 3 * tenth, histories);
}

const TAKEN_OVER_EACH = 10;

/**
 * Draw that a commit or publish of one instance is held back until its claim has run out, while another instance gets the
 * same work: two messages, one for each, and now and then a third for either.
 */
export function drawTakenOver(
  draw: Draw,
  topic: string,
  { day }: Pick<DrawnParcel, 'day'>,
  tell: () => DrawnParcel,
): readonly DrawnStep[] {
  const deliver = (parcel: DrawnParcel): DrawnStep => ({ do: 'deliver', parcels: [parcel] });
  const held: DrawnStep = {
    do: 'refuse',
    ...(draw.oneIn(4) ? { on: 'publish', topic } : { on: 'commit', ...drawAfter(draw) }),
    ...(day === undefined ? {} : { day }),
    is_held: true,
  };
  return [
    held,
    deliver(tell()),
    deliver({ ...tell(), instance: 2 }),
    ...(draw.oneIn(2) ? [deliver({ ...tell(), ...(draw.oneIn(2) ? { instance: 2 } : {}) })] : []),
  ];
}

/**
 * Draw that the publish of a run is refused, or done and not confirmed, once or twice; its message comes again when all is over,
 * and now and then something else comes before. What was computed is told then, as it was and under its id.
 *
 * @param nth  whether it is refused or not confirmed: of two that follow each other, one each
 */
export function drawInterrupted(
  draw: Draw,
  topic: string,
  { day }: Pick<DrawnParcel, 'day'>,
  {
    nth,
    tell,
    others,
  }: {
    readonly nth: number;
    readonly tell: () => DrawnParcel;
    /** What may come in between. */
    readonly others: readonly (() => readonly DrawnStep[])[];
  },
): readonly DrawnStep[] {
  const deliver = (parcel: DrawnParcel): DrawnStep => ({ do: 'deliver', parcels: [parcel] });
  const refused: DrawnStep = {
    do: 'refuse',
    on: 'publish',
    topic,
    ...(day === undefined ? {} : { day }),
    ...(draw.oneIn(3) ? { times: 2 } : {}),
    ...(nth % 2 === 1 ? { is_done: true as const } : {}),
  };
  const again = (): readonly DrawnStep[] => [deliver({ ...tell(), late: true })];
  return [refused, deliver({ ...tell(), late: true }), ...draw.pick([() => [], again, ...others])()];
}

/** A run commits its claim, its rows and its end, and then what became of it: mostly one of those before the end is held. */
function drawAfter(draw: Draw): { readonly after?: number } {
  const after = draw.weigh([
    [1, 0],
    [3, 1],
    [3, 2],
    [1, 3],
    [1, 4],
  ]);
  return after === 0 ? {} : { after };
}
