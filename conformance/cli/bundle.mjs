// Bundles the judge for Node. Plain JavaScript, since it runs before anything can read TypeScript.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** The repository's root, or a copy of it. */
const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** What the judge is made of; a change in any of these makes another bundle. */
const SOURCES = ['conformance', 'generated', 'package.json', 'package-lock.json'];

/** How many bundles of earlier sources stay, since a run may still go on from one. */
const KEPT = 3;

/** CommonJS code inside an ES module asks for these. */
const BANNER = [
  "import { createRequire as createRequireOfBundle } from 'node:module';",
  "import { dirname as dirnameOfBundle } from 'node:path';",
  "import { fileURLToPath as pathOfBundle } from 'node:url';",
  'const require = createRequireOfBundle(import.meta.url);',
  'const __filename = pathOfBundle(import.meta.url);',
  'const __dirname = dirnameOfBundle(__filename);',
].join('\n');

/**
 * Give the bundle of the judge's sources as they are now, and make it when there is none: an edit is never overlooked,
 * since the file's name is the digest of all sources. Reading some six hundred files takes two seconds, reading one a half.
 *
 * @returns {Promise<string>} the path of a module that exports `main`, as `main.ts` does.
 * @throws when the bundle cannot be written, for instance in a folder that is read only.
 */
export async function freshJudge() {
  const cache = path.join(ROOT, '.cache/judge');
  const program = path.join(cache, `${digestOfSources()}.mjs`);
  if (existsSync(program)) return program;
  const making = `${program}.${process.pid}`;
  await bundle(making);
  renameSync(making, program);
  removeOld(cache);
  return program;
}

async function bundle(outfile) {
  const { build } = await import('esbuild');
  await build({
    entryPoints: [path.join(ROOT, 'conformance/cli/main.ts')],
    absWorkingDir: ROOT,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    outfile,
    banner: { js: BANNER },
    // Half the bytes to read and to compile; bin.mjs says how to get stack traces that name the sources' lines.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    logLevel: 'error',
    plugins: [{ name: 'sources', setup: keepPlaces }],
  });
}

/**
 * The sources find schemas and target files by their own place, which is not the bundle's. The generated validators
 * make a `require` of their own, which a bundler cannot follow.
 */
function keepPlaces(build) {
  build.onLoad({ filter: /[/\\](conformance|generated)[/\\].*\.(ts|mjs)$/ }, ({ path: file }) => {
    if (file.includes('node_modules')) return undefined;
    const place = JSON.stringify(pathToFileURL(file).href);
    const text = readFileSync(file, 'utf8');
    const contents = file.endsWith('validators.mjs')
      ? text.replace(/^import \{ createRequire \}.*$|^const require = .*$/gm, '')
      : text.replaceAll('import.meta.url', place);
    return { contents, loader: file.endsWith('.ts') ? 'ts' : 'js' };
  });
}

/** The place counts too, since the bundle names it. */
function digestOfSources() {
  const hash = createHash('sha256').update(process.version).update(ROOT);
  for (const source of SOURCES) {
    for (const file of filesOf(path.join(ROOT, source))) {
      hash
        .update(`${path.relative(ROOT, file)}\0`)
        .update(readFileSync(file))
        .update('\0');
    }
  }
  return hash.digest('hex').slice(0, 16);
}

function filesOf(place) {
  if (!existsSync(place)) return [];
  if (statSync(place).isFile()) return [place];
  return readdirSync(place, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|mjs|json)$/.test(entry.name))
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

function removeOld(cache) {
  const bundles = readdirSync(cache)
    .filter((name) => /^[0-9a-f]{16}\.mjs(\.\d+)?$/.test(name))
    .map((name) => ({ name, made: statSync(path.join(cache, name)).mtimeMs }))
    .sort((a, b) => b.made - a.made);
  for (const { name } of bundles.slice(KEPT)) rmSync(path.join(cache, name), { force: true });
}
