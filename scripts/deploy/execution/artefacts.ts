import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** The built code of the components. */
export interface Artefacts {
  /** Where the code of a component lies. */
  directory(component: string): string;
  /** Digest of the code of each component that is built, 16 hex digits. */
  readonly digests: Readonly<Record<string, string>>;
  /** The components that are not built. */
  readonly missing: readonly string[];
}

/** Read what is built below a folder, one folder per component. */
export function readArtefacts(root: string, components: readonly string[]): Artefacts {
  const directory = (component: string): string => join(root, component);
  const built = components.filter((component) => isFolder(directory(component)));
  return {
    directory,
    digests: Object.fromEntries(built.map((component) => [component, digestOf(directory(component))])),
    missing: components.filter((component) => !built.includes(component)),
  };
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** Digest the names and the bytes of every file, in the order of their names. */
function digestOf(directory: string): string {
  const hash = createHash('sha256');
  const files = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  for (const file of files) hash.update(`${file.slice(directory.length)}\0`).update(readFileSync(file));
  return hash.digest('hex').slice(0, 16);
}
