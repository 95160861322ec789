import type { ProcessorRunHistory } from '../../../generated/models.ts';
import { TOPIC } from '../../../generated/topology.ts';
import { buildCompletion, type FinishedRun } from '../../message/build.ts';
import { scrapedFilePath } from '../../message/legacy.ts';
import { registered } from '../../runs/output.ts';

/** A message and its topic. */
export interface Announcement {
  readonly topic: string;
  readonly message: Readonly<Record<string, unknown>>;
}

/** Where each phase announces its runs to the next step. */
const TOPICS: Readonly<Record<string, string>> = {
  phase_1_scrapers: TOPIC.phase1ScrapersComplete,
  phase_2_raw: TOPIC.phase2RawComplete,
  phase_3_analytics: TOPIC.phase3AnalyticsComplete,
  phase_4_precompute: TOPIC.phase4ProcessorComplete,
};

/**
 * Make the completion of a run again from its history row: the same execution_id, correlation_id, counts and times,
 * with `trigger_source: manual`, since a person sends it.
 *
 * @returns undefined for a phase whose runs are not announced one by one.
 * @see requirements IDEM-001 to IDEM-003, FANIN-002
 */
export function announceAgain(run: ProcessorRunHistory): Announcement | undefined {
  const topic = TOPICS[run.phase];
  if (topic === undefined) return undefined;
  return { topic, message: { ...buildCompletion(finishedRun(run), metadataOf(run)), ...legacyFields(run) } };
}

function finishedRun(run: ProcessorRunHistory): FinishedRun {
  return {
    phase: run.phase,
    processor: run.processor_name,
    output_dataset: run.output_dataset,
    output_table: run.output_table,
    execution_id: run.execution_id,
    started_at: run.started_at,
    finished_at: run.finished_at,
    cause: {
      processor: run.parent_processor,
      execution_id: null,
      correlation_id: run.correlation_id,
      game_date: run.game_date,
      run: run.run,
      trigger_source: 'manual',
      message_id: null,
      skip_downstream_trigger: run.skip_downstream_trigger,
      backfill_mode: run.backfill_mode,
      backfill_reason: run.backfill_reason,
    },
    status: run.status,
    record_count: run.record_count,
    records_failed: run.records_failed,
    error:
      run.error_type === null || run.error_message === null
        ? null
        : { error_type: run.error_type, error_message: run.error_message },
    upstream: run.upstream,
  };
}

function metadataOf(run: ProcessorRunHistory): object {
  switch (run.phase) {
    case 'phase_1_scrapers':
      return {};
    case 'phase_4_precompute':
      return {
        level: registered('phase_4_precompute', run.processor_name).level,
        upstream: run.upstream,
        ...(run.players_total === undefined
          ? {}
          : {
              players_ready: run.players_ready,
              players_total: run.players_total,
              players_failed: run.players_failed,
            }),
      };
    default:
      return { upstream: run.upstream };
  }
}

/** Phase 1 speaks both formats. */
function legacyFields({ phase, processor_name, game_date, execution_id }: ProcessorRunHistory): object {
  if (phase !== 'phase_1_scrapers') return {};
  return {
    name: processor_name,
    scraper_name: processor_name,
    gcs_path: scrapedFilePath(processor_name, game_date, execution_id),
    workflow: 'manual_collection',
  };
}
