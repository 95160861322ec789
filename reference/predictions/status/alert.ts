import { FEATURE_STORE } from '../../../generated/registry.ts';
import { READINESS } from '../../../generated/topology.ts';
import type { Ports } from '../../ports/ports.ts';
import { raiseAlert } from '../../watching/raise-alert.ts';
import type { BatchAddress } from '../batch/address.ts';
import type { Readiness } from '../readiness/decide-readiness.ts';

/** Describe one alert; `alert` is its fixed name, by which a log-based policy finds it. */
export interface Alert {
  readonly severity: 'critical' | 'warning' | 'info';
  readonly alert: 'insufficient_data' | 'degraded_start' | 'player_gap' | 'low_coverage' | 'daily_summary';
  readonly sentence: string;
  readonly fields: BatchAddress & { readonly correlation_id: string | null } & Readonly<
      Record<string, unknown>
    >;
}

/**
 * Send an alert: one structured log line that carries `alert` and `alert_severity`, and a notice by the channels that are
 * set up. docs/predictions.md lists them.
 */
export function sendAlert(ports: Pick<Ports, 'log' | 'alerts'>, alert: Alert): void {
  const { game_date, run, correlation_id } = alert.fields;
  raiseAlert(ports, { ...alert, game_date, run, correlation_id });
}

/**
 * Alert on what a readiness lacks: too few players (critical, once the feature store is complete), a degraded start
 * or a gap (both warnings). A feature store that is still on its way is no alert.
 */
export function alertReadiness(
  ports: Ports,
  address: BatchAddress,
  readiness: Readiness,
  correlation_id: string | null,
): void {
  const { players_ready, players_total, completed, verdict } = readiness;
  const counts = `${players_ready} of ${players_total} players are ready for ${address.game_date}`;
  const fields = { ...address, correlation_id, players_ready, players_total, completed };
  if (verdict === 'insufficient') {
    if (completed) sendInsufficientData(ports, address, readiness, correlation_id);
    return;
  }
  if (verdict === 'degraded') {
    const sentence = `${counts}, below ${READINESS.ready_percent_min} % and ${READINESS.ready_players_min} players; the batch goes on degraded`;
    sendAlert(ports, { severity: 'warning', alert: 'degraded_start', sentence, fields });
  }
  if (readiness.gap_warning) {
    const sentence = `${counts}; look up not_ready_reason in ${FEATURE_STORE}`;
    sendAlert(ports, { severity: 'warning', alert: 'player_gap', sentence, fields });
  }
}

/** Alert that a batch cannot start: nobody will have predictions unless an operator acts. */
export function sendInsufficientData(
  ports: Ports,
  address: BatchAddress,
  readiness: Readiness,
  correlation_id: string | null,
): void {
  const { players_ready, players_total, completed } = readiness;
  sendAlert(ports, {
    severity: 'critical',
    alert: 'insufficient_data',
    sentence: `expected at least ${READINESS.degraded_players_min} ready players for ${address.game_date}, got ${players_ready} of ${players_total} with the feature store ${completed ? 'completed' : 'not completed'}; repair Phase 4, then POST /start`,
    fields: { ...address, correlation_id, players_ready, players_total, completed },
  });
}
