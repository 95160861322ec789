import type { Change } from '../model/change.ts';

/** A line of the changelog that allows breaking changes. */
export interface Allowance {
  /** Places that it is about, and all below them; none for every breaking change. */
  readonly places: readonly string[];
  readonly reason: string;
}

/**
 * Read the lines `breaking-ok: REASON` of what is not released yet. A place in backticks makes the line about this place alone:
 * breaking-ok: `x-subscriptions.nba-phase4-trigger-sub.push_path` the receiver serves both.
 */
export function allowancesIn(changelog: string): readonly Allowance[] {
  const [, unreleased = ''] = /^## Unreleased\s*$([\s\S]*?)(?=^## |$(?![\s\S]))/m.exec(changelog) ?? [];
  return [...unreleased.matchAll(/^[ \t]*[-*]?[ \t]*breaking-ok:[ \t]*(.+?)[ \t]*$/gm)].flatMap(
    ([, said = '']) => {
      const places = [...said.matchAll(/`([^`]+)`/g)].flatMap(([, place]) => place ?? []);
      const reason = said.replaceAll(/`[^`]*`/g, '').trim();
      // A line without a reason allows nothing: who reads it later asks for one.
      return reason === '' ? [] : [{ places, reason }];
    },
  );
}

/** List the breaking changes that no line allows. */
export function notAllowed(changes: readonly Change[], allowances: readonly Allowance[]): readonly Change[] {
  const covers = (place: string, change: Change): boolean =>
    change.place === place || change.place.startsWith(`${place}.`);
  return changes.filter(
    (change) =>
      change.verdict === 'breaking' &&
      !allowances.some(({ places }) => places.length === 0 || places.some((place) => covers(place, change))),
  );
}
