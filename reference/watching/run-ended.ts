import type { ProcessorRunHistory } from '../../generated/models.ts';
import type { Ports } from '../ports/ports.ts';
import { logEvent } from './log-event.ts';
import { raiseAlert } from './raise-alert.ts';

/** Log that a run is committed, and warn when it lost a part of its records. */
export function logRunEnded(ports: Pick<Ports, 'log' | 'alerts'>, history: ProcessorRunHistory): void {
  const { phase, processor_name, status, record_count, records_failed } = history;
  const { correlation_id, game_date, run, execution_id, started_at, finished_at } = history;
  const level = status === 'failed' ? 'error' : 'info';
  logEvent(ports.log, level, 'run_ended', `${processor_name} ended ${status} with ${record_count} records`, {
    phase,
    processor_name,
    status,
    duration_seconds: Math.max(0, Date.parse(finished_at) - Date.parse(started_at)) / 1000,
    correlation_id,
    game_date,
    run,
    execution_id,
  });
  if (status !== 'partial') return;
  raiseAlert(ports, {
    severity: 'warning',
    alert: 'phase_partial',
    sentence: `expected ${processor_name} to keep every record of ${game_date}, got ${records_failed} failed beside ${record_count}; the date goes on with the rest`,
    game_date,
    run,
    correlation_id,
    fields: { phase, processor_name, execution_id, records_failed },
  });
}
