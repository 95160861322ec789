import type { ProcessDateRequest, ProcessorRunHistory } from '../../generated/models.ts';
import { ORCHESTRATORS } from '../../generated/topology.ts';
import { businessDate } from '../calendar/calendar.ts';
import { PipelineError } from '../errors/pipeline-error.ts';
import { isScheduler, readBody } from '../http/request.ts';
import { combineBackfill, type Received } from '../message/cause.ts';
import type { HttpRequest, Warehouse } from '../ports/ports.ts';
import { preferLive } from '../runs/inputs.ts';

/** One call of POST /process-date, with every default filled in. */
export interface ProcessDateCall {
  readonly level: number;
  readonly game_date: string;
  readonly run: number;
  readonly trigger_source: 'scheduler' | 'manual';
}

/** What a call may do: run these processors for this cause, or wait for those. */
export type LevelDecision =
  | {
      readonly outcome: 'due';
      readonly processors: readonly string[];
      readonly cause: Received<unknown>['cause'];
    }
  | { readonly outcome: 'waiting'; readonly missing: readonly string[] };

/**
 * Read the body of POST /process-date. Without a date it means today in Pacific time.
 *
 * @throws {PipelineError} INVALID_JSON; INVALID_REQUEST naming each wrong field.
 * @see asyncapi.yaml#/components/schemas/ProcessDateRequest
 */
export function readProcessDateCall(request: HttpRequest, now: Date): ProcessDateCall {
  const body = readBody<ProcessDateRequest>(request, 'ProcessDateRequest');
  const { level, game_date = businessDate(now), run = 1 } = body;
  return { level, game_date, run, trigger_source: isScheduler(request) ? 'scheduler' : 'manual' };
}

/** Read the runs of a date that a level may wait for, in the order in which they ended. */
export async function upstreamRuns(
  warehouse: Warehouse,
  { game_date, run }: ProcessDateCall,
): Promise<readonly ProcessorRunHistory[]> {
  const [analytics, precompute] = await Promise.all([
    warehouse.runs({ phase: 'phase_3_analytics', game_date, run }),
    warehouse.runs({ phase: 'phase_4_precompute', game_date, run }),
  ]);
  return [...analytics, ...precompute];
}

/**
 * Decide whether a level may run without its trigger. The order of the levels holds here too: what a level waits for
 * must have ended in a run that counts, so the clock can come early and nothing is computed from half of its inputs.
 * A date that was only loaded as history is computed and triggers nobody.
 *
 * The run that ended last stands in for the orchestrator as the cause, so that a trace leads on.
 *
 * @param runs  of Phases 3 and 4 for the date and run of the call.
 */
export function decideLevel(call: ProcessDateCall, runs: readonly ProcessorRunHistory[]): LevelDecision {
  const { waits_for, runs: processors, counts } = ruleOfLevel(call.level);
  const counting = preferLive(runs).filter((run) => counts.some((status) => status === run.status));
  const upstream = waits_for.flatMap(
    (name) => counting.findLast(({ processor_name }) => processor_name === name) ?? [],
  );
  const missing = waits_for.filter((name) => !upstream.some((run) => run.processor_name === name));
  const [last] = [...upstream].sort((a, b) => Date.parse(b.finished_at) - Date.parse(a.finished_at));
  if (last === undefined || missing.length > 0) return { outcome: 'waiting', missing };
  const { game_date, run, trigger_source } = call;
  return {
    outcome: 'due',
    processors,
    cause: {
      processor: last.processor_name,
      execution_id: last.execution_id,
      correlation_id: last.correlation_id,
      game_date,
      run,
      trigger_source,
      message_id: null,
      skip_downstream_trigger: last.skip_downstream_trigger,
      ...combineBackfill(upstream),
    },
  };
}

interface LevelRule {
  readonly waits_for: readonly string[];
  readonly runs: readonly string[];
  readonly counts: readonly string[];
}

function ruleOfLevel(level: number): LevelRule {
  const rules = Object.values(ORCHESTRATORS).flatMap(({ levels, counts }) =>
    levels.map((one) => ({ ...one, counts })),
  );
  const rule = rules.find((one) => one.level === level);
  if (rule !== undefined) return rule;
  throw new PipelineError(
    'INVALID_CONFIGURATION',
    `expected cascade level ${level} under x-orchestrators, found none; correct the contract`,
  );
}
