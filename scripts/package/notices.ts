import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Write the licences of the packages whose code is in the archive.
 *
 * @param packages  their folders below the root, such as `node_modules/ajv`.
 * @throws {Error}  when a package names no licence, since its code may not be handed on then.
 */
export function writeNotices(root: string, folder: string, packages: readonly string[]): void {
  const printed = new Map<string, string>();
  const notices = packages.map((place) => noticeOf(path.join(root, place), printed));
  const file = path.join(folder, 'THIRD-PARTY-NOTICES.txt');
  writeFileSync(file, `This package contains code of the packages below.\n\n${notices.join('\n')}`);
}

/** A text that several packages share, letter by letter, is printed once; `printed` says with which. */
function noticeOf(place: string, printed: Map<string, string>): string {
  const { name, version, license } = JSON.parse(readFileSync(path.join(place, 'package.json'), 'utf8')) as {
    readonly name: string;
    readonly version: string;
    readonly license?: string;
  };
  if (license === undefined)
    throw new Error(`${name} ${version}: expected a licence in its package.json, found none`);
  const texts = readdirSync(place)
    .filter((file) => /^(licen[cs]e|notice|copying)/i.test(file))
    .sort()
    .map((file) => readFileSync(path.join(place, file), 'utf8').trim())
    .map((text) => {
      const first = printed.get(text);
      if (first !== undefined) return `The same text as with ${first} above.`;
      printed.set(text, `${name} ${version}`);
      return text;
    });
  return [`${'='.repeat(80)}\n${name} ${version} (${license})`, ...texts, ''].join('\n\n');
}
