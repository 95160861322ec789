// Loads the judge: in an installed package what was built for it; in a clone a bundle of its sources as they are now, or the
// sources themselves, where no bundle can be written and with CONFORMANCE_SOURCES=1, whose stack traces name the sources' lines.
import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

/** Gives what `../main.ts` exports. */
export function loadJudge() {
  if (!existsSync(new URL('../main.ts', import.meta.url))) {
    return import(new URL('../../../lib/conformance.js', import.meta.url).href);
  }
  return process.env.CONFORMANCE_SOURCES ? fromSources() : fromBundle().catch(fromSources);
}

async function fromBundle() {
  const { freshJudge } = await import('../bundle.mjs');
  return import(pathToFileURL(await freshJudge()).href);
}

async function fromSources() {
  const { register } = await import('tsx/esm/api');
  register();
  return import('../main.ts');
}
