import type { Comparison } from '../compare.ts';
import type { Change } from '../model/change.ts';
import { smallestVersion } from './version.ts';

const HEADS: Readonly<Record<Change['verdict'], string>> = {
  breaking: '**Breaking.** ',
  'needs an order': '**In order.** ',
  compatible: '',
  documentation: '',
};

/** Write lines for the changelog: every change that a program can notice, the worst first. */
export function changelogEntries(comparison: Comparison): string {
  const noticed = comparison.changes.filter(({ verdict }) => verdict !== 'documentation');
  const lines = noticed.map(({ verdict, what, how }) => {
    const way = verdict === 'compatible' || how === null ? '' : ` ${how}`;
    return `- ${HEADS[verdict]}${what.charAt(0).toUpperCase()}${what.slice(1)}.${way}`;
  });
  return [`- Version ${smallestVersion(comparison)}.`, ...lines].join('\n');
}
