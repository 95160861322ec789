import { READINESS } from '../../../generated/topology.ts';

/** Describe how far Phase 4 has come for one game_date and run. */
export interface Phase4Progress {
  /** ml_feature_store_v2 has a finished run with status success or partial. */
  readonly completed: boolean;
  /** Some Phase 4 processor has finished, so that the feature store may be on its way. */
  readonly begun: boolean;
  readonly players_ready: number;
  readonly players_total: number;
}

/** Hold what the progress is worth; `percent_ready` is 0 to 100, and 0 when nobody is listed. */
export interface Readiness extends Phase4Progress {
  readonly verdict: 'ready' | 'degraded' | 'insufficient';
  readonly percent_ready: number;
  /** More players are missing than a healthy run leaves out; worth a look, never a reason to stop. */
  readonly gap_warning: boolean;
}

/**
 * Decide whether predictions may start.
 *
 * | feature store | ready players | verdict |
 * |---|---|---|
 * | completed | at least 80 % of those listed, or at least 100 | ready |
 * | completed | neither, but at least 50 | degraded |
 * | not completed | at least 50 | degraded |
 * | any | fewer than 50 otherwise | insufficient |
 *
 * @see asyncapi.yaml#/x-readiness
 */
export function decideReadiness(progress: Phase4Progress): Readiness {
  const { completed, players_ready, players_total } = progress;
  const missing = Math.max(0, players_total - players_ready);
  return {
    ...progress,
    verdict: verdict(completed, players_ready, players_total),
    percent_ready: players_total === 0 ? 0 : Math.min(100, (100 * players_ready) / players_total),
    gap_warning:
      missing > READINESS.gap_warning_players ||
      100 * missing > READINESS.gap_warning_percent * players_total,
  };
}

function verdict(completed: boolean, ready: number, total: number): Readiness['verdict'] {
  // Multiplied out, because a quotient such as 79.99999999999999 would miss the threshold by rounding alone.
  const enough_percent = total > 0 && 100 * ready >= READINESS.ready_percent_min * total;
  if (completed && (enough_percent || ready >= READINESS.ready_players_min)) return 'ready';
  return ready >= READINESS.degraded_players_min ? 'degraded' : 'insufficient';
}

/** Say what the backup start does with a readiness. */
export type BackupStart =
  | 'start'
  | 'start_degraded'
  | 'waiting_for_phase4'
  | 'no_games'
  | 'insufficient_data';

/**
 * Decide what `POST /start` does.
 *
 * | verdict | feature store | waited | Phase 4 begun | |
 * |---|---|---|---|---|
 * | ready | | | | start |
 * | degraded | | | | start_degraded |
 * | insufficient | completed | | | insufficient_data: no more will come by waiting |
 * | insufficient | not completed | yes | | insufficient_data: the wait is over |
 * | insufficient | not completed | no | yes | waiting_for_phase4: its own completion will trigger the batch |
 * | insufficient | not completed | no | no | insufficient_data: nothing is on its way |
 *
 * Insufficient is `no_games`, whatever else was found, when the list of games is empty and no player is listed: nobody has to act.
 *
 * @param found  `waited`: the call has waited for Phase 4 as long as it may; `no_games`: what the list of games says.
 * @see requirement COORD-006
 */
export function decideBackupStart(
  readiness: Readiness,
  { waited, no_games }: { readonly waited: boolean; readonly no_games: boolean },
): BackupStart {
  switch (readiness.verdict) {
    case 'ready':
      return 'start';
    case 'degraded':
      return 'start_degraded';
    case 'insufficient': {
      if (no_games && readiness.players_total === 0) return 'no_games';
      const on_its_way = readiness.begun && !readiness.completed && !waited;
      return on_its_way ? 'waiting_for_phase4' : 'insufficient_data';
    }
  }
}
