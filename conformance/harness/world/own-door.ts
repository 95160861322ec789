import type { CloudEvent } from '../../cloud/calls.ts';
import { JUDGE_DOOR } from '../faults/faults.ts';

/** Show an event as the target's histories have it: what the judge itself did has no author. */
export function withoutOwnDoor(event: CloudEvent): CloudEvent {
  if (event.kind !== 'call') return event.origin === JUDGE_DOOR ? { ...event, origin: null } : event;
  return event.call.origin === JUDGE_DOOR ? { ...event, call: { ...event.call, origin: null } } : event;
}
