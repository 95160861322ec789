import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { COMPONENTS } from '../../generated/topology.ts';

/** Where the built components lie, a folder each, below the repository's root. */
export const ARTEFACTS_FOLDER = 'dist';

/** The package that the platform's own program comes from; a function installs it, everything else is in the bundle. */
const FRAMEWORK = '@google-cloud/functions-framework';

/** What is deployed of one component. */
export interface Artefact {
  readonly component: string;
  readonly kind: 'service' | 'function';
  /** The program, which imports from the repository's root. */
  readonly code: string;
  /** Packages that stay outside the bundle. */
  readonly external: readonly string[];
  /** `package.json` of the folder. */
  readonly manifest: Readonly<Record<string, unknown>>;
}

/** List what is deployed: every component of the contract that runs, in its order. */
export function artefacts(): readonly Artefact[] {
  return Object.entries(COMPONENTS).flatMap(([component, { runs_as }]) => {
    if (runs_as === 'service') return [serviceArtefact(component)];
    return runs_as === 'function' ? [functionArtefact(component)] : [];
  });
}

/** A service is started by `npm start`, as Google's buildpacks do for Cloud Run; it needs nothing but its bundle. */
function serviceArtefact(component: string): Artefact {
  const start = `node index.mjs ${component}`;
  return {
    component,
    kind: 'service',
    code: "import './reference/services/start.ts';",
    external: [],
    manifest: { ...manifestOf(component), scripts: { start } },
  };
}

/** A function is loaded by the framework's program, which finds it by FUNCTION_TARGET. */
function functionArtefact(component: string): Artefact {
  return {
    component,
    kind: 'function',
    code: [
      "import { registerFunction } from './reference/services/functions/function.ts';",
      `await registerFunction('${component}', process.env);`,
    ].join('\n'),
    external: [FRAMEWORK],
    manifest: {
      ...manifestOf(component),
      scripts: { start: `functions-framework --target=${component}` },
      dependencies: { [FRAMEWORK]: lockedVersion(FRAMEWORK) },
    },
  };
}

function manifestOf(component: string): Readonly<Record<string, unknown>> {
  const { version, engines } = repositoryFile('package.json') as {
    readonly version: string;
    readonly engines: object;
  };
  return { name: component, version, private: true, type: 'module', main: 'index.mjs', engines };
}

/** The version that the lock file of the repository holds, so that what is tested is what runs. */
function lockedVersion(name: string): string {
  const { packages } = repositoryFile('package-lock.json') as {
    readonly packages: Readonly<Record<string, { readonly version: string }>>;
  };
  const version = packages[`node_modules/${name}`]?.version;
  if (version === undefined) {
    throw new Error(`expected ${name} in package-lock.json, found none; run \`npm install\` and build again`);
  }
  return version;
}

function repositoryFile(name: string): unknown {
  return JSON.parse(readFileSync(fileURLToPath(new URL(`../../${name}`, import.meta.url)), 'utf8'));
}
