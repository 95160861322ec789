import { PipelineError } from '../errors/pipeline-error.ts';
import { knownSlateDates, loadSlate, replaySlate, type Slate } from '../figures/slate.ts';
import type { Settings } from '../ports/settings.ts';

/**
 * Open the figures of a game_date: its own, or those of the slate that the settings replay for every date.
 *
 * @throws {PipelineError} UNKNOWN_GAME_DATE naming the dates that have figures.
 */
export function openGameDate(
  game_date: string,
  settings: Pick<Settings, 'slate_replay_date' | 'slate_replay_games'>,
): Slate {
  const { slate_replay_date, slate_replay_games } = settings;
  const slate = loadSlate(slate_replay_date ?? game_date);
  if (slate === undefined) {
    const asked = slate_replay_date === null ? 'game_date' : 'SLATE_REPLAY_DATE';
    throw new PipelineError(
      'UNKNOWN_GAME_DATE',
      `${asked} must be a date with figures (${knownSlateDates().join(', ')}), got "${slate_replay_date ?? game_date}"; ask for one of these, or set SLATE_REPLAY_DATE to serve one for every date`,
      { game_date, slate_replay_date },
    );
  }
  return slate_replay_date === null ? slate : replaySlate(slate, game_date, slate_replay_games ?? undefined);
}
