// Serves the embedded cloud until a signal: in an installed package from what was built for it, in a clone from the sources.
import { existsSync } from 'node:fs';

const { runCloud } = await load();
process.exitCode = await runCloud(process.argv.slice(2));

async function load() {
  if (!existsSync(new URL('main.ts', import.meta.url))) {
    return import(new URL('../../lib/cloud-program.js', import.meta.url).href);
  }
  const { register } = await import('tsx/esm/api');
  register();
  return import('./main.ts');
}
