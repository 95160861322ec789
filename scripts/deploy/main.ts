import { setTimeout as wait } from 'node:timers/promises';
import { runDeploy } from './command.ts';
import { createGcloud } from './gcloud/run.ts';

// A reader that has seen enough, such as head, is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

process.exitCode = await runDeploy(process.argv.slice(2), {
  gcloud: createGcloud(process.env),
  say: (line) => process.stdout.write(`${line}\n`),
  complain: (line) => process.stderr.write(`${line}\n`),
  wait,
});
