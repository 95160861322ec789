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
