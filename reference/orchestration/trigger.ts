import type { CompletionRecord, Phase4Trigger, TriggerRecord } from '../../generated/models.ts';
import { buildCompletion, buildHistory, type FinishedRun } from '../message/build.ts';
import { combineBackfill } from '../message/cause.ts';
import { triggerExecutionId } from '../message/uuid.ts';
import type { Level, Orchestrator } from './state.ts';

/** What makes a level due: the delivery that completed it, and what it waited for. */
export interface DueLevel {
  readonly game_date: string;
  readonly run: number;
  /** When the completing delivery came, and when it was decided; ISO 8601 in UTC. */
  readonly received_at: string;
  readonly now: string;
  /** Canonical name of the processor whose completion was delivered. */
  readonly processor: string;
  readonly message_id: string;
  /** One record per name in `waits_for`, in that order. */
  readonly upstream: readonly (readonly [processor: string, record: CompletionRecord])[];
}

/**
 * Build the trigger of a level, once: it is stored and sent as it is, however often it is repeated.
 *
 * Its correlation_id is that of the completing run, which is one of the upstream; it is a backfill as soon as one of
 * them is.
 *
 * @see requirements FANIN-009, FANIN-010, CORR-003, CASC-004, BACK-003
 */
export function buildTrigger(orchestrator: Orchestrator, level: Level, due: DueLevel): Phase4Trigger {
  const completing = due.upstream.find(([processor]) => processor === due.processor) ?? due.upstream[0];
  const correlation_id = completing?.[1].correlation_id ?? '';
  const upstream = due.upstream.map(([processor, record]) => ({
    processor,
    execution_id: record.execution_id,
    correlation_id: record.correlation_id,
  }));
  const run: FinishedRun<'orchestration'> = {
    phase: 'orchestration',
    processor: orchestrator.name,
    output_dataset: orchestrator.dataset,
    output_table: orchestrator.table,
    execution_id: triggerExecutionId(orchestrator.name, due.game_date, due.run, level.level),
    started_at: due.received_at,
    finished_at: due.now,
    cause: {
      processor: due.processor,
      execution_id: completing?.[1].execution_id ?? null,
      correlation_id,
      game_date: due.game_date,
      run: due.run,
      trigger_source: 'pubsub',
      message_id: due.message_id,
      skip_downstream_trigger: false,
      ...combineBackfill(due.upstream.map(([, record]) => backfillOf(record))),
    },
    status: 'success',
    record_count: upstream.length,
    records_failed: 0,
    error: null,
    upstream,
  };
  return buildCompletion(run, { level: level.level, processors: level.runs, upstream });
}

/** Record a trigger as decided and not yet sent by anybody. */
export function pendingTrigger(message: Phase4Trigger, now: string): TriggerRecord {
  return {
    status: 'pending',
    execution_id: message.execution_id,
    decided_at: now,
    claimed_by: null,
    claim_expires_at: null,
    published_at: null,
    message_id: null,
    message,
  };
}

/** Build the history row of a trigger from the message as it was stored. */
export function triggerHistory(message: Phase4Trigger): ReturnType<typeof buildHistory> {
  const started_ms = Date.parse(message.timestamp) - message.duration_seconds * 1000;
  return buildHistory({
    phase: 'orchestration',
    processor: message.processor_name,
    output_dataset: message.output_dataset,
    output_table: message.output_table,
    execution_id: message.execution_id,
    started_at: new Date(started_ms).toISOString(),
    finished_at: message.timestamp,
    cause: {
      processor: message.parent_processor,
      execution_id: null,
      correlation_id: message.correlation_id,
      game_date: message.game_date,
      run: message.metadata.run ?? 1,
      trigger_source: message.trigger_source,
      message_id: message.trigger_message_id,
      skip_downstream_trigger: message.skip_downstream_trigger,
      backfill_mode: message.backfill_mode,
      backfill_reason: message.backfill_reason,
    },
    status: message.status,
    record_count: message.record_count,
    records_failed: message.records_failed,
    error: null,
    upstream: message.metadata.upstream,
  });
}

function backfillOf({ backfill_mode = false, backfill_reason = null }: CompletionRecord) {
  return { backfill_mode, backfill_reason };
}
