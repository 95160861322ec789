import type { DrawnParcel, DrawnStep } from '../../value/history.ts';
import type { Draw } from '../draw.ts';
import { drawHold } from '../mixing.ts';

/** Which histories of a run are about that: few, since each lasts as long as a claim stands, and at least one. */
export const TAKEN_OVER_EACH = 10;
/** How many commits a run makes at most that are looked at: its claim, its rows, its end, its row in the history. */
const COMMITS = 5;

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
  const held = draw.oneIn(3)
    ? drawHold(draw, [topic], ['publish'], 1)
    : drawHold(draw, [], ['commit'], COMMITS);
  const on_day = held.map((step): DrawnStep => (day === undefined ? step : { ...step, day }));
  const deliver = (parcel: DrawnParcel): DrawnStep => ({ do: 'deliver', parcels: [parcel] });
  return [
    ...on_day,
    deliver(tell()),
    deliver({ ...tell(), instance: 2 }),
    ...(draw.oneIn(2) ? [deliver({ ...tell(), ...(draw.oneIn(2) ? { instance: 2 } : {}) })] : []),
  ];
}
