import type { CompletionRecord, Phase4Trigger, RunStatus, TriggerRecord } from '../../generated/models.ts';
import { type CompletionState, type Orchestrator, recordOf, triggerOf } from './state.ts';
import { buildTrigger, pendingTrigger } from './trigger.ts';

/** Who asks for leave to publish, and when; times are ISO 8601 in UTC. */
export interface Asker {
  readonly now: string;
  /** Names one delivery or one sweep; never used twice. */
  readonly claimant: string;
  /** How long the claim stands when its holder is gone. */
  readonly publish_claim_seconds: number;
  /** Claims of this process whose release failed; nobody publishes under them. */
  readonly abandoned: ReadonlySet<string>;
}

/** One completion as an orchestrator sees it: valid, by canonical name, not a backfill that triggers nothing. */
export interface CompletionEvent extends Asker {
  readonly received_at: string;
  readonly message_id: string;
  readonly game_date: string;
  readonly run: number;
  readonly processor: string;
  readonly execution_id: string;
  readonly correlation_id: string;
  readonly status: RunStatus;
  /** When the processor ended, from its message. */
  readonly completed_at: string;
  readonly backfill_mode: boolean;
  readonly backfill_reason: string | null;
}

/** A trigger that the asker now holds the claim of, and must publish as it is. */
export interface HeldTrigger {
  readonly entry: string;
  readonly message: Phase4Trigger;
}

/** What the asker is to do: publish these in this order; the others are being published elsewhere. */
export interface Effect {
  readonly publish: readonly HeldTrigger[];
  readonly in_flight: readonly { readonly entry: string; readonly until: string }[];
}

/**
 * Decide what one completion does to its game_date and run.
 *
 * The commit that completes the set of a level stores the trigger and gives its publish to whoever committed; any later
 * delivery, also a duplicate, takes over a publish that nobody holds. One commit may make several levels due: they are
 * published in order of level.
 *
 * @param state  what is recorded; `undefined` before the first completion.
 * @returns      the next state, the same object when nothing changes, and what to publish. Same input, same output.
 * @see requirements FANIN-001 to FANIN-013, CASC-001 to CASC-005
 */
export function decideCompletion(
  state: CompletionState | undefined,
  event: CompletionEvent,
  orchestrator: Orchestrator,
): readonly [CompletionState, Effect] {
  const recorded = recordCompletion(state ?? {}, event, orchestrator);
  return claimPublishes(addDueTriggers(recorded, event, orchestrator), event, orchestrator);
}

/**
 * Decide which pending triggers the asker may publish: those that nobody holds, or whose claim has expired.
 */
export function claimPublishes(
  state: CompletionState,
  asker: Asker,
  orchestrator: Orchestrator,
): readonly [CompletionState, Effect] {
  let next = state;
  const publish: HeldTrigger[] = [];
  const in_flight: { entry: string; until: string }[] = [];
  for (const { entry } of orchestrator.levels) {
    const trigger = triggerOf(state, entry);
    if (trigger === undefined || trigger.status === 'published') continue;
    const { message, claim_expires_at } = trigger;
    if (trigger.claimed_by === asker.claimant) {
      // Already ours: the commit was made and its answer was lost.
      publish.push({ entry, message });
    } else if (isHeld(trigger, asker)) {
      in_flight.push({ entry, until: claim_expires_at ?? '' });
    } else {
      next = { ...next, [entry]: claim(trigger, asker) };
      publish.push({ entry, message });
    }
  }
  return [next, { publish, in_flight }];
}

/**
 * Decide what a confirmed publish changes. Recording it late, or twice, is harmless: the first record stays.
 */
export function decidePublished(
  state: CompletionState | undefined,
  confirmed: { readonly entry: string; readonly now: string; readonly message_id: string | null },
): readonly [CompletionState | undefined, null] {
  const trigger = state === undefined ? undefined : triggerOf(state, confirmed.entry);
  if (trigger === undefined || trigger.status === 'published') return [state, null];
  const published: TriggerRecord = {
    ...trigger,
    status: 'published',
    claimed_by: null,
    claim_expires_at: null,
    published_at: confirmed.now,
    message_id: confirmed.message_id,
  };
  return [{ ...state, [confirmed.entry]: published }, null];
}

/**
 * Decide what a release changes: whatever the claimant still holds is free for the next delivery.
 *
 * @returns with whether there was something to release; if not, its commit may still come in late.
 */
export function decideReleased(
  state: CompletionState | undefined,
  claimant: string,
  orchestrator: Orchestrator,
): readonly [CompletionState | undefined, boolean] {
  let next = state;
  for (const { entry } of orchestrator.levels) {
    const trigger = state === undefined ? undefined : triggerOf(state, entry);
    if (trigger?.claimed_by !== claimant) continue;
    next = { ...next, [entry]: { ...trigger, claimed_by: null, claim_expires_at: null } };
  }
  return [next, next !== state];
}

/**
 * List the processors that a date still waits for, and the time of the last completion; undefined when for none.
 *
 * A date of which every processor of the first level has said no_data has no games: nobody is waited for, although later data
 * would be counted.
 */
export function findMissing(
  state: CompletionState,
  orchestrator: Orchestrator,
): { readonly missing: readonly string[]; readonly since: string | null } | undefined {
  const open = orchestrator.levels.filter(({ entry }) => triggerOf(state, entry) === undefined);
  const missing = new Set(
    open.flatMap(({ waits_for }) => waits_for.filter((name) => !counts(state, name, orchestrator))),
  );
  if (missing.size === 0 || hasNoGames(state, orchestrator)) return undefined;
  const times = Object.keys(state).flatMap((name) => recordOf(state, name)?.completed_at ?? []);
  return { missing: [...missing], since: times.toSorted(byTime).at(-1) ?? null };
}

function hasNoGames(state: CompletionState, { levels: [first] }: Orchestrator): boolean {
  return first?.waits_for.every((name) => recordOf(state, name)?.status === 'no_data') ?? false;
}

function recordCompletion(
  state: CompletionState,
  event: CompletionEvent,
  orchestrator: Orchestrator,
): CompletionState {
  const { completed_at, correlation_id, execution_id, status, backfill_mode, backfill_reason } = event;
  const incoming = { completed_at, correlation_id, execution_id, status, backfill_mode, backfill_reason };
  const recorded = recordOf(state, event.processor);
  if (recorded !== undefined && !replaces(incoming, recorded, orchestrator)) return state;
  return { ...state, [event.processor]: incoming };
}

/** A counting record stays for good. Among the others the later run is remembered, whatever came first. */
function replaces(incoming: CompletionRecord, recorded: CompletionRecord, { counts }: Orchestrator): boolean {
  if (counts.includes(recorded.status)) return false;
  if (counts.includes(incoming.status)) return true;
  const order = byTime(incoming.completed_at, recorded.completed_at);
  return order > 0 || (order === 0 && incoming.execution_id > recorded.execution_id);
}

function addDueTriggers(
  state: CompletionState,
  event: CompletionEvent,
  orchestrator: Orchestrator,
): CompletionState {
  let next = state;
  for (const level of orchestrator.levels) {
    if (triggerOf(next, level.entry) !== undefined) continue;
    if (!level.waits_for.every((name) => counts(state, name, orchestrator))) continue;
    const upstream = level.waits_for.flatMap((name) => {
      const record = recordOf(state, name);
      return record === undefined ? [] : [[name, record] as const];
    });
    const message = buildTrigger(orchestrator, level, { ...event, upstream });
    next = { ...next, [level.entry]: pendingTrigger(message, event.now) };
  }
  return next;
}

function claim(trigger: TriggerRecord, asker: Asker): TriggerRecord {
  const expires_ms = Date.parse(asker.now) + asker.publish_claim_seconds * 1000;
  return {
    ...trigger,
    claimed_by: asker.claimant,
    claim_expires_at: new Date(expires_ms).toISOString(),
  };
}

function isHeld({ claimed_by, claim_expires_at }: TriggerRecord, asker: Asker): boolean {
  if (claimed_by === null || claim_expires_at === null || asker.abandoned.has(claimed_by)) return false;
  return byTime(claim_expires_at, asker.now) > 0;
}

function counts(state: CompletionState, processor: string, orchestrator: Orchestrator): boolean {
  const record = recordOf(state, processor);
  return record !== undefined && orchestrator.counts.includes(record.status);
}

function byTime(a: string, b: string): number {
  return Date.parse(a) - Date.parse(b);
}
