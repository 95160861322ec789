import type { Json } from '../../history/events.ts';
import type { Hook } from '../description.ts';
import { findPlaceholders } from '../placeholders.ts';

/** What one call of a hook is told beside the rest: the instance that it is about, if it is about one. */
export type Turn = Readonly<Record<string, Json>>;

/**
 * Plan the calls that advance the clock for a case. Instances have clocks of their own, so a hook that speaks of one is
 * called for each instance that the case has to do with.
 *
 * @param running  URLs by instance: `NAME`, and `NAME#2` for a second one.
 * @param about    the case's components; others may just be killed by another case. Default all that run.
 * @returns        one turn per instance that the hook is about, or one for all.
 */
export function planTurns(
  hook: Hook,
  running: ReadonlyMap<string, string>,
  about: readonly string[] = [...running.keys()],
): readonly Turn[] {
  const named = hook.request?.component ?? null;
  const wanted = named === null ? about : [named];
  const own = [...running]
    .filter(([instance]) => wanted.some((name) => instance === name || instance.startsWith(`${name}#`)))
    .map(([component, url]): Turn => ({ component, url }));
  const speaks = findPlaceholders({ command: hook.command, request: hook.request }).some(
    ({ name }) => name === 'component' || name === 'url',
  );
  if (named === null && !speaks) return [{}];
  // Whoever shares an address shares a clock too.
  const unique = own.filter(({ url }, index) => own.findIndex((other) => other['url'] === url) === index);
  return unique.length > 0 || named === null ? unique : [{ component: named }];
}
