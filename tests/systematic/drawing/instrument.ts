import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Instrumenter } from '@stryker-mutator/instrumenter';
import { build, type Plugin } from 'esbuild';
import { bundle } from '../../../reference/services/bundle.mjs';
import { exclusionOf } from './exclusions.ts';
import { type Mutant, STATEMENT_LENGTH, shorten } from './mutant.ts';
import { type FindPlace, readPlaces } from './places.ts';

/** The repository's root. */
export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** Where bundles, coverage and results are kept; never under version control. */
export const CACHE = path.join(ROOT, '.cache/systematic');

const ENTRY = "import './tests/systematic/judging/probe.mjs';\nimport './reference/services/start.ts';";

/** All mutants in one bundle. */
export interface Instrumented {
  /** The digest of everything that is in it. */
  readonly digest: string;
  readonly program: string;
  readonly mutants: readonly Mutant[];
}

/** Give the bundle of the sources as they are now, with every mutant in it and none switched on; made when there is none. */
export async function instrumented(): Promise<Instrumented> {
  const digest = digestOf([
    'reference',
    'generated',
    'tests/systematic/drawing',
    'tests/systematic/judging/probe.mjs',
    'package-lock.json',
  ]);
  const folder = path.join(CACHE, digest);
  const list = path.join(folder, 'mutants.json');
  if (!existsSync(list)) await make(folder);
  return {
    digest,
    program: path.join(folder, 'index.mjs'),
    mutants: JSON.parse(readFileSync(list, 'utf8')) as readonly Mutant[],
  };
}

async function make(folder: string): Promise<void> {
  const making = `${folder}.${process.pid}`;
  mkdirSync(making, { recursive: true });
  const { sources, mutants } = await mutate(await filesOfServices());
  await bundle({ code: ENTRY, folder: making, plugins: [replacing(sources)] });
  writeFileSync(path.join(making, 'mutants.json'), JSON.stringify(mutants));
  rmSync(folder, { recursive: true, force: true });
  renameSync(making, folder);
}

/** List the files of the reference that are in its services, below the root. */
async function filesOfServices(): Promise<readonly string[]> {
  const { metafile } = await build({
    stdin: { contents: "import './reference/services/start.ts';", resolveDir: ROOT },
    absWorkingDir: ROOT,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    external: ['*.mjs'],
    metafile: true,
    write: false,
  });
  return Object.keys(metafile.inputs)
    .filter((file) => file.startsWith('reference/') && file.endsWith('.ts'))
    .sort();
}

/** Put every mutant into some files of the reference, and tell which ones they are. */
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

function replacing(sources: ReadonlyMap<string, string>): Plugin {
  return {
    name: 'mutants',
    setup: ({ onLoad }) =>
      onLoad({ filter: /[.]ts$/ }, ({ path: file }) => {
        const contents = sources.get(path.relative(ROOT, file));
        return contents === undefined ? undefined : { contents, loader: 'ts' };
      }),
  };
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

/** Digest files and folders below the root, without what is written for people. */
export function digestOf(places: readonly string[]): string {
  const hash = createHash('sha256').update(process.version);
  for (const file of places.flatMap(filesOf))
    hash.update(`${file}\0`).update(readFileSync(path.join(ROOT, file)));
  return hash.digest('hex').slice(0, 16);
}

/** What no service reads: words for people, tests, and what is generated for the judge alone. */
const UNREAD = /[.](md|test[.]ts)$|^(requirements|requirement-checks|version)[.]ts$/;

function filesOf(place: string): readonly string[] {
  const whole = path.join(ROOT, place);
  if (statSync(whole).isFile()) return [place];
  return readdirSync(whole, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !UNREAD.test(entry.name))
    .map((entry) => path.relative(ROOT, path.join(entry.parentPath, entry.name)))
    .sort();
}
