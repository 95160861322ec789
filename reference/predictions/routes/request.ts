import { businessDate } from '../../calendar/calendar.ts';
import { requireValid } from '../../http/request.ts';
import type { HttpRequest } from '../../ports/ports.ts';
import type { BatchAddress } from '../batch/address.ts';

/** Complete the address of a call: without a date it means today in Pacific time, without a run the first. */
export function addressOf(
  asked: { readonly game_date?: string; readonly run?: number },
  now: Date,
): BatchAddress {
  return { game_date: asked.game_date ?? businessDate(now), run: asked.run ?? 1 };
}

/**
 * Read the address from the query of a call.
 *
 * @throws {PipelineError} INVALID_REQUEST when game_date or run is not what the contract says.
 */
export function addressOfQuery(query: HttpRequest['query'], now: Date): BatchAddress {
  const { game_date, run } = query;
  if (game_date !== undefined) requireValid('GameDate', game_date, 'the query parameter game_date');
  if (run !== undefined) requireValid('RunNumber', run === '' ? run : Number(run), 'the query parameter run');
  return addressOf(
    { ...(game_date !== undefined && { game_date }), ...(run !== undefined && { run: Number(run) }) },
    now,
  );
}
