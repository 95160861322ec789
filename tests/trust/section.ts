import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The page that says what the judge was measured to see. */
export const TRUST_PAGE = fileURLToPath(new URL('../../docs/trust.md', import.meta.url));

/**
 * Replace what stands between the markers of a section, `<!-- measured: NAME -->` and `<!-- end: NAME -->`.
 *
 * @throws {Error} when the page does not have both markers, each once.
 */
export function replaceSection(page: string, name: string, content: string): string {
  const [begin, end] = [`<!-- measured: ${name} -->`, `<!-- end: ${name} -->`];
  const parts = page.split(begin);
  const rest = parts[1]?.split(end);
  if (parts.length !== 2 || rest?.length !== 2) {
    throw new Error(`expected "${begin}" once and "${end}" once behind it; write both markers into the page`);
  }
  return `${parts[0]}${begin}\n\n${content.trim()}\n\n${end}${rest[1]}`;
}

/** Writes what a command measured into its section of the page. */
export function writeSection(name: string, content: string, file = TRUST_PAGE): void {
  if (!existsSync(file)) throw new Error(`expected the page ${file}; it has the sections' markers`);
  writeFileSync(file, replaceSection(readFileSync(file, 'utf8'), name, content));
}
