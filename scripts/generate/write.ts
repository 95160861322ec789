import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
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
 * Bring a folder to exactly the given files. Only what differs is touched, and each file is replaced by a rename, so a
 * reader sees the old text or the new one and never a part.
 */
export function writeFiles(folder: string, files: ReadonlyMap<string, string>): readonly Difference[] {
  const differences = differencesOf(folder, files);
  const changed = differences.filter((difference) => difference.kind !== 'extra');
  const staged = changed.map(({ path }) => ({
    path: join(folder, path),
    draft: join(folder, `${path}.draft`),
  }));
  for (const [index, { draft }] of staged.entries()) {
    mkdirSync(dirname(draft), { recursive: true });
    writeFileSync(draft, files.get(changed[index]?.path ?? '') ?? '');
  }
  for (const { path, draft } of staged) renameSync(draft, path);
  for (const { path, kind } of differences) if (kind === 'extra') rmSync(join(folder, path));
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
    const path = under === '' ? entry.name : `${under}/${entry.name}`;
    return entry.isDirectory() ? pathsIn(folder, path) : [path];
  });
}

function list(folder: string) {
  return readdirSync(folder, { withFileTypes: true });
}
