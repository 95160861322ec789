import type { RunStatus } from '../../../../generated/models.ts';
import type { DrawnParcel } from '../value/history.ts';
import type { Draw } from './draw.ts';
import { drawInstance, drawSilence, drawUnknown, REASONS } from './mixing.ts';

/** What becomes of one processor on one date: the statuses of its runs, `skip` for one that is told to trigger nothing. */
export type Life = readonly (RunStatus | 'skip')[];

/** Draw a life: mostly one success, else any succession; most of them end with the processor complete. */
export function drawLife(draw: Draw): Life {
  return draw.weigh<Life>([
    [40, ['success']],
    [6, ['partial']],
    [4, ['failed', 'success']],
    [2, ['no_data', 'success']],
    [2, ['failed', 'no_data', 'partial']],
    [2, ['success', 'failed']],
    [1, ['partial', 'no_data']],
    [2, ['failed', 'success', 'failed']],
    [3, ['success', 'success']],
    [1, ['partial', 'success']],
    [2, ['skip', 'success']],
    [1, ['success', 'skip']],
    [1, ['failed']],
    [1, ['no_data', 'failed']],
    [1, ['skip']],
    [1, []],
  ]);
}

/** Draw the parcels of one life, in order. @param nextN numbers the messages of the history */
export function drawRuns(
  draw: Draw,
  life: Life,
  place: Pick<DrawnParcel, 'day' | 'run'>,
  {
    nextN,
    nameOf,
    others,
    two = false,
  }: {
    nextN: () => number;
    nameOf: () => string;
    others: readonly DrawnParcel[];
    /** Whether there is a second instance. */
    two?: boolean;
  },
): readonly DrawnParcel[] {
  const made: DrawnParcel[] = [];
  const backfill = draw.oneIn(12) ? draw.pick(REASONS) : undefined;
  for (const status of life) {
    const before = made.at(-1);
    const borrowed = others.length > 0 && draw.oneIn(16) ? draw.pick(others).n : undefined;
    const execution_of = before !== undefined && draw.oneIn(4) ? before.n : borrowed;
    made.push({
      n: nextN(),
      name: nameOf(),
      ...place,
      ...(status === 'success' || status === 'skip' ? {} : { status }),
      ...(execution_of === undefined ? {} : { execution_of }),
      ...drawCorrelation(draw, before ?? others.at(-1)),
      ...(backfill === undefined ? {} : { backfill }),
      ...(status === 'skip' ? { ...drawSilence(draw), ...(backfill === undefined ? {} : { backfill }) } : {}),
      ...drawTime(draw),
      ...drawUnknown(draw, 24),
      ...drawCopies(draw),
      ...(draw.oneIn(6) ? { late: true as const } : {}),
      ...drawInstance(draw, two),
    });
  }
  return made;
}

function drawCorrelation(draw: Draw, other: DrawnParcel | undefined): Pick<DrawnParcel, 'correlation'> {
  const like = other?.n;
  return draw.weigh<Pick<DrawnParcel, 'correlation'>>([
    [6, {}],
    [3, like === undefined ? {} : { correlation: like }],
    [1, { correlation: 'missing' }],
    [1, { correlation: 'long' }],
  ]);
}

/** In order, or far off in either direction: a late success of an earlier attempt, two of the same moment. */
function drawTime(draw: Draw): Pick<DrawnParcel, 'minutes'> {
  return draw.weigh<Pick<DrawnParcel, 'minutes'>>([
    [5, {}],
    [1, { minutes: -30 }],
    [1, { minutes: -1440 }],
    [1, { minutes: 600 }],
  ]);
}

function drawCopies(draw: Draw): Pick<DrawnParcel, 'copies' | 'new_ids'> {
  return draw.weigh<Pick<DrawnParcel, 'copies' | 'new_ids'>>([
    [8, {}],
    [1, { copies: 2 }],
    [1, { copies: 2, new_ids: true }],
    [1, { copies: 3, new_ids: true }],
  ]);
}
