import type { Problem } from '../../generated/problems.ts';
import { PipelineError } from '../errors/pipeline-error.ts';
import { shapeOf } from '../errors/shape.ts';

/**
 * Make the error for a call whose values are not what the contract says. The answer quotes them, for the caller; the
 * log says of what kind they are, and names no field that the contract does not know.
 *
 * @param where  what was read, `the body of POST /start`.
 * @param next   what the caller should do, `correct the body`.
 */
export function invalidRequest(where: string, problems: readonly Problem[], next: string): PipelineError {
  const sentence = (told: readonly Problem[]): string =>
    `${where}: ${told.map(({ field, expected, got }) => `${field} must be ${expected}, got ${got}`).join('; ')}; ${next}`;
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
