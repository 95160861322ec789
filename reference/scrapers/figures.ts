import { PipelineError } from '../errors/pipeline-error.ts';
import { dayBefore, type Known, knownAfter } from '../figures/known.ts';
import { simulatedSeasons } from '../figures/season/calendar.ts';
import { createSimulator } from '../figures/season/simulate.ts';
import { knownSlateDates, loadSlate } from '../figures/slate.ts';
import type { Settings } from '../ports/settings.ts';

/** Which figures a process serves. */
export type FiguresSettings = Pick<
  Settings,
  'slate_replay_date' | 'slate_replay_games' | 'simulated_seasons' | 'simulated_seed'
>;

/** Opens what is known before the first game of a date. */
export type OpenGameDate = (game_date: string) => Known;

/**
 * Make the source of figures of one process: simulated seasons, or a real slate after which its teams meet again. The slate
 * belongs to the day after its games, or to every date if the settings replay it.
 *
 * @throws {PipelineError} (the source) UNKNOWN_GAME_DATE naming the dates that have figures.
 */
export function createFigures(settings: FiguresSettings): OpenGameDate {
  const { slate_replay_date, slate_replay_games, simulated_seasons, simulated_seed } = settings;
  if (simulated_seasons !== null) {
    const seasons = simulatedSeasons(simulated_seasons);
    const simulate = createSimulator({ seed: simulated_seed, seasons });
    return (game_date) =>
      simulate(game_date) ?? refuse(game_date, `a date of the simulated seasons ${nameSeasons(seasons)}`);
  }
  return (game_date) => {
    const slate = loadSlate(slate_replay_date ?? dayBefore(game_date));
    if (slate === undefined) return refuse(game_date, describeSlates(slate_replay_date));
    return knownAfter(slate, game_date, slate_replay_games ?? undefined);
  };
}

/** List the dates that have real figures: the day after each slate. */
function knownGameDates(): readonly string[] {
  return knownSlateDates().map((date) => dayBefore(date, -1));
}

function nameSeasons(seasons: readonly number[]): string {
  return seasons.map((season) => `${season}-${String(season + 1).slice(2)}`).join(', ');
}

function describeSlates(slate_replay_date: string | null): string {
  if (slate_replay_date === null) return `a date with figures (${knownGameDates().join(', ')})`;
  return `any date, but SLATE_REPLAY_DATE must name a slate (${knownSlateDates().join(', ')})`;
}

function refuse(game_date: string, expected: string): never {
  throw new PipelineError(
    'UNKNOWN_GAME_DATE',
    `game_date must be ${expected}, got "${game_date}"; ask for one of these, set SIMULATED_SEASONS for invented seasons, or set SLATE_REPLAY_DATE to serve one slate for every date`,
    { game_date },
  );
}
