import type { Branch } from '../../../harness/scene/scene.ts';
import type { DrawnHistory, DrawnParcel } from '../value/history.ts';

/** The ids that the messages of one history get when it is played. */
export interface ParcelIds {
  execution(parcel: DrawnParcel): string;
  /** undefined where the field is left out. */
  correlation(parcel: DrawnParcel): string | undefined;
  /** The messageId of its first delivery. */
  message(parcel: DrawnParcel): string;
}

/** As long as the contract allows: asyncapi.yaml#/components/schemas/CorrelationId. */
const CORRELATION_LENGTH_MAX = 128;

/** Create the ids of one played history; who borrows an id of a message that was left out gets one of its own. */
export function createParcelIds(
  branch: Pick<Branch, 'id'>,
  history: DrawnHistory,
  nextMessageId: () => string,
): ParcelIds {
  const byN = new Map(parcelsOf(history).map((parcel) => [parcel.n, parcel]));
  const executions = remembered(branch.id);
  const correlations = remembered(branch.id);
  const messages = remembered(nextMessageId);
  const execution = (parcel: DrawnParcel, depth = 0): string => {
    const other = parcel.execution_of === undefined ? undefined : byN.get(parcel.execution_of);
    if (other === undefined || other === parcel || depth > byN.size)
      return inLetters(executions(parcel.n), parcel);
    return execution(other, depth + 1);
  };
  return {
    execution,
    correlation({ n, correlation }) {
      if (correlation === 'missing') return undefined;
      const own = correlations(typeof correlation === 'number' && byN.has(correlation) ? correlation : n);
      return correlation === 'long' ? own.padEnd(CORRELATION_LENGTH_MAX, '-long') : own;
    },
    message: ({ n }) => messages(n),
  };
}

/** List the messages of a history, in the order in which they are delivered first. */
export function parcelsOf({ steps }: DrawnHistory): readonly DrawnParcel[] {
  return steps.flatMap((step) => (step.do === 'deliver' ? step.parcels : []));
}

/** Write an id in capitals, or as a UUID of another version, where a drawn message says so. */
export function inLetters(
  id: string,
  { capitals, version }: { readonly capitals?: true; readonly version?: number },
): string {
  const of_version =
    version === undefined ? id : `${id.slice(0, VERSION_AT)}${version}${id.slice(VERSION_AT + 1)}`;
  return capitals === true ? of_version.toUpperCase() : of_version;
}

/** Where a UUID says its version (RFC 9562, section 4.2). */
const VERSION_AT = 14;

function remembered(make: () => string): (n: number) => string {
  const made = new Map<number, string>();
  return (n) => {
    const known = made.get(n) ?? make();
    made.set(n, known);
    return known;
  };
}
