#!/usr/bin/env node
// Starts the judge: commands that judge in a thread of their own, which another one looks after.
import inspector from 'node:inspector';
import { loadJudge } from './supervision/load.mjs';

const SUPERVISED = ['run', 'replay', 'certify', 'verify', 'report'];
const argv = process.argv.slice(2);

// A reader that has seen enough, such as head, ends the printing but not the run: components are stopped as always.
process.stdout.on('error', (error) => {
  if (error.code !== 'EPIPE') throw error;
});
// What nobody caught is the judge's own fault, never the target's; at the exit components are ended too.
process.on('uncaughtException', async (error) => {
  const { words, exit_code } = await explain(error);
  process.stderr.write(`${words}\n`);
  process.exit(exit_code);
});
process.exitCode = await (SUPERVISED.includes(argv[0]) && inspector.url() === undefined
  ? supervised()
  : alone());
// Cases that were interrupted, or met nobody, may still wait for answers that never come.
if (process.exitCode !== 0) process.exit();

async function supervised() {
  const { supervise } = await import('./supervision/supervise.mjs');
  // What a file brings the judge to is held against the file.
  const refused = (error) => `REFUSED: it could not be judged: ${error.message}`;
  return supervise(argv, async (error) =>
    argv[0] === 'verify' ? refused(error) : (await explain(error)).words,
  );
}

async function alone() {
  const { main } = await loadJudge();
  return main(argv);
}

async function explain(error) {
  const { outcomeOf } = await loadJudge();
  return outcomeOf(error, argv);
}
