import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** What is read of a folder. */
export interface Folder {
  /** The text of a file, by its path with slashes; undefined when there is none that can be read. */
  read(name: string): string | undefined;
  /** Paths of files that end so, those nearest to the top first; nothing that packages or builds bring. */
  files(ending: string): readonly string[];
}

/** How deep sources are looked for. */
const DEPTH_MAX = 3;
/** Enough for a service; a folder that has more is no service. */
const FILES_MAX = 500;
const NOT_OURS =
  /^(\..*|node_modules|site-packages|__pycache__|venv|env|virtualenv|build|target|vendor|tests?|docs?|examples?|migrations)$/;

const PROJECT = /^(requirements\.txt|pyproject\.toml|Pipfile|package\.json|go\.mod|Procfile|Dockerfile)$/;

/** Open a folder for reading. */
export function openFolder(place: string): Folder {
  return {
    read: (name) => textOf(path.join(place, name)),
    files: (ending) => filesBelow(place, DEPTH_MAX).filter((file) => file.endsWith(ending)),
  };
}

/** List the folders in one, those that a person made. */
export function foldersIn(place: string): readonly string[] {
  return entriesOf(place)
    .filter(
      (entry) =>
        entry.isDirectory() &&
        !NOT_OURS.test(entry.name) &&
        textOf(path.join(place, entry.name, 'pyvenv.cfg')) === undefined,
    )
    .map(({ name }) => name)
    .sort();
}

function filesBelow(place: string, depth: number): readonly string[] {
  const own = entriesOf(place)
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .sort();
  if (depth === 0) return own;
  const parts = foldersIn(place).filter((folder) => !isService(path.join(place, folder)));
  const below = parts.flatMap((folder) =>
    filesBelow(path.join(place, folder), depth - 1).map((file) => `${folder}/${file}`),
  );
  const levels = (file: string): number => file.split('/').length;
  return [...own, ...below].sort((a, b) => levels(a) - levels(b)).slice(0, FILES_MAX);
}

/** A folder that says itself what it wants is no part of the one around it. */
function isService(place: string): boolean {
  return entriesOf(place).some(({ name }) => PROJECT.test(name));
}

function entriesOf(place: string) {
  try {
    return readdirSync(place, { withFileTypes: true });
  } catch {
    return [];
  }
}

/** Text as editors and shells of every system write it: with a mark of its encoding or without. */
function textOf(file: string): string | undefined {
  try {
    const bytes = readFileSync(file);
    const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-8';
    return new TextDecoder(encoding).decode(bytes).replaceAll('\r\n', '\n');
  } catch {
    return undefined;
  }
}
