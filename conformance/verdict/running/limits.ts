import type { Check } from '../../checks/check.ts';
import type { Schedule } from '../../exploration/schedule/schedule.ts';
import type { ExploringLimits } from '../../harness/exploring/runs.ts';
import type { DrawingLimits } from '../../harness/scene/identity.ts';

/** What a case is made of, as far as its limits go. */
interface OfCheck {
  readonly check: Pick<Check, 'needs' | 'draws'>;
}

/** How far schedules are explored. */
export interface Exploring {
  /** Run only this one, in each exploring case. */
  readonly schedule?: Schedule;
  /** Run only these, by case name. */
  readonly schedules?: ReadonlyMap<string, Schedule>;
  /** Play only this history, in each case that draws. */
  readonly history?: string;
  /** Play only these, by case name. */
  readonly histories?: ReadonlyMap<string, string>;
  /** Explore so long instead of a fixed number of schedules. */
  readonly deep_minutes?: number;
  /** A short look, whatever else is asked for: so long for all cases together, of which exploring and drawing get a part each. */
  readonly look_ms?: number;
}

/** Of a short look cases that draw get one part of so many, and then those that explore another one. */
const LOOK_PARTS = 3;

/** How many cases that explore run at the same time: most of them wait most of the time, for a client's back-off or the end of a lease. */
export const EXPLORING_WIDTH = 8;

/** Tell whether a case chooses the order of single calls. */
export function explores({ check }: OfCheck): boolean {
  return check.needs.includes('interleavings');
}

/** How long each case draws and each explores; undefined for the usual number. */
interface Shares {
  readonly draw_ms?: number;
  readonly explore_ms?: number;
}

/**
 * Share out the minutes that were asked for: first all cases that draw have their part of them side by side, then those that
 * explore have theirs, in turns in the lanes.
 */
export function shareMinutes({ deep_minutes }: Exploring, cases: readonly OfCheck[]): Shares {
  if (deep_minutes === undefined) return {};
  const exploring = cases.filter(explores).length;
  const has_both = exploring > 0 && cases.some(({ check }) => check.draws === true);
  const part_ms = (deep_minutes * 60_000) / (has_both ? 2 : 1);
  return { draw_ms: part_ms, explore_ms: part_ms * Math.min(1, EXPLORING_WIDTH / Math.max(1, exploring)) };
}

/** Limit what a case draws. */
export function drawingOf(
  { history, histories, look_ms }: Exploring,
  name: string,
  deep_ms: number | undefined,
): DrawingLimits {
  const one = histories?.get(name) ?? history;
  const draw_ms = partOf(look_ms) ?? deep_ms;
  return {
    ...(one === undefined ? {} : { history: one }),
    ...(look_ms === undefined ? {} : { is_look: true }),
    ...(draw_ms === undefined ? {} : { draw_ms }),
  };
}

/** Limit what each case explores. */
export function limitsOf({ schedule, look_ms }: Exploring, deep: Shares): ExploringLimits {
  const explore_ms = partOf(look_ms) ?? deep.explore_ms;
  return {
    ...(schedule === undefined ? {} : { schedule }),
    ...(explore_ms === undefined ? {} : { explore_ms }),
  };
}

function partOf(look_ms: number | undefined): number | undefined {
  return look_ms === undefined ? undefined : look_ms / LOOK_PARTS;
}

/** Tell whether a short look leaves out something of a case: it explores or draws, and is told neither schedule nor history. */
export function isShortened(one: OfCheck & { readonly name: string }, exploring: Exploring): boolean {
  if (one.check.draws === true)
    return (exploring.histories?.get(one.name) ?? exploring.history) === undefined;
  return explores(one) && exploring.schedule === undefined && exploring.schedules?.has(one.name) !== true;
}
