// Starts one component from a bundle of the sources as they are now: `node reference/services/start.mjs <component>`.
// `--only-build` makes the bundle and ends, so that several components that start together find it.
import { pathToFileURL } from 'node:url';
import { freshServices } from './bundle.mjs';

const program = await freshServices();
if (process.argv[2] !== '--only-build') await import(pathToFileURL(program).href);
