import type { ProcessorRunHistory } from '../../generated/models.ts';

/** A finished run as the warehouse keeps it: of a scraper, and good, unless a test says otherwise. */
export function runRow(changes: Partial<ProcessorRunHistory>): ProcessorRunHistory {
  return {
    execution_id: '5f0c2a9e-8d1b-4c63-9a57-0b1e2d3c4f5a',
    correlation_id: '5f0c2a9e-8d1b-4c63-9a57-0b1e2d3c4f5a',
    processor_name: 'nbac_injury_report',
    phase: 'phase_1_scrapers',
    game_date: '2024-01-15',
    run: 1,
    status: 'success',
    output_dataset: 'nba_raw',
    output_table: 'files',
    record_count: 3,
    records_failed: 0,
    started_at: '2024-01-15T10:00:00Z',
    finished_at: '2024-01-15T10:00:01Z',
    trigger_source: 'manual',
    trigger_message_id: null,
    parent_processor: null,
    skip_downstream_trigger: false,
    backfill_mode: false,
    backfill_reason: null,
    error_message: null,
    error_type: null,
    upstream: [],
    ...changes,
  };
}
