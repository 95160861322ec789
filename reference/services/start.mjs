// Starts one component, or several with commas between them: `node reference/services/start.mjs <component>`. In an installed
// package it is built; in a clone it runs from a bundle of the sources as they are now, and `--only-build` makes the bundle
// and ends, so that several components which start together find it.
import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const is_built = !existsSync(new URL('start.ts', import.meta.url));
const program = is_built ? new URL('../../lib/services.js', import.meta.url) : await freshProgram();
if (process.argv[2] !== '--only-build') await import(program.href);

async function freshProgram() {
  const { freshServices } = await import('./bundle.mjs');
  return pathToFileURL(await freshServices());
}
