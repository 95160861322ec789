import { STATE } from '../../../generated/topology.ts';
import { validate } from '../../../generated/validation.ts';

/** A document of some length is told by its first problems. */
const PROBLEMS_MAX = 3;

/**
 * Say what is wrong with a stored document of the contract.
 *
 * @param path  below `…/documents/`, such as `processor_run_history/5f0c…`.
 * @returns     undefined for a document that can be read, and for one that the contract does not describe.
 */
export function problemOf(path: string, value: unknown): string | undefined {
  const segments = path.split('/');
  const found = Object.values(STATE).find((state) => {
    const pattern = state.path.split('/');
    return (
      pattern.length === segments.length &&
      pattern.every((part, index) => part.includes('{') || part === segments[index])
    );
  });
  if (found === undefined) return undefined;
  const problems = validate(found.schema, 'receive', value);
  if (problems.length === 0) return undefined;
  const told = problems
    .slice(0, PROBLEMS_MAX)
    .map(({ field, expected, got }) => `${field} must be ${expected}, got ${got}`);
  const more = problems.length > PROBLEMS_MAX ? [`and ${problems.length - PROBLEMS_MAX} more`] : [];
  return [...told, ...more].join('; ');
}
