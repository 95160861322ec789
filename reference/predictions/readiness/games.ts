import type { ProcessorRunHistory } from '../../../generated/models.ts';
import type { PROCESSORS } from '../../../generated/registry.ts';
import type { Ports } from '../../ports/ports.ts';
import type { BatchAddress } from '../batch/address.ts';

/** Who reads the list of games of a date: the scraper, and the raw table of its file. */
const LIST_OF_GAMES: readonly [
  keyof typeof PROCESSORS.phase_1_scrapers,
  keyof typeof PROCESSORS.phase_2_raw,
] = ['nbac_schedule', 'nbac_schedule_games'];

/**
 * Decide whether the list of games of a date says that it has no games, so that nobody is to be predicted.
 *
 * A list that nobody has read says nothing: its run was lost, and the date is as due as any other. One that listed games
 * once is believed, whatever an emptier one says later.
 *
 * @param runs  finished runs of one game_date and run, of any processor.
 */
export function decideNoGames(
  runs: readonly Pick<ProcessorRunHistory, 'processor_name' | 'status'>[],
): boolean {
  const statuses = runs
    .filter(({ processor_name }) => LIST_OF_GAMES.some((name) => name === processor_name))
    .map(({ status }) => status);
  const hasGames = statuses.includes('success') || statuses.includes('partial');
  return statuses.includes('no_data') && !hasGames;
}

/**
 * Look whether a date has no games.
 *
 * @throws {PipelineError} STORE_UNAVAILABLE when the store does not answer.
 */
export async function hasNoGames({ warehouse }: Ports, { game_date, run }: BatchAddress): Promise<boolean> {
  const read = LIST_OF_GAMES.map((processor_name) => warehouse.runs({ processor_name, game_date, run }));
  return decideNoGames((await Promise.all(read)).flat());
}
