import {
  type Component,
  type Context,
  commit,
  type Doing,
  publish,
  type Refusal,
  read,
} from '../cloud/calls.ts';
import { type Completion, counts, type Level, type Trigger } from './scenario.ts';

/** What is recorded of one level of one date. */
interface TriggerEntry {
  readonly trigger: Trigger;
  /** The handling that owns the publish, until the lease is over. */
  readonly holder: string;
  readonly lease_until_ms: number;
  readonly published: boolean;
}

/** What is recorded of one date. */
interface FanInState {
  /** Execution id by canonical name. */
  readonly completed: Readonly<Record<string, string>>;
  readonly triggers: readonly TriggerEntry[];
}

type Change = (state: FanInState) => FanInState;

/** The topic that triggers go to. */
export const TRIGGER_TOPIC = 'nba-phase4-trigger';

const NOTHING: FanInState = { completed: {}, triggers: [] };
const PUBLISH_LEASE_MS = 60_000;
const ATTEMPTS_MAX = 20;

/**
 * Make a fan-in that keeps every promise: the model that the engine and its judges are proved on.
 *
 * Decide and commit under compare-and-set, publish what this handling owns, record that it is published, ack. Whoever
 * finds a publish in another's hands nacks until it is recorded or the lease is over.
 *
 * @param dates what the sweep looks at; a real one would query its collection.
 */
export function createFanIn(levels: readonly Level[], dates: readonly string[]): Component<Completion> {
  const names = new Set(levels.flatMap((level) => level.waits_for));
  return {
    *handle(completion, context) {
      if (!names.has(completion.processor_name) || !counts(completion)) return true;
      const path = pathOf(completion.game_date);
      return yield* settle(path, context, (state) => addCompletion(levels, state, completion, context));
    },
    *sweep(context) {
      let settled = true;
      for (const game_date of dates) {
        settled = (yield* settle(pathOf(game_date), context, (state) => state)) && settled;
      }
      return settled;
    },
  };
}

/** Name the document that a date is recorded in. */
export function pathOf(game_date: string): string {
  return `phase3_completion/${game_date}`;
}

/** Changes the record, takes over what nobody publishes, and publishes it; true when nothing is owed any more. */
function* settle(path: string, context: Context, change: Change): Doing<boolean> {
  const state = yield* update(path, (current) => claim(change(current), context));
  if (state === undefined) return false;
  for (const entry of state.triggers) {
    if (entry.published) continue;
    if (entry.holder !== context.holder) return false;
    const sent = yield* publish(TRIGGER_TOPIC, entry.trigger);
    if (!sent.ok) return false;
    const recorded = yield* update(path, (current) => markPublished(current, entry.trigger));
    if (recorded === undefined) return false;
  }
  return true;
}

/** Reads, changes and commits until nobody has come in between; undefined when the store does not let it. */
function* update(path: string, change: Change): Doing<FanInState | undefined> {
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
    const found = yield* read(path);
    if (!found.ok) return undefined;
    const state = (found.value as FanInState | undefined) ?? NOTHING;
    const next = change(state);
    if (next === state) return state;
    const done = yield* commit(path, next, found.version);
    if (done.ok) return next;
    if (!isWorthAnotherLook(done)) return undefined;
  }
  return undefined;
}

/** After a conflict the record is another; after an unknown outcome it says whether the commit was done. */
function isWorthAnotherLook({ code }: Refusal): boolean {
  return code !== 'UNAVAILABLE' && code !== 'PERMISSION_DENIED';
}

function addCompletion(
  levels: readonly Level[],
  state: FanInState,
  completion: Completion,
  context: Context,
): FanInState {
  if (completion.processor_name in state.completed) return state;
  const completed = { ...state.completed, [completion.processor_name]: completion.execution_id };
  const triggers = [...state.triggers];
  for (const { level, waits_for } of levels) {
    if (triggers.some(({ trigger }) => trigger.level === level)) continue;
    if (waits_for.some((name) => !(name in completed))) continue;
    triggers.push({
      trigger: {
        execution_id: `trigger-${completion.game_date}-${level}`,
        game_date: completion.game_date,
        level,
        correlation_id: completion.correlation_id,
      },
      holder: context.holder,
      lease_until_ms: context.nowMs() + PUBLISH_LEASE_MS,
      published: false,
    });
  }
  return { completed, triggers };
}

function claim(state: FanInState, context: Context): FanInState {
  const now_ms = context.nowMs();
  for (const entry of state.triggers) {
    if (isFree(entry, context.holder, now_ms))
      return { ...state, triggers: takeOver(state, context.holder, now_ms) };
  }
  return state;
}

function takeOver(state: FanInState, holder: string, now_ms: number): readonly TriggerEntry[] {
  return state.triggers.map((entry) =>
    isFree(entry, holder, now_ms) ? { ...entry, holder, lease_until_ms: now_ms + PUBLISH_LEASE_MS } : entry,
  );
}

function isFree(entry: TriggerEntry, holder: string, now_ms: number): boolean {
  return !entry.published && entry.holder !== holder && entry.lease_until_ms <= now_ms;
}

function markPublished(state: FanInState, { level }: Trigger): FanInState {
  if (state.triggers.every((entry) => entry.trigger.level !== level || entry.published)) return state;
  return {
    ...state,
    triggers: state.triggers.map((entry) =>
      entry.trigger.level === level ? { ...entry, published: true } : entry,
    ),
  };
}
