import { ENDPOINTS } from '../../../generated/topology.ts';
import type { ResponseEvent } from '../../history/events.ts';
import { CaseCutError, citeWaits, IMPATIENCE_MS, type Lessons } from './lessons.ts';

/** One call of an endpoint, for what is learned of it. */
export interface Called {
  readonly component: string;
  readonly method: string;
  readonly path: string;
  /** The case that calls. */
  readonly name: string;
}

/** What a router answers of a path that it does not know. */
const MISSING_STATUSES: readonly (number | null)[] = [404, 405, 501];

/** Notes what came of a call. @param is_late nothing came within the whole patience. */
export function hearResponse(
  lessons: Lessons,
  called: Called,
  response: ResponseEvent,
  is_late: boolean,
): void {
  const waited = { case: called.name, sequence: response.request };
  if (is_late) lessons.vain(keyOf('an answer', called), waited);
  else lessons.came(keyOf('an answer', called));
  if (MISSING_STATUSES.includes(response.status)) lessons.vain(keyOf('a route', called), waited);
  else if (response.status !== null) lessons.came(keyOf('a route', called));
}

/** @throws {CaseCutError} when an endpoint has answered none of its calls. */
export function requireAnswering(lessons: Lessons, called: Called): void {
  const silent = lessons.lesson(keyOf('an answer', called));
  if (silent === undefined) return;
  throw new CaseCutError(
    `${endpointOf(called)} of ${called.component} answered none of its first calls (${citeWaits(silent)})`,
  );
}

/** Tell whether an endpoint of the contract is not there, so that asking again changes nothing. */
export function isMissing(lessons: Lessons, called: Called): boolean {
  const is_declared = ENDPOINTS.some(
    ({ component, path, answers }) =>
      component === called.component &&
      path === withoutQuery(called.path) &&
      !answers.some(({ status }) => MISSING_STATUSES.includes(status)),
  );
  return is_declared && lessons.lesson(keyOf('a route', called)) !== undefined;
}

/** How long a call is repeated until its answer is the wanted one. */
export interface CallPatience {
  /** Whether to stop after this answer. @throws {CaseCutError} when that is sooner than a whole patience. */
  isOver(response: ResponseEvent, is_accepted: boolean): boolean;
}

/** How often a whole patience begins anew at most, while each brings something. */
const ANEW_MAX = 3;

/**
 * Open the patience of one call that is repeated. On a slow machine a call that does much ends before all is done; while its
 * repeats bring something more, they are waited for longer.
 *
 * @param effects counts what was published and committed in the case so far.
 */
export function openCalls(
  lessons: Lessons,
  called: Called,
  patience_ms: number,
  effects: () => number = () => 0,
): CallPatience {
  let began_ms = Date.now();
  let seen = effects();
  let anew = 0;
  return {
    isOver(response, is_accepted) {
      const key = `${keyOf('acceptance', called)} but ${response.status}`;
      if (is_accepted) {
        lessons.came(key);
        return true;
      }
      if (isMissing(lessons, called)) return true;
      const waited_ms = Date.now() - began_ms;
      if (waited_ms > patience_ms && effects() > seen && anew < ANEW_MAX) {
        began_ms = Date.now();
        seen = effects();
        anew += 1;
        return false;
      }
      if (waited_ms > patience_ms) {
        lessons.vain(key, { case: called.name, sequence: response.request });
        return true;
      }
      const vain = lessons.lesson(key);
      if (vain === undefined || waited_ms <= IMPATIENCE_MS) return false;
      throw new CaseCutError(
        `${endpointOf(called)} of ${called.component} answers ${response.status ?? 'nothing'}, with which it had answered ${vain.length} calls for ${patience_ms / 1000} s each (${citeWaits(vain)})`,
      );
    },
  };
}

function keyOf(what: string, { component, method, path }: Called): string {
  return `${what} of ${component} ${method} ${withoutQuery(path)}`;
}

function endpointOf({ method, path }: Called): string {
  return `${method} ${withoutQuery(path)}`;
}

function withoutQuery(path: string): string {
  return path.split('?')[0] ?? path;
}
