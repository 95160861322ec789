import { readFileSync } from 'node:fs';
import path from 'node:path';
import { build, type Metafile, type Plugin, type PluginBuild } from 'esbuild';
import { keepOwn } from './maps.ts';

/** What is built, by the name of its file in `lib/`: the programs, and what `exports` of package.json leads to. */
const ENTRIES = {
  conformance: 'conformance/cli/main.ts',
  pipeline: 'reference/cli/main.ts',
  'contract-command': 'scripts/contract/command/main.ts',
  services: 'reference/services/start.ts',
  'cloud-program': 'conformance/cloud/main.ts',
  contract: 'conformance/library/contract.ts',
  cloud: 'conformance/library/cloud.ts',
  testing: 'conformance/library/testing.ts',
};

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
 * Bundle every program with all that it imports into one flat folder. What several of them need is in chunks that each
 * loads when it comes to that, so that `--help` reads none of Google's clients.
 *
 * @returns the packages of which code is in the bundle.
 */
export async function bundlePrograms(root: string, folder: string): Promise<readonly string[]> {
  const { metafile } = await build({
    entryPoints: Object.fromEntries(
      Object.entries(ENTRIES).map(([name, source]) => [name, path.join(root, source)]),
    ),
    absWorkingDir: root,
    outdir: folder,
    chunkNames: 'chunk-[hash]',
    bundle: true,
    splitting: true,
    metafile: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    banner: { js: BANNER },
    // Compilers work in a clone only, and modelina's reader of TypeScript is not used.
    external: ['esbuild', 'tsx'],
    // Its main file asks for others by a require that a bundler cannot follow.
    alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' },
    sourcemap: 'linked',
    // Whitespace and syntax only: names stay, so that a stack trace can be read without the map.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    logLevel: 'error',
    plugins: [placesBelow(root), withoutOtherInputs],
  });
  for (const name of Object.keys(metafile.outputs).filter((output) => output.endsWith('.map')))
    keepOwn(path.join(root, name));
  return packagesOf(metafile);
}

/**
 * The sources find schemas and target files by their own place, and those lie at the same place in the archive. The
 * generated validators make a `require` of their own, which a bundler cannot follow.
 */
function placesBelow(root: string): Plugin {
  const setup = (building: PluginBuild): void => {
    building.onLoad({ filter: /\.(ts|mjs)$/ }, ({ path: file }) => {
      const place = path.relative(root, file).split(path.sep).join('/');
      if (place.startsWith('node_modules/') || place.startsWith('..')) return undefined;
      const text = readFileSync(file, 'utf8');
      const contents = place.endsWith('validators.mjs')
        ? text.replace(/^import \{ createRequire \}.*$|^const require = .*$/gm, '')
        : text.replaceAll(
            'import.meta.url',
            `new URL(${JSON.stringify(`../${place}`)}, import.meta.url).href`,
          );
      return { contents, loader: place.endsWith('.ts') ? 'ts' : 'js' };
    });
  };
  return { name: 'places', setup };
}

/**
 * A generator of models can read TypeScript too, for which it brings a whole compiler, and contracts of AsyncAPI 1 and 2,
 * for which it brings two older parsers and all their schemas. This contract is AsyncAPI 3 in YAML.
 */
const withoutOtherInputs: Plugin = {
  name: 'without-other-inputs',
  setup(building) {
    const filter = /^(typescript|typescript-json-schema|parserapiv[12])$|^\.\/schemas\/[12]\.\d\.\d.*\.json$/;
    building.onResolve({ filter }, ({ path: name }) => ({ path: name, namespace: 'left-out' }));
    building.onLoad({ filter: /.*/, namespace: 'left-out' }, () => ({ contents: '', loader: 'js' }));
  },
};

function packagesOf({ inputs }: Metafile): readonly string[] {
  const names = Object.keys(inputs).flatMap((file) => {
    const inside = file.split('node_modules/').at(-1) ?? '';
    const [first = '', second = ''] = inside.split('/');
    if (!file.includes('node_modules/')) return [];
    const name = first.startsWith('@') ? `${first}/${second}` : first;
    return [`${file.slice(0, file.lastIndexOf('node_modules/'))}node_modules/${name}`];
  });
  return [...new Set(names)].sort();
}
