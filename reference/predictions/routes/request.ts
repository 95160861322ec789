import { type SchemaName, validate } from '../../../generated/validation.ts';
import { invalidRequest } from '../../http/invalid-request.ts';
import { readJsonBody } from '../../http/route.ts';
import type { HttpRequest } from '../../ports/ports.ts';
import type { BatchAddress } from '../batch/address.ts';
import { businessDate } from '../readiness/calendar.ts';

/**
 * Read the JSON body of a call; an empty one is `{}`.
 *
 * Unknown fields are refused: a mistyped game_date would otherwise start today's batch.
 *
 * @throws {PipelineError} INVALID_JSON; INVALID_REQUEST with every wrong field.
 */
export function readBody<Body extends object>(request: HttpRequest, schema: SchemaName): Body {
  const body = readJsonBody(request);
  requireValid(schema, body, `the body of ${request.method} ${request.path}`);
  return body as unknown as Body;
}

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

/** Tell whether Cloud Scheduler calls; it says so in a header, as every job of the contract does. */
export function isScheduler(request: HttpRequest): boolean {
  return request.headers['x-cloudscheduler']?.toLowerCase() === 'true';
}

function requireValid(schema: SchemaName, value: unknown, where: string): void {
  const problems = validate(schema, 'send', value);
  if (problems.length > 0) throw invalidRequest(where, problems, 'correct it and call again');
}
