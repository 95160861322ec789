import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { unusedExports } from './unused.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Every source in the folders and files that `tsconfig.json` includes. */
function sources(): ReadonlyMap<string, string> {
  const { include } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), ts.sys.readFile).config;
  const paths = (include as readonly string[]).flatMap((entry) =>
    /\.\w+$/.test(entry)
      ? [entry]
      : readdirSync(join(ROOT, entry), { recursive: true, encoding: 'utf8' }).map(
          (path) => `${entry}/${path}`,
        ),
  );
  return new Map(
    paths
      .filter((path) => /\.(ts|mts|mjs)$/.test(path))
      .map((path) => [path, readFileSync(join(ROOT, path), 'utf8')]),
  );
}

const unused = unusedExports(sources());
for (const { path, line, name, advice } of unused) console.error(`${path}:${line} ${name}: ${advice}`);
if (unused.length > 0) console.error(`${unused.length} exports that no other file of the products needs`);
process.exitCode = unused.length === 0 ? 0 : 1;
