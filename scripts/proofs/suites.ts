/** A suite that proves something and takes too long for every change. */
export interface Suite {
  /** Its script in package.json. */
  readonly name: string;
  /** What it does, in the words of CONTRIBUTING.md. */
  readonly says: string;
}

/** What tells suites from other scripts. */
const SUITE = /^(test:|bench|soak)/;

/**
 * List the suites that CI does not run, in the order of package.json.
 *
 * @param scripts       of package.json, by name.
 * @param ci            the text of .ci/run.
 * @param contributing  the text of CONTRIBUTING.md, whose table has a row per command.
 * @throws {Error} for a suite that has no row there, so that a new one is told to readers.
 */
export function suitesOf(
  scripts: Readonly<Record<string, string>>,
  ci: string,
  contributing: string,
): readonly Suite[] {
  const lines = contributing.split('\n');
  const inCi = new Set([...ci.matchAll(/npm run ([\w:-]+)/g)].map(([, name]) => name));
  return Object.keys(scripts)
    .filter((name) => SUITE.test(name) && !inCi.has(name))
    .map((name) => {
      const row = [`| \`npm run ${name}\` |`, `| \`npm run ${name} -- `]
        .flatMap((start) => lines.filter((line) => line.startsWith(start)))
        .at(0);
      const says = row?.split('|')[2]?.trim();
      if (says) return { name, says };
      throw new Error(`expected CONTRIBUTING.md to have a row for npm run ${name}, found none; add it`);
    });
}
