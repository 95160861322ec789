import type { Json } from '../../../history/events.ts';
import type { DrawnParcel, DrawnStep } from '../value/history.ts';
import type { Draw } from './draw.ts';

/** Of so many messages one says something unusual in fields that decide nothing. */
const ONCE_IN = 6;
/** Of so many messages of a first run one leaves out the number of its run, and of so many one its level. */
const UNSAID_ONCE_IN = 8;
/** Of so many messages one has an execution_id that is a UUID of another version. */
const VERSION_ONCE_IN = 16;
/** Of so many messages one has the correlation_id of another, mostly of the same processor on another date or run. */
const SAME_CHAIN_ONCE_IN = 10;
/** Of so many histories one has a second run under a number of two digits, beside run 1. */
const HIGH_RUN_ONCE_IN = 3;
const HIGH_RUN = 12;

type Says = Readonly<Record<string, Json>>;

/**
 * Let some completions say what the contract allows and what decides nothing: which run it is, and how it ended, stand in other
 * fields. A receiver that goes by these counts too little, or too much.
 */
export function sayingMore(
  draw: Draw,
  steps: readonly DrawnStep[],
  others: readonly string[],
): readonly DrawnStep[] {
  const all = steps.flatMap((step) => (step.do === 'deliver' ? step.parcels : []));
  return changed(steps, (parcel) => ({ ...withMore(draw, parcel, others), ...sameChain(draw, parcel, all) }));
}

/** Let the second run of a date have a number that begins like the first one's, now and then. */
export function withHighRun(draw: Draw, steps: readonly DrawnStep[]): readonly DrawnStep[] {
  if (!draw.oneIn(HIGH_RUN_ONCE_IN)) return steps;
  return changed(steps, (parcel) => (parcel.run === 2 ? { ...parcel, run: HIGH_RUN } : parcel));
}

function changed(
  steps: readonly DrawnStep[],
  change: (parcel: DrawnParcel) => DrawnParcel,
): readonly DrawnStep[] {
  return steps.map((step) => (step.do === 'deliver' ? { ...step, parcels: step.parcels.map(change) } : step));
}

function withMore(draw: Draw, parcel: DrawnParcel, others: readonly string[]): DrawnParcel {
  const says = draw.oneIn(ONCE_IN) ? draw.pick(saidBy(draw, parcel, others)) : undefined;
  const unsaid = [
    ...((parcel.run ?? 1) === 1 && draw.oneIn(UNSAID_ONCE_IN) ? ['metadata.run'] : []),
    ...(draw.oneIn(UNSAID_ONCE_IN) ? ['metadata.level'] : []),
  ];
  return {
    ...parcel,
    ...(says === undefined ? {} : { says }),
    ...(draw.oneIn(VERSION_ONCE_IN) ? { version: draw.pick([1, 5, 7] as const) } : {}),
    ...(unsaid.length === 0 ? {} : { without: unsaid }),
  };
}

/** A chain may feed several dates and runs. */
function sameChain(
  draw: Draw,
  { n, name, correlation }: DrawnParcel,
  all: readonly DrawnParcel[],
): Pick<DrawnParcel, 'correlation'> {
  if (correlation !== undefined || !draw.oneIn(SAME_CHAIN_ONCE_IN)) return {};
  const others = all.filter((other) => other.n !== n);
  const alike = others.filter((other) => other.name === name);
  const from = alike.length > 0 ? alike : others;
  return from.length === 0 ? {} : { correlation: draw.pick(from).n };
}

/** What a completion may say beside its status; every value is one that its schema allows. */
function saidBy(draw: Draw, { status, minutes }: DrawnParcel, others: readonly string[]): readonly Says[] {
  const caller = { trigger_message_id: null, parent_processor: null };
  const counted: readonly Says[] = status === undefined ? [{ record_count: 0 }, { records_failed: 3 }] : [];
  const parts: readonly Says[] = status === 'partial' ? [{ record_count: 0, records_failed: 500 }] : [];
  const moments: readonly Says[] =
    minutes === undefined
      ? [{ timestamp: draw.pick(['2024-01-15T11:00:00Z', '2024-01-15T11:00:00.123456789Z']) }]
      : [];
  return [
    ...counted,
    ...counted,
    ...parts,
    ...parts,
    ...moments,
    ...moments,
    { trigger_source: 'manual', ...caller },
    { trigger_source: 'scheduler', ...caller },
    { duration_seconds: draw.pick([0, 0.001, 7_200]) },
    // A table never stands in for a name.
    { output_table: draw.pick(others) },
    { metadata: { attempt: 2, remark: 'by hand' } },
  ];
}
