import type { Suite } from './suites.ts';

/** The last result of a suite, and of what it was the result. */
export interface Proof {
  readonly result: string;
  /** UTC, as 2024-01-15 12:00. */
  readonly date: string;
  /** Short hash; `+` behind it where the tree had changes. */
  readonly commit: string;
}

/** Read the results that a page holds, by suite; a page that does not exist holds none. */
export function proofsOf(page: string): ReadonlyMap<string, Proof> {
  return new Map(
    page.split('\n').flatMap((line) => {
      // A bar inside a cell is written \|.
      const [, command = '', , result = '', date = '', commit = ''] = line
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim());
      const name = /^`npm run ([\w:-]+)`$/.exec(command)?.[1];
      if (name === undefined || result === NOT_RUN) return [];
      return [[name, { result: result.replaceAll('\\|', '|'), date, commit: commit.replaceAll('`', '') }]];
    }),
  );
}

/** Write the page: a row per suite; one that was never run says so, and results of suites that are gone go too. */
export function pageOf(suites: readonly Suite[], proofs: ReadonlyMap<string, Proof>): string {
  const rows = suites.map(({ name, says }) => {
    const proof = proofs.get(name);
    const cells =
      proof === undefined
        ? [NOT_RUN, '-', '-']
        : [proof.result.replaceAll('|', '\\|'), proof.date, `\`${proof.commit}\``];
    return `| \`npm run ${name}\` | ${says} | ${cells.join(' | ')} |`;
  });
  return `${[...HEAD, ...rows].join('\n')}\n`;
}

const NOT_RUN = 'not run';

const HEAD = [
  '# Proofs',
  '',
  'This page holds the last result of each suite that takes too long for `.ci/run`, or needs programs that are not on every',
  'machine. It says what the suite printed, when, and of which commit. A result is about this commit only. A `+` after a commit',
  'means that the tree had uncommitted changes. `.ci/run` is what every change must pass.',
  '',
  '    npm run proofs -- test:mutants test:runbook    # runs these and writes their rows',
  '',
  'This command writes the page. Do not edit it by hand.',
  '',
  '| suite | what it does | last result | date (UTC) | commit |',
  '|---|---|---|---|---|',
];
