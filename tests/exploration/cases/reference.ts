import {
  type Asker,
  claimPublishes,
  decideCompletion,
  decidePublished,
  decideReleased,
  type Effect,
} from '../../../reference/orchestration/decide.ts';
import {
  type CompletionState,
  type Orchestrator,
  type OrchestratorName,
  readOrchestrator,
  statePath,
} from '../../../reference/orchestration/state.ts';
import { type Component, type Context, commit, type Doing, publish, read } from '../models/cloud/calls.ts';
import { TRIGGER_TOPIC } from '../models/fan-in/component.ts';
import type { Completion, Level, Trigger } from '../models/fan-in/scenario.ts';

type Decide<Result> = (state: CompletionState | undefined) => readonly [CompletionState | undefined, Result];

const ATTEMPTS_MAX = 25;
const CLAIM_SECONDS = 60;
const NOTHING: Effect = { publish: [], in_flight: [] };

/** Put the reference's decisions into the model, with a shell as thin as the real one. */
export function createReference(
  name: OrchestratorName,
  dates: readonly string[],
): { readonly component: Component<Completion>; readonly levels: readonly Level[] } {
  const orchestrator = readOrchestrator(name);
  const known = new Set(orchestrator.levels.flatMap(({ waits_for }) => waits_for));
  return {
    levels: orchestrator.levels,
    component: {
      *handle(completion, context) {
        if (!known.has(completion.processor_name) || completion.skip_downstream_trigger) return true;
        const path = statePath(orchestrator, completion.game_date, 1);
        return yield* decideAndPublish(path, context, orchestrator, (state) =>
          decideCompletion(state, eventOf(completion, context), orchestrator),
        );
      },
      *sweep(context) {
        let settled = true;
        for (const game_date of dates) {
          const path = statePath(orchestrator, game_date, 1);
          const sent = yield* decideAndPublish(path, context, orchestrator, (state) =>
            state === undefined ? [state, NOTHING] : claimPublishes(state, askerOf(context), orchestrator),
          );
          settled = sent && settled;
        }
        return settled;
      },
    },
  };
}

/** Decides and commits, publishes what is held, records that, and frees what it could not publish. */
function* decideAndPublish(
  path: string,
  context: Context,
  orchestrator: Orchestrator,
  decide: Decide<Effect>,
): Doing<boolean> {
  const effect = yield* update(path, decide);
  let settled = effect !== undefined && effect.in_flight.length === 0;
  for (const { entry, message } of effect?.publish ?? []) {
    const { execution_id, game_date, correlation_id } = message;
    const trigger: Trigger = { execution_id, game_date, correlation_id, level: message.metadata.level };
    const sent = yield* publish(TRIGGER_TOPIC, trigger);
    const now = isoOf(context);
    const recorded =
      sent.ok && (yield* update(path, (state) => decidePublished(state, { entry, now, message_id: null })));
    settled = settled && recorded === null;
    if (recorded !== null) break;
  }
  if (settled || (effect !== undefined && effect.publish.length === 0)) return settled;
  abandonedOf(context).add(context.holder);
  yield* update(path, (state) => decideReleased(state, context.holder, orchestrator));
  return false;
}

/** Compare-and-set until it works; undefined when the store does not answer. */
function* update<Result>(path: string, decide: Decide<Result>): Doing<Result | undefined> {
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
    const found = yield* read(path);
    if (!found.ok) return undefined;
    const state = found.value as CompletionState | undefined;
    const [next, result] = decide(state);
    if (next === state || next === undefined) return result;
    const done = yield* commit(path, next, found.version);
    if (done.ok) return result;
    if (done.code !== 'FAILED_PRECONDITION' && done.code !== 'ABORTED') return undefined;
  }
  return undefined;
}

function eventOf(completion: Completion, context: Context) {
  return {
    ...askerOf(context),
    received_at: isoOf(context),
    message_id: context.message_id,
    game_date: completion.game_date,
    run: 1,
    processor: completion.processor_name,
    execution_id: completion.execution_id,
    correlation_id: completion.correlation_id,
    status: completion.status,
    completed_at: '2024-01-15T11:00:00.000Z',
    backfill_mode: false,
    backfill_reason: null,
  };
}

function askerOf(context: Context): Asker {
  return {
    now: isoOf(context),
    claimant: context.holder,
    publish_claim_seconds: CLAIM_SECONDS,
    abandoned: abandonedOf(context),
  };
}

/** What this instance remembers of claims that it could not release; gone with the instance. */
function abandonedOf({ memory }: Context): Set<string> {
  const known = memory.get('abandoned');
  if (known instanceof Set) return known;
  const abandoned = new Set<string>();
  memory.set('abandoned', abandoned);
  return abandoned;
}

function isoOf(context: Context): string {
  return new Date(context.nowMs()).toISOString();
}
