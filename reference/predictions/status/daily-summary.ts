import type { Ports } from '../../ports/ports.ts';
import { logEvent } from '../../watching/log-event.ts';
import { sendAlert } from './alert.ts';
import type { BatchStatus } from './decide-status.ts';

/** Say how the day stands, as a line that metrics count and as an alert for information. */
export function sendDailySummary(ports: Pick<Ports, 'log' | 'alerts'>, status: BatchStatus): void {
  const { game_date, run, state, sla, coverage_percent, players_completed, players_requested } = status;
  const sentence =
    sla === 'none'
      ? `${game_date}: the list of games is empty, so nobody is to be predicted`
      : `${game_date}: batch ${state}, ${players_completed} of ${players_requested} players predicted (${coverage_percent} %), deadline ${sla}`;
  logEvent(ports.log, 'info', 'daily_summary', sentence, {
    phase: 'phase_5_predictions',
    status: state,
    coverage_percent,
    sla,
    game_date,
    run,
  });
  const fields = { game_date, run, correlation_id: null, coverage_percent, sla };
  sendAlert(ports, { severity: 'info', alert: 'daily_summary', sentence, fields });
}
