import type { OutboxEntry, ProcessorClaim, RunStatus } from '../../generated/models.ts';

/** How long a claim document is kept for late duplicates; longer than any message is retained. */
const KEEP_SECONDS = 90 * 24 * 3600;
/** Between the causes in a claim, the last one its own. */
const SEPARATOR = ', ';

/** One delivery asking whether it may do the work of an idempotency key. */
export interface ClaimRequest {
  /** ISO 8601 in UTC, like every time here. */
  readonly now: string;
  /** Names the asker; also the execution id of the run, should it become one. */
  readonly holder: string;
  readonly lease_seconds: number;
  /** How long a finished run's messages may be on their way before another may send them. */
  readonly publish_claim_seconds: number;
  readonly skip_downstream_trigger: boolean;
  /** Fingerprint of what the run would read. */
  readonly inputs: string;
  /** What asks for the run; a failed run is not repeated for a cause that has asked on the same inputs before. */
  readonly cause: string;
  /** `always`: every request after a settled run is a new run, as for a scraper that is called again. */
  readonly repeats: 'once' | 'always';
  /** Holders of this process whose release failed; nobody works under their leases. */
  readonly abandoned: ReadonlySet<string>;
}

/** What the asker is to do. `settle`: store the history and publish what the finished run still owes. */
export type ClaimEffect =
  | { readonly kind: 'work' }
  | { readonly kind: 'settle'; readonly claim: ProcessorClaim }
  | {
      readonly kind: 'duplicate';
      readonly execution_id: string;
      readonly status: RunStatus | null;
      /** What the run has said. */
      readonly completions: readonly OutboxEntry[];
    }
  | { readonly kind: 'in_progress'; readonly until: string };

/**
 * Decide whether a delivery works, sends what is owed, is a duplicate, or comes too early.
 *
 * A claim that runs is taken over when its lease has expired. A finished run whose messages or history are not out
 * yet is settled and never repeated.
 *
 * @see asyncapi.yaml#/x-idempotency, requirements IDEM-001 to IDEM-005, BACK-004
 */
export function decideClaim(
  state: ProcessorClaim | undefined,
  request: ClaimRequest,
): readonly [ProcessorClaim, ClaimEffect] {
  if (state === undefined) return startWork(request);
  const isMine = state.held_by === request.holder;
  if (!isMine && isHeld(state, request))
    return [state, { kind: 'in_progress', until: state.lease_expires_at }];
  if (state.state === 'running') {
    // Already ours: the commit was made and its answer was lost, so this is the second look at it.
    return isMine ? [state, { kind: 'work' }] : startWork(request, state);
  }
  if (!isSettled(state)) {
    const claim = isMine ? state : hold(state, request);
    return [claim, { kind: 'settle', claim }];
  }
  if (occupiesKey(state, request)) {
    const { owner: execution_id, status, completions } = state;
    return [state, { kind: 'duplicate', execution_id, status, completions }];
  }
  return startWork(request, state);
}

/** A run that has ended, as it is committed. */
export interface FinishRequest {
  readonly now: string;
  /** Execution id of the run. */
  readonly holder: string;
  readonly publish_claim_seconds: number;
  readonly status: RunStatus;
  readonly completions: readonly Omit<OutboxEntry, 'published_at'>[];
}

/** `lost`: another has taken the claim over, and this run must neither overwrite nor publish. */
export type FinishEffect =
  | { readonly kind: 'settle'; readonly claim: ProcessorClaim }
  | { readonly kind: 'lost' };

/** Decide what a run that has ended may commit: its outbox, if it still holds the claim; its history goes with it. */
export function decideFinish(
  state: ProcessorClaim | undefined,
  request: FinishRequest,
): readonly [ProcessorClaim | undefined, FinishEffect] {
  if (state === undefined || state.held_by !== request.holder) return [state, { kind: 'lost' }];
  if (state.state === 'finished') return [state, { kind: 'settle', claim: state }];
  const claim: ProcessorClaim = {
    ...hold(state, request),
    state: 'finished',
    status: request.status,
    completions: request.completions.map((entry) => ({ ...entry, published_at: null })),
  };
  return [claim, { kind: 'settle', claim }];
}

/** What has been settled of a finished run, and by whom. */
export interface SettledRequest {
  readonly now: string;
  readonly holder: string;
  /** Execution id of the run that was settled. */
  readonly owner: string;
  readonly history_stored: boolean;
  /** Topics whose message the broker has confirmed. */
  readonly published: readonly string[];
}

/**
 * Decide how the record of a finished run changes after its history is stored and messages are confirmed.
 *
 * The holder lets go, so that what is still owed can be sent by the next delivery at once. A run that has replaced
 * this one in the meantime is left alone.
 */
export function decideSettled(
  state: ProcessorClaim | undefined,
  request: SettledRequest,
): readonly [ProcessorClaim | undefined, null] {
  if (state === undefined || state.owner !== request.owner || state.state !== 'finished')
    return [state, null];
  const completions = state.completions.map((entry) =>
    entry.published_at === null && request.published.includes(entry.topic)
      ? { ...entry, published_at: request.now }
      : entry,
  );
  const history = request.history_stored ? null : state.history;
  const held_by = state.held_by === request.holder ? null : state.held_by;
  return [{ ...state, completions, history, held_by }, null];
}

/**
 * Decide what a release changes: the claim is free, if it is still the releaser's.
 *
 * @returns with whether there was something to release; if not, its commit may still come in late.
 */
export function decideRelease(
  state: ProcessorClaim | undefined,
  holder: string,
): readonly [ProcessorClaim | undefined, boolean] {
  if (state === undefined || state.held_by !== holder) return [state, false];
  return [{ ...state, held_by: null }, true];
}

function isHeld(state: ProcessorClaim, request: ClaimRequest): boolean {
  return (
    state.held_by !== null && state.lease_expires_at > request.now && !request.abandoned.has(state.held_by)
  );
}

function hold(
  state: ProcessorClaim,
  request: { readonly now: string; readonly holder: string; readonly publish_claim_seconds: number },
): ProcessorClaim {
  const lease_expires_at = addSeconds(request.now, request.publish_claim_seconds);
  return { ...state, held_by: request.holder, lease_expires_at };
}

function startWork(request: ClaimRequest, before?: ProcessorClaim): readonly [ProcessorClaim, ClaimEffect] {
  const claim: ProcessorClaim = {
    state: 'running',
    owner: request.holder,
    held_by: request.holder,
    lease_expires_at: addSeconds(request.now, request.lease_seconds),
    completions: [],
    status: null,
    skip_downstream_trigger: request.skip_downstream_trigger,
    inputs: request.inputs,
    cause: [...causesBefore(before, request), request.cause].join(SEPARATOR),
    history: null,
    expire_at: addSeconds(request.now, KEEP_SECONDS),
  };
  return [claim, { kind: 'work' }];
}

/** What asked for runs with the same inputs that ended before: a run that was given up has answered nobody. */
function causesBefore(before: ProcessorClaim | undefined, request: ClaimRequest): readonly string[] {
  if (before === undefined || before.inputs !== request.inputs) return [];
  const causes = before.cause.split(SEPARATOR);
  return before.state === 'finished' ? causes : causes.slice(0, -1);
}

function isSettled(claim: ProcessorClaim): boolean {
  return claim.history === null && claim.completions.every((entry) => entry.published_at !== null);
}

/** Whether a settled run makes this request a duplicate. */
function occupiesKey(claim: ProcessorClaim, request: ClaimRequest): boolean {
  if (request.repeats === 'always') return false;
  // A backfill that published nothing must not block the live run after it.
  if (claim.skip_downstream_trigger && !request.skip_downstream_trigger) return false;
  switch (claim.status) {
    case 'success':
    case 'partial':
      return true;
    case 'no_data':
      return claim.inputs === request.inputs;
    default:
      return claim.inputs === request.inputs && claim.cause.split(SEPARATOR).includes(request.cause);
  }
}

function addSeconds(time: string, seconds: number): string {
  return new Date(Date.parse(time) + seconds * 1000).toISOString();
}
