const HEAD = /^## Unreleased[ \t]*\n/m;

/**
 * Give the changelog's unreleased part a version and a date, and begin an empty one above it.
 *
 * @param date  as a reader in English writes it, such as `27 November 2026`.
 * @throws {Error}  when there is no unreleased part, it has no line, or the version has a part already.
 */
export function cutRelease(changelog: string, version: string, date: string): string {
  const start = changelog.search(HEAD);
  if (start === -1) throw new Error('CHANGELOG.md: expected a line "## Unreleased", found none');
  if (changelog.includes(`\n## ${version}\n`))
    throw new Error(`CHANGELOG.md: expected no release ${version} yet, found one`);
  const rest = changelog.slice(start).replace(HEAD, '');
  const next = rest.search(/^## /m);
  const part = (next === -1 ? rest : rest.slice(0, next)).trim();
  if (!/^[-*] /m.test(part))
    throw new Error(`CHANGELOG.md: expected what ${version} changes under "## Unreleased", found no line`);
  const older = next === -1 ? '' : `\n${rest.slice(next)}`;
  return `${changelog.slice(0, start)}## Unreleased\n\n## ${version}\n\n${date}\n\n${part}\n${older}`;
}

/** Give the lock file the version of its package, in both places that name it. */
export function withVersion(lock: string, name: string, version: string): string {
  const own = new RegExp(`("name": "${name}",\\s+"version": ")[^"]+`, 'g');
  return lock.replaceAll(own, `$1${version}`);
}
