// Bundles the services for Node. Plain JavaScript, since it runs before anything can read TypeScript.
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  watch,
} from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root, or a copy of it. */
const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** What a bundle is made of; a change in any of these makes another bundle. */
const SOURCES = ['reference', 'generated', 'package.json', 'package-lock.json'];

/** How many bundles of earlier sources stay, since a process may still run from one. */
const KEPT = 3;

/** How long to wait for another process that makes the same bundle. */
const PATIENCE_MS = 20_000;

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
 * Write a program of the reference, with everything that it imports, as `index.mjs` into a folder, and the figures
 * that it reads beside it. The same sources give the same bytes.
 *
 * @param {{ code: string, folder: string, external?: string[], plugins?: import('esbuild').Plugin[] }} options `code`
 *        imports from the repository's root; `external` are packages that the place where it runs installs; `plugins` see
 *        every source first.
 */
export async function bundle({ code, folder, external = [], plugins = [] }) {
  const { build } = await import('esbuild');
  await build({
    stdin: { contents: code, resolveDir: ROOT, sourcefile: 'entry.mjs' },
    absWorkingDir: ROOT,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    outfile: path.join(folder, 'index.mjs'),
    banner: { js: BANNER },
    external,
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    logLevel: 'error',
    plugins: [...plugins, { name: 'validators', setup: letRequireBeBundled }],
  });
  const figures = path.join(ROOT, 'reference/figures');
  for (const file of readdirSync(figures).filter((name) => /^(slate|schedule)-.*\.json$/.test(name))) {
    cpSync(path.join(figures, file), path.join(folder, file));
  }
}

/** The generated validators make a `require` of their own, which a bundler cannot follow. */
function letRequireBeBundled(build) {
  build.onLoad({ filter: /generated[/\\]validators\.mjs$/ }, ({ path: file }) => ({
    contents: readFileSync(file, 'utf8').replace(/^import \{ createRequire \}.*$|^const require = .*$/gm, ''),
    loader: 'js',
  }));
}

/**
 * Give the bundle of the sources as they are now, and make it when there is none: an edit is never overlooked, since the
 * folder's name is the digest of all sources. Of several processes that find none, one makes it and the others wait.
 *
 * @returns {Promise<string>} the bundled program's path.
 */
export async function freshServices() {
  const cache = path.join(ROOT, '.cache/services');
  const folder = path.join(cache, digestOfSources());
  const program = path.join(folder, 'index.mjs');
  if (existsSync(program)) return program;
  mkdirSync(cache, { recursive: true });
  const lock = `${folder}.lock`;
  if (!takes(lock)) {
    await changed(cache, () => existsSync(program) || !existsSync(lock));
    if (existsSync(program)) return program;
  }
  const making = `${folder}.${process.pid}`;
  try {
    await bundle({ code: "import './reference/services/start.ts';", folder: making });
    renameSync(making, folder);
  } catch (error) {
    // Another process, which did not wait for this one, was quicker and made the same.
    rmSync(making, { recursive: true, force: true });
    if (!existsSync(program)) throw error;
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
  removeOld(cache);
  return program;
}

/** Take a lock, which is a folder; false when somebody has it. */
function takes(lock) {
  try {
    mkdirSync(lock);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Waits until `condition` holds, looking at every change of a folder; no longer than a maker that died would let it. */
function changed(folder, condition) {
  return new Promise((resolve) => {
    const look = () => {
      if (condition()) done();
    };
    const done = () => {
      clearTimeout(patience);
      watcher.close();
      resolve();
    };
    const watcher = watch(folder, look);
    const patience = setTimeout(done, PATIENCE_MS);
    look();
  });
}

function digestOfSources() {
  const hash = createHash('sha256').update(process.version);
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
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.md'))
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

function removeOld(cache) {
  const bundles = readdirSync(cache)
    .filter((name) => /^[0-9a-f]{16}(\.\d+)?$/.test(name))
    .map((name) => ({ name, made: statSync(path.join(cache, name)).mtimeMs }))
    .sort((a, b) => b.made - a.made);
  for (const { name } of bundles.slice(KEPT))
    rmSync(path.join(cache, name), { recursive: true, force: true });
}
