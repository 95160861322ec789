// Loads the judge: from a bundle of its sources as they are now, or from the sources themselves, where no bundle can be written
// and with CONFORMANCE_SOURCES=1, whose stack traces name the sources' lines.
import { pathToFileURL } from 'node:url';
import { freshJudge } from '../bundle.mjs';

/** Gives what `../main.ts` exports. */
export function loadJudge() {
  return process.env.CONFORMANCE_SOURCES ? fromSources() : fromBundle().catch(fromSources);
}

async function fromBundle() {
  return import(pathToFileURL(await freshJudge()).href);
}

async function fromSources() {
  const { register } = await import('tsx/esm/api');
  register();
  return import('../main.ts');
}
