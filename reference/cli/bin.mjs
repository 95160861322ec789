#!/usr/bin/env node
// Starts the command line: in an installed package from what was built for it, in a clone from the TypeScript sources.
import { existsSync } from 'node:fs';

const { main } = await load();
// A reader that has seen enough, such as head, is no error.
process.stdout.on('error', (error) => {
  if (error.code !== 'EPIPE') throw error;
});
process.exitCode = await main(process.argv.slice(2));

async function load() {
  if (!existsSync(new URL('main.ts', import.meta.url))) {
    return import(new URL('../../lib/pipeline.js', import.meta.url).href);
  }
  const { register } = await import('tsx/esm/api');
  register();
  return import('./main.ts');
}
