import type {
  CompletionRecord,
  Phase4Trigger,
  ProcessorRunHistory,
  TriggerRecord,
} from '../../../generated/models.ts';
import type { Asker } from '../../orchestration/decide.ts';
import {
  type CompletionState,
  type Level,
  type Orchestrator,
  recordOf,
  triggerOf,
} from '../../orchestration/state.ts';
import { buildTrigger, pendingTrigger } from '../../orchestration/trigger.ts';

/** An operator's wish to send the trigger of a level past its orchestrator. */
export interface OverrideWish extends Asker {
  readonly game_date: string;
  readonly run: number;
  readonly level: Level;
  /** Finished runs of the date and run, oldest first; they stand in for completions that were never counted. */
  readonly history: readonly ProcessorRunHistory[];
  /** Send a trigger that is out already once more, as it was. */
  readonly again: boolean;
  /** Send although some of what the level waits for is missing. */
  readonly incomplete: boolean;
}

/** What comes of it. `missing`: processors without a run that counts, left out of the trigger. */
export type OverrideEffect =
  | { readonly kind: 'send'; readonly message: Phase4Trigger; readonly missing: readonly string[] }
  | { readonly kind: 'refused'; readonly sentence: string };

/**
 * Decide what sending a level's trigger past its orchestrator does to the orchestrator's own document.
 *
 * | on record | wish | outcome |
 * |---|---|---|
 * | published | again | sent once more, unchanged; the record stays |
 * | published | | refused |
 * | pending, claim live | | refused: its holder is sending it |
 * | pending | | claimed and sent, unchanged |
 * | none, all have run | | built, recorded, claimed and sent |
 * | none, some have not run | incomplete | the same with those that have |
 * | none, some have not run | | refused, naming them |
 *
 * The execution_id is the one that the orchestrator would use, and the record is the one that it looks for: it can
 * never send a second one.
 *
 * @see requirements FANIN-009, FANIN-013, CASC-004
 */
export function decideOverride(
  state: CompletionState | undefined,
  wish: OverrideWish,
  orchestrator: Orchestrator,
): readonly [CompletionState | undefined, OverrideEffect] {
  const { entry } = wish.level;
  const trigger = triggerOf(state ?? {}, entry);
  if (trigger === undefined) return buildFromHistory(state ?? {}, wish, orchestrator);
  if (trigger.status === 'published') {
    return [state, wish.again ? send(trigger.message) : refuse(sentAlready(trigger, wish))];
  }
  if (trigger.claimed_by !== wish.claimant && isHeld(trigger, wish)) {
    return [
      state,
      refuse(
        `${entry} of ${wish.game_date} is being published by ${trigger.claimed_by} until ${trigger.claim_expires_at}; look again after that`,
      ),
    ];
  }
  return [{ ...state, [entry]: claimed(trigger, wish) }, send(trigger.message)];
}

function buildFromHistory(
  state: CompletionState,
  wish: OverrideWish,
  orchestrator: Orchestrator,
): readonly [CompletionState | undefined, OverrideEffect] {
  const { level, history, game_date, run, now } = wish;
  const records = level.waits_for.flatMap((name) => {
    const record = countingRecord(name, state, history, orchestrator);
    return record === undefined ? [] : [[name, record] as const];
  });
  const known = records.map(([name]) => name);
  const missing = level.waits_for.filter((name) => !known.includes(name));
  const last = records.at(-1)?.[0];
  if (last === undefined || (missing.length > 0 && !wish.incomplete)) {
    const hint =
      last === undefined
        ? 'there is nothing that it could read'
        : 'run them first, or add --incomplete to go on without what they would have written';
    return [state, refuse(`level ${level.level} waits for ${missing.join(', ')}: ${hint}`)];
  }
  const built = buildTrigger(orchestrator, level, {
    game_date,
    run,
    received_at: now,
    now,
    processor: last,
    message_id: '',
    upstream: records,
  });
  const message: Phase4Trigger = { ...built, trigger_source: 'manual', trigger_message_id: null };
  const next = {
    ...state,
    ...Object.fromEntries(records),
    [level.entry]: claimed(pendingTrigger(message, now), wish),
  };
  return [next, { kind: 'send', message, missing }];
}

/** What the orchestrator has counted, else the last run that would have counted. */
function countingRecord(
  name: string,
  state: CompletionState,
  history: readonly ProcessorRunHistory[],
  { counts }: Orchestrator,
): CompletionRecord | undefined {
  const recorded = recordOf(state, name);
  if (recorded !== undefined && counts.includes(recorded.status)) return recorded;
  const run = history.findLast(
    ({ processor_name, status, skip_downstream_trigger }) =>
      processor_name === name && counts.includes(status) && !skip_downstream_trigger,
  );
  if (run === undefined) return undefined;
  const { correlation_id, execution_id, status, backfill_mode, backfill_reason } = run;
  return {
    completed_at: run.finished_at,
    correlation_id,
    execution_id,
    status,
    backfill_mode,
    backfill_reason,
  };
}

function claimed(trigger: TriggerRecord, { now, claimant, publish_claim_seconds }: Asker): TriggerRecord {
  const expires_ms = Date.parse(now) + publish_claim_seconds * 1000;
  return { ...trigger, claimed_by: claimant, claim_expires_at: new Date(expires_ms).toISOString() };
}

function isHeld({ claimed_by, claim_expires_at }: TriggerRecord, { now }: Asker): boolean {
  if (claimed_by === null || claim_expires_at === null) return false;
  return Date.parse(claim_expires_at) > Date.parse(now);
}

function sentAlready(
  { published_at, message_id }: TriggerRecord,
  { game_date, level }: OverrideWish,
): string {
  return `${level.entry} of ${game_date} was published at ${published_at} (message ${message_id}); add --again to send it once more, unchanged: processors that have finished ignore it`;
}

function send(message: Phase4Trigger): OverrideEffect {
  return { kind: 'send', message, missing: [] };
}

function refuse(sentence: string): OverrideEffect {
  return { kind: 'refused', sentence };
}
