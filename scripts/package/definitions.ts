import { cpSync, mkdirSync } from 'node:fs';
import path from 'node:path';

/** The service definitions that the embedded cloud serves, in the packages that ship them. */
const DEFINITIONS = {
  '@google-cloud/pubsub': 'build/protos/protos.json',
  '@google-cloud/firestore': 'build/protos/v1.json',
  'google-gax': 'build/protos/iam_service.json',
};

/**
 * Copy the definitions of Google's services, which are read and never imported, so that no bundler sees them.
 *
 * @returns the packages that they come from.
 */
export function copyDefinitions(root: string, folder: string): readonly string[] {
  return Object.entries(DEFINITIONS).map(([name, file]) => {
    const place = path.join(folder, name, file);
    mkdirSync(path.dirname(place), { recursive: true });
    cpSync(path.join(root, 'node_modules', name, file), place);
    return `node_modules/${name}`;
  });
}
