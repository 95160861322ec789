import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Instrumenter } from '@stryker-mutator/instrumenter';
import { exclusionOf } from './exclusions.ts';
import { digestOf, ROOT } from './files.ts';
import { type Mutant, STATEMENT_LENGTH, shorten } from './mutant.ts';
import { type FindPlace, readPlaces } from './places.ts';
import { sourcesOf, writePrograms } from './program.ts';
import type { Subject } from './subject.ts';

/** Where programs, coverage and results of a subject are kept; never under version control. */
export function cacheOf({ name }: Pick<Subject, 'name'>): string {
  return path.join(ROOT, '.cache/systematic', name);
}

/** A subject with all its mutants in one set of programs. */
export interface Instrumented {
  readonly subject: Subject;
  /** The digest of everything that is in it. */
  readonly digest: string;
  /** What stands for the repository's root when its programs start. */
  readonly root: string;
  readonly mutants: readonly Mutant[];
}

/** Give the programs of a subject's sources as they are now, with every mutant in them and none switched on; made when there are none. */
export async function instrumented(subject: Subject): Promise<Instrumented> {
  const digest = digestOf([
    subject.folder,
    'generated',
    'tests/systematic/drawing',
    'tests/systematic/judging/probe.mjs',
    'package-lock.json',
  ]);
  const root = path.join(cacheOf(subject), digest);
  const list = path.join(root, 'mutants.json');
  if (!existsSync(list)) await make(subject, root);
  return { subject, digest, root, mutants: JSON.parse(readFileSync(list, 'utf8')) as readonly Mutant[] };
}

async function make(subject: Subject, root: string): Promise<void> {
  const making = `${root}.${process.pid}`;
  mkdirSync(making, { recursive: true });
  const { sources, mutants } = await mutate(await sourcesOf(subject));
  await writePrograms(subject, sources, making);
  writeFileSync(path.join(making, 'mutants.json'), JSON.stringify(mutants));
  rmSync(root, { recursive: true, force: true });
  renameSync(making, root);
}

/** Put every mutant into some files, and tell which ones they are. */
export async function mutate(
  files: readonly string[],
): Promise<{ readonly sources: ReadonlyMap<string, string>; readonly mutants: readonly Mutant[] }> {
  const contents = new Map(files.map((file) => [file, readFileSync(path.join(ROOT, file), 'utf8')]));
  const result = await new Instrumenter(SILENT).instrument(
    [...contents].map(([name, content]) => ({ name, content, mutate: true })),
    { ignorers: [], excludedMutations: [], plugins: null },
  );
  const places = new Map<string, FindPlace>();
  const seen = new Map<string, number>();
  const mutants = result.mutants.map(
    ({ id, fileName: file, location, mutatorName: mutator, replacement }) => {
      const find = places.get(file) ?? readPlaces(file, contents.get(file) ?? '');
      places.set(file, find);
      const place = find(location.start, location.end);
      const original = shorten(place.original);
      const alike = [file, place.function_name, original, replacement].join('\0');
      const nth = (seen.get(alike) ?? 0) + 1;
      seen.set(alike, nth);
      return {
        id,
        file,
        line: location.start.line + 1,
        function_name: place.function_name,
        statement: shorten(place.statement).slice(0, STATEMENT_LENGTH),
        mutator,
        original,
        replacement: shorten(replacement),
        nth,
        excluded: exclusionOf({ ...place, file, mutator }),
      };
    },
  );
  return { sources: new Map(result.files.map(({ name, content }) => [name, content])), mutants };
}

const SILENT = {
  isTraceEnabled: () => false,
  isDebugEnabled: () => false,
  isInfoEnabled: () => false,
  isWarnEnabled: () => false,
  isErrorEnabled: () => false,
  isFatalEnabled: () => false,
  trace: () => {},
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  fatal: () => {},
};
