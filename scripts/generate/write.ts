import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

/** Say how a folder differs from the files it should hold. */
export interface Difference {
  readonly path: string;
  readonly kind: 'missing' | 'different' | 'extra';
}

/** Compare a folder with the files it should hold, by their bytes. */
export function differencesOf(folder: string, files: ReadonlyMap<string, string>): readonly Difference[] {
  const present = new Set(pathsIn(folder));
  const wanted = [...files].flatMap(([path, text]): readonly Difference[] => {
    if (!present.has(path)) return [{ path, kind: 'missing' }];
    return readFileSync(join(folder, path), 'utf8') === text ? [] : [{ path, kind: 'different' }];
  });
  const extra = [...present].filter((path) => !files.has(path));
  return [...wanted, ...extra.map((path): Difference => ({ path, kind: 'extra' }))];
}

/**
 * Bring a folder to exactly the given files. What differs is first written beside the folder and then moved into it file
 * by file, so a reader sees the old text of a file or the new one and never a part. Files that are not wanted go.
 */
export function writeFiles(folder: string, files: ReadonlyMap<string, string>): readonly Difference[] {
  const differences = differencesOf(folder, files);
  mkdirSync(folder, { recursive: true });
  const drafts = mkdtempSync(`${folder}.draft-`);
  const wanted = differences.filter(({ kind }) => kind !== 'extra').map(({ path }) => path);
  try {
    for (const path of wanted) {
      mkdirSync(dirname(join(drafts, path)), { recursive: true });
      writeFileSync(join(drafts, path), files.get(path) ?? '');
    }
    for (const path of wanted) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      renameSync(join(drafts, path), join(folder, path));
    }
    for (const { path, kind } of differences) if (kind === 'extra') rmSync(join(folder, path));
  } finally {
    rmSync(drafts, { recursive: true });
  }
  return differences;
}

function pathsIn(folder: string, under = ''): readonly string[] {
  let entries: ReturnType<typeof list>;
  try {
    entries = list(join(folder, under));
  } catch {
    return [];
  }
  return entries.flatMap((entry) => {
    // Python leaves these beside what it has loaded.
    if (entry.name === '__pycache__') return [];
    const path = under === '' ? entry.name : `${under}/${entry.name}`;
    return entry.isDirectory() ? pathsIn(folder, path) : [path];
  });
}

function list(folder: string) {
  return readdirSync(folder, { withFileTypes: true });
}
