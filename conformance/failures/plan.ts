import type { Check } from '../checks/check.ts';
import type { ComponentName } from '../contract/names.ts';
import type { FoundFailure } from './store.ts';

/** Failures whose cases can run in one world, since they share target, cloud and seed and no case twice. */
export interface ReplayGroup {
  readonly target_file: string;
  /** Components that are to run on their own again, with their URLs. */
  readonly attached: Readonly<Partial<Record<ComponentName, string>>>;
  /** The released version that they were judged against; undefined for none. */
  readonly against?: string | undefined;
  readonly cloud: string;
  readonly seed: number;
  readonly failures: readonly FoundFailure[];
}

/**
 * Plan which failures are run together. Failures of one case come from one run of it, unless their schedules differ:
 * then each schedule has a world of its own.
 */
export function planReplay(
  failures: readonly FoundFailure[],
  target_file: string | undefined,
): readonly ReplayGroup[] {
  const groups: (ReplayGroup & { readonly failures: FoundFailure[] })[] = [];
  for (const found of failures) {
    const { target, cloud, seed } = found.failure;
    const file = target_file ?? target.file;
    const attached = target_file === undefined ? (target.attached ?? {}) : {};
    const group = groups.find(
      (one) =>
        one.target_file === file &&
        JSON.stringify(one.attached) === JSON.stringify(attached) &&
        one.against === target.against &&
        one.cloud === cloud &&
        one.seed === seed &&
        one.failures.every((other) => agree(other, found)),
    );
    if (group === undefined)
      groups.push({ target_file: file, attached, against: target.against, cloud, seed, failures: [found] });
    else group.failures.push(found);
  }
  return groups;
}

function agree({ failure: a }: FoundFailure, { failure: b }: FoundFailure): boolean {
  return a.check !== b.check || a.round !== b.round || a.schedule === b.schedule;
}

/** Say why the judge of today has no such case; undefined when it has it. */
export function missingCase(
  { failure }: FoundFailure,
  checks: readonly Check[],
  ids: readonly string[],
): string | undefined {
  const check = checks.find(({ name }) => name === failure.check);
  if (!ids.includes(failure.requirement)) {
    return `the contract has no ${failure.requirement} any more; see "conformance list"`;
  }
  if (check === undefined) {
    return `there is no check ${failure.check} any more; see "conformance explain ${failure.requirement}"`;
  }
  if (failure.cloud === 'project') {
    return `it was seen in a project, which replay does not enter by itself; run it there: ${failure.command}`;
  }
  if (failure.round > (check.rounds ?? 1)) {
    return `${failure.check} has ${check.rounds ?? 1} rounds now, and this was round ${failure.round}`;
  }
  return undefined;
}
