import { RefusedError } from './errors.ts';

/** Words in a project id that say that it is not production. */
const HARMLESS = ['staging', 'stage', 'dev', 'test', 'demo', 'sandbox', 'qa', 'preview'];
/** Words that say that it is. */
const HARMFUL = ['prod', 'production', 'live'];

/**
 * Refuse a project that looks like production: one that says so, or does not say that it is something else.
 *
 * @param stated  true when the caller stated that the project is meant nevertheless.
 * @throws {RefusedError} naming the flag.
 */
export function requireHarmless(project: string, stated: boolean): void {
  const words = project.split('-');
  const harmless =
    words.some((word) => HARMLESS.includes(word)) && !words.some((word) => HARMFUL.includes(word));
  if (harmless || stated) return;
  throw new RefusedError(
    `${project} looks like production: its id has none of ${HARMLESS.join(', ')}; add --production if it is meant`,
  );
}
