/**
 * What can go wrong at one step, from mild to severe; shrinking prefers the earlier ones.
 *
 * At a delivery: `duplicate` delivers it once more under the same message id, `republish` under a new one.
 * At an answer: `ack_lost` keeps the broker from hearing it, so that it delivers again.
 * At a call: `unavailable`, `refused` (an error that clients do not repeat by themselves), `aborted` and
 * `deadline_before` answer with that error and do nothing; `deadline_after` does
 * it and answers DEADLINE_EXCEEDED, so that the outcome is unknown; `no_answer` neither does nor answers it, and the
 * message goes elsewhere; `crash` ends the instance before the call, `crash_after` after it; `zombie` lets the caller
 * sleep until its leases are over and its message was delivered elsewhere, and serves the call then.
 */
export const FAULT_NAMES = [
  'duplicate',
  'republish',
  'ack_lost',
  'unavailable',
  'refused',
  'aborted',
  'deadline_before',
  'deadline_after',
  'no_answer',
  'crash',
  'crash_after',
  'zombie',
] as const;

/** One of the faults that a schedule may name. */
export type FaultName = (typeof FAULT_NAMES)[number];

/** Say what a fault does, as the second half of "step 7 (…): …". */
export const FAULT_PHRASES: Readonly<Record<FaultName, string>> = {
  duplicate: 'is delivered once more under the same message id',
  republish: 'is delivered once more under a new message id',
  ack_lost: 'is lost on its way to the broker, which delivers again',
  unavailable: 'is not done and answered UNAVAILABLE',
  refused: 'is not done and answered PERMISSION_DENIED',
  aborted: 'is not done and answered ABORTED',
  deadline_before: 'is not done and answered DEADLINE_EXCEEDED',
  deadline_after: 'is done and answered DEADLINE_EXCEEDED, so its caller cannot know',
  no_answer: 'is not done and never answered; the message goes elsewhere',
  crash: 'finds its instance dead before it is done',
  crash_after: 'is done, and its instance dies before it hears so',
  zombie: 'sleeps until its leases are over and its message went elsewhere, and is served then',
};

const KNOWN: ReadonlySet<string> = new Set(FAULT_NAMES);

/** Tell whether a word names a fault. */
export function isFaultName(word: string): word is FaultName {
  return KNOWN.has(word);
}
