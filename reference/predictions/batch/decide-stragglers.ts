import type { PredictionPlayer } from '../../../generated/models.ts';
import { isOpen } from './decide-player.ts';

/** Hold whom a retry asks, and whom it gives up; both in order of player_lookup. */
export interface Stragglers {
  readonly request: readonly string[];
  readonly withdraw: readonly string[];
}

/**
 * Decide who is behind: everybody ready now whom the batch has no prediction of.
 *
 * That includes players never asked because their publish failed, asked without an answer, failed, and ready only
 * since the batch began. An open player who is ready no longer is withdrawn.
 *
 * @param ready    player_lookup of everybody who is ready now and whom the batch wants.
 * @param players  the batch's own player documents, and no other batch's.
 * @see requirement COORD-009
 */
export function decideStragglers(ready: readonly string[], players: readonly PredictionPlayer[]): Stragglers {
  const completed = new Set(
    players.filter((player) => player.state === 'completed').map((player) => player.player_lookup),
  );
  const wanted = new Set(ready);
  return {
    request: [...wanted].filter((player_lookup) => !completed.has(player_lookup)).sort(),
    withdraw: players
      .filter((player) => isOpen(player) && !wanted.has(player.player_lookup))
      .map((player) => player.player_lookup)
      .sort(),
  };
}
