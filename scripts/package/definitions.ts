import { cpSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** How a service of the embedded cloud says where it is defined; see `ServiceSource` in `conformance/cloud/rpc/`. */
const SOURCE = /package_name: '([^']+)',\s*file: '([^']+)'/g;

/**
 * Copy the definitions of Google's services, which are read and never imported, so that no bundler sees them.
 *
 * @returns the packages that they come from.
 */
export function copyDefinitions(root: string, folder: string): readonly string[] {
  const cloud = path.join(root, 'conformance/cloud');
  const sources = readdirSync(cloud, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  const found = sources.flatMap((file) => [...readFileSync(path.join(cloud, file), 'utf8').matchAll(SOURCE)]);
  if (found.length === 0)
    throw new Error(`${cloud}: expected services that name their definitions, found none`);
  return found.map(([, name = '', file = '']) => {
    const place = path.join(folder, name, file);
    mkdirSync(path.dirname(place), { recursive: true });
    cpSync(path.join(root, 'node_modules', name, file), place);
    return `node_modules/${name}`;
  });
}
