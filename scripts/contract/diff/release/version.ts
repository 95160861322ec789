import { compareVersions } from '../../records/frozen.ts';
import type { Comparison } from '../compare.ts';
import type { Verdict } from '../model/change.ts';

/** Which number of a version a verdict raises: what needs an order or is new to programs is a minor version. */
const RAISES: Readonly<Record<Verdict, 0 | 1 | 2>> = {
  breaking: 0,
  'needs an order': 1,
  compatible: 1,
  documentation: 2,
};

/** Give the smallest version that contracts with these changes may have; the old one when nothing changed. */
export function smallestVersion({
  old,
  changes,
  verdict,
}: Pick<Comparison, 'old' | 'changes' | 'verdict'>): string {
  const judged = changes.filter(({ path }) => path.join('.') !== 'info.version');
  if (judged.length === 0) return old.version;
  const numbers = old.version.split('.').map(Number);
  const place = RAISES[verdict];
  return [0, 1, 2]
    .map((index) => (index < place ? (numbers[index] ?? 0) : index === place ? (numbers[index] ?? 0) + 1 : 0))
    .join('.');
}

/** Say what is wrong with the version of the new contract; undefined when it is large enough. */
export function versionProblem(comparison: Comparison): string | undefined {
  const { old, fresh, verdict } = comparison;
  const smallest = smallestVersion(comparison);
  if (compareVersions(fresh.version, smallest) >= 0) return undefined;
  const why = verdict === 'documentation' ? 'only words changed' : `a change is ${verdict}`;
  return `expected info.version to be at least ${smallest}, since ${old.file} has ${old.version} and ${why}; got ${fresh.version}`;
}
