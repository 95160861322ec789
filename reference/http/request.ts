import type { Problem } from '../../generated/problems.ts';
import { type SchemaName, validate } from '../../generated/validation.ts';
import { NESTING_MAX, nestingOf } from '../errors/nesting.ts';
import { PipelineError } from '../errors/pipeline-error.ts';
import { shapeOf } from '../errors/shape.ts';
import type { HttpRequest, Json } from '../ports/ports.ts';

/**
 * Read the JSON body of a call; an empty one is `{}`.
 *
 * Unknown fields are refused: a mistyped game_date would otherwise start today's batch.
 *
 * @throws {PipelineError} INVALID_JSON; INVALID_REQUEST with every wrong field.
 */
export function readBody<Body extends object>(request: HttpRequest, schema: SchemaName): Body {
  const body = readJsonBody(request);
  requireValid(schema, body, bodyOf(request));
  return body as unknown as Body;
}

/**
 * Parse a JSON request body; an empty one is `{}`, whatever its content type, since schedulers send none.
 *
 * @throws {PipelineError} INVALID_JSON when there is a body that is not JSON.
 */
export function readJsonBody(request: HttpRequest): Json {
  const text = request.body.toString('utf8');
  if (text.trim() === '') return {};
  const nesting = nestingOf(text);
  if (nesting > NESTING_MAX) {
    throw new PipelineError(
      'INVALID_JSON',
      `expected a JSON body on ${request.method} ${request.path} with brackets nested at most ${NESTING_MAX} deep, got ${nesting}; correct the body`,
      { path: request.path, nesting },
    );
  }
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    throw new PipelineError(
      'INVALID_JSON',
      `expected a JSON body on ${request.method} ${request.path}, got ${request.body.length} bytes that are not JSON; correct the body`,
      { path: request.path },
      cause,
    );
  }
}

/** Tell whether Cloud Scheduler calls; it says so in a header, as every job of the contract does. */
export function isScheduler(request: HttpRequest): boolean {
  return request.headers['x-cloudscheduler']?.toLowerCase() === 'true';
}

/** Name the body of a call, as errors do. */
export function bodyOf({ method, path }: HttpRequest): string {
  return `the body of ${method} ${path}`;
}

/**
 * Check one value of a call against the contract.
 *
 * @param where  what was read, `the query parameter run`.
 * @throws {PipelineError} INVALID_REQUEST with every wrong field.
 */
export function requireValid(schema: SchemaName, value: unknown, where: string): void {
  const problems = validate(schema, 'send', value);
  if (problems.length > 0) throw invalidRequest(where, problems);
}

/**
 * Make the error for a call whose values are not what the contract says. The answer quotes them, for the caller; the
 * log says of what kind they are, and names no field that the contract does not know.
 */
export function invalidRequest(where: string, problems: readonly Problem[]): PipelineError {
  const sentence = (told: readonly Problem[]): string =>
    `${where}: ${told.map(({ field, expected, got }) => `${field} must be ${expected}, got ${got}`).join('; ')}; correct it and call again`;
  const shapes = problems.map(({ field, expected, got }) => ({
    field: expected === UNKNOWN ? 'an unknown field' : field,
    expected,
    got: shapeOf(got),
  }));
  return new PipelineError(
    'INVALID_REQUEST',
    sentence(problems),
    { problems: shapes },
    undefined,
    sentence(shapes),
  );
}

/** What generated/problems.ts expects of a field that the contract does not know. */
const UNKNOWN = 'no field of this name';
