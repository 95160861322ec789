import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root. */
export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** Digest files and folders below the root, without what is written for people. */
export function digestOf(places: readonly string[]): string {
  const hash = createHash('sha256').update(process.version);
  for (const file of places.flatMap(filesOf))
    hash.update(`${file}\0`).update(readFileSync(path.join(ROOT, file)));
  return hash.digest('hex').slice(0, 16);
}

/** What no service reads: words for people, tests, and what is generated for the judge alone. */
const UNREAD = /[.](md|test[.]ts)$|^(requirements|requirement-checks|version)[.]ts$/;

/** List the files of a folder below the root that a program may read, or the one file. */
export function filesOf(place: string): readonly string[] {
  const whole = path.join(ROOT, place);
  if (statSync(whole).isFile()) return [place];
  return readdirSync(whole, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !UNREAD.test(entry.name))
    .map((entry) => path.relative(ROOT, path.join(entry.parentPath, entry.name)))
    .sort();
}
