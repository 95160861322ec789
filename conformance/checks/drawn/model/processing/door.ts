import type { RequirementId } from '../../../../../generated/requirements.ts';
import type { ComponentName } from '../../../../contract/names.ts';
import type { DeliveryEvent, History, Payload, PublishEvent } from '../../../../history/events.ts';
import { text } from '../../../../history/select.ts';
import type { Anomaly } from '../../../check.ts';
import { judgeNacks, judgeRefused } from '../../../judging/answers.ts';
import { judgeIdentity } from '../../../judging/identity.ts';
import { judgeProvenance } from '../../../judging/provenance.ts';
import { type Door, judgeRefusals, refusalOf } from '../orchestration/inputs.ts';
import { judgeTimes } from '../times.ts';
import { judgeRepeats } from './repeats.ts';

/** What `judgeProvenance` says of dates, runs and causes; the rest is said more exactly beside it. */
const PROVENANCE: readonly string[] = ['CORR-004', 'MSG-004', 'MSG-009'];

/** What `judgeDelivered` may call broken, beside the one that it is given. */
export const DOOR_REQUIREMENTS = [
  'ACK-002',
  'ACK-003',
  'ACK-007',
  'ACK-014',
  'CORR-004',
  'CORR-005',
  'CORR-006',
  'MSG-004',
  'MSG-009',
  'MSG-026',
  'MSG-027',
  'TOPO-003',
] as const satisfies readonly RequirementId[];

/** Why a receiver must refuse a message; undefined for one that it must take. */
export type Refusal = (message: Payload) => 'schema' | 'processor' | undefined;

/**
 * Judge what holds for every receiver of Phases 2 to 4: what it refuses and how, and what its messages say of their name, their
 * date, their cause and their time.
 *
 * @param refused  a message that it must take and never acks
 */
export function judgeDelivered(
  history: History,
  door: Pick<Door, 'component'> & (Door | { readonly refusal: Refusal }),
  refused: RequirementId,
  outputs: readonly PublishEvent[],
): readonly Anomaly[] {
  const component = door.component as ComponentName;
  const why = (message: Payload | null): ReturnType<Refusal> => {
    if (message === null) return 'schema';
    return 'refusal' in door ? door.refusal(message) : refusalOf(door, message);
  };
  const isOwn = (event: { readonly kind: string }): event is DeliveryEvent =>
    event.kind === 'delivery' && (event as DeliveryEvent).component === component;
  const taken = history.filter((event) => !isOwn(event) || why(event.message) === undefined);
  // A run that a call started was caused by no delivery.
  const called = new Set<unknown>(
    outputs.filter(({ message }) => text(message, 'trigger_source') !== 'pubsub'),
  );
  const caused = taken.filter((event) => !called.has(event));
  return [
    ...judgeRefusals(history, component, ({ message }) => why(message)),
    ...judgeRefused(taken, component, refused),
    ...judgeNacks(taken, component),
    ...judgeProvenance(caused, component).filter(({ requirement }) => PROVENANCE.includes(requirement)),
    // What a history brings may borrow ids on purpose, and what comes before the receiver is judged elsewhere.
    ...judgeIdentity([
      ...history.filter(({ kind }) => kind !== 'delivery' && kind !== 'publish'),
      ...outputs,
    ]),
    ...judgeRepeats(outputs),
    ...judgeTimes(history, outputs),
  ];
}
