import { posix } from 'node:path';
import { type Export, type Module, moduleOf } from './module.ts';

/** An export that nobody needs, and what to do about it. */
export interface Unused {
  readonly path: string;
  readonly line: number;
  readonly name: string;
  readonly advice: string;
}

/** The folders whose exports are judged; what the package hands on is for its users. */
const JUDGED = /^(reference|conformance(?!\/library\/)|scripts)\//;

const ADVICE = {
  none: 'nothing uses it: remove it',
  here: 'only its own file uses it: remove `export`',
  tests: 'only tests import it: move it to tests/, or remove it',
};

/**
 * List the exports that no other file of the products needs.
 *
 * @param sources every source of the repository: its text by its path, such as `reference/errors/codes.ts`.
 */
export function unusedExports(sources: ReadonlyMap<string, string>): readonly Unused[] {
  const modules = new Map([...sources].map(([path, text]) => [path, moduleOf(path, text)]));
  const byProducts = takenFrom(modules, (path) => !path.startsWith('tests/'));
  const byTests = takenFrom(modules, (path) => path.startsWith('tests/'));
  return [...modules]
    .filter(([path]) => JUDGED.test(path))
    .flatMap(([path, { exports }]) =>
      exports.flatMap((each) => {
        if (byProducts.has(path, each.name)) return [];
        const advice = adviceOn(each, byTests.has(path, each.name), path);
        return advice === undefined ? [] : [{ path, line: each.line, name: each.name, advice }];
      }),
    );
}

/** What to do about an export that no other file of the products takes; nothing if it may stay. */
function adviceOn({ kind, is_used_here }: Export, isTested: boolean, path: string): string | undefined {
  // A declaration file says again what its program exports, and the program is judged.
  if (kind === 'value' && path.endsWith('.d.mts')) return undefined;
  if (is_used_here) return kind === 'type' || isTested ? undefined : ADVICE.here;
  return isTested ? ADVICE.tests : ADVICE.none;
}

interface TakenNames {
  readonly has: (path: string, name: string) => boolean;
}

/** Which names of which files the importers take; a declaration file is taken with its program. */
function takenFrom(modules: ReadonlyMap<string, Module>, isImporter: (path: string) => boolean): TakenNames {
  const names = new Set<string>();
  const whole = new Set<string>();
  for (const [importer, { taken }] of modules) {
    if (!isImporter(importer)) continue;
    for (const each of taken) {
      const path = posix.join(each.base === 'file' ? posix.dirname(importer) : '.', each.from);
      if (each.names === 'all') whole.add(path);
      else for (const name of each.names) names.add(`${path} ${name}`);
    }
  }
  return {
    has: (path, name) => {
      const program = path.replace(/\.d\.mts$/, '.mjs');
      return whole.has(program) || names.has(`${program} ${name}`);
    },
  };
}
