import path from 'node:path';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../cli/bin.mjs', import.meta.url));
const PACKAGES = `${path.sep}node_modules${path.sep}`;

/** Give the words that start the judge from the working directory, for commands that people copy. */
export function program(): string {
  return programFrom(process.cwd(), PROGRAM);
}

/** Where Yarn keeps a package that it does not unpack; nothing but Yarn can read it. */
const ZIPPED = /\.zip[\\/]node_modules[\\/]/;

/**
 * Give the words that start a program of a package: by its name where npx or yarn finds it, which is below the folder that has it
 * installed, and by its path anywhere else.
 */
export function programFrom(folder: string, file: string): string {
  if (ZIPPED.test(file)) return 'yarn conformance';
  const [project] = file.split(PACKAGES);
  const is_installed = file.includes(PACKAGES) && `${folder}${path.sep}`.startsWith(`${project}${path.sep}`);
  return is_installed ? 'npx conformance' : `node ${quoted(path.relative(folder, file))}`;
}

/** Quote a word for a shell, where it needs that. */
export function quoted(word: string): string {
  return /^[\w./@:+=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** Give the path of a page of the documentation as somebody in the working directory finds it, such as `docs/targets.md`. */
export function pagePath(page: string): string {
  return pagePathFrom(process.cwd(), PROGRAM, page);
}

/** The page that says how to mend each kind of anomaly. */
const MENDING = 'docs/mending.md';

/** Say where an anomaly's way to be mended is told, such as `docs/mending.md#lost-trigger`. */
export function mendingPath(anomaly: string): string {
  return `${pagePath(MENDING)}#${anomaly.replaceAll(' ', '-')}`;
}

/** The same from a folder: below the package where a program of it is installed, and as this repository calls it in a clone. */
export function pagePathFrom(folder: string, file: string, page: string): string {
  const place = file.lastIndexOf(PACKAGES);
  if (place < 0 || ZIPPED.test(file)) return page;
  const [name = ''] = file.slice(place + PACKAGES.length).split(path.sep);
  return path.relative(folder, path.join(file.slice(0, place), 'node_modules', name, page));
}
