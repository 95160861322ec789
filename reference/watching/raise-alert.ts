import type { AlertNotice, Ports } from '../ports/ports.ts';
import { logEvent } from './log-event.ts';

/**
 * Raise an alert: one log line that carries `alert` and `alert_severity`, and a notice for the channels, which are told
 * in the background: the work that raises it is neither delayed nor failed by a channel.
 */
export function raiseAlert({ log, alerts }: Pick<Ports, 'log' | 'alerts'>, notice: AlertNotice): void {
  const { severity, alert, sentence, game_date, run, correlation_id, fields } = notice;
  const level = severity === 'critical' ? 'error' : severity === 'warning' ? 'warn' : 'info';
  logEvent(log, level, 'alert_raised', sentence, {
    ...fields,
    alert,
    alert_severity: severity,
    correlation_id,
    game_date,
    run,
  });
  alerts.send(notice);
}
