#!/usr/bin/env node
// Starts the judge from a bundle of its sources as they are now, or from the sources themselves: where no bundle can be
// written, and with CONFORMANCE_SOURCES=1, whose stack traces name the sources' lines.
import { pathToFileURL } from 'node:url';
import { freshJudge } from './bundle.mjs';

const { main, exitCodeOf, explainError } = await (process.env.CONFORMANCE_SOURCES
  ? fromSources()
  : fromBundle().catch(fromSources));
// A reader that has seen enough, such as head, ends the printing but not the run: components are stopped as always.
process.stdout.on('error', (error) => {
  if (error.code !== 'EPIPE') throw error;
});
// What nobody caught is the judge's own fault, never the target's; at the exit components are ended too.
process.on('uncaughtException', (error) => {
  process.stderr.write(`${explainError(error, process.argv.slice(2))}\n`);
  process.exit(exitCodeOf(error));
});
process.exitCode = await main(process.argv.slice(2));
// Cases that were interrupted, or met nobody, may still wait for answers that never come.
if (process.exitCode === 130 || process.exitCode === 3) process.exit();

async function fromBundle() {
  return import(pathToFileURL(await freshJudge()).href);
}

async function fromSources() {
  const { register } = await import('tsx/esm/api');
  register();
  return import('./main.ts');
}
