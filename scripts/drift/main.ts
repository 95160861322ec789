import { createGcloud } from '../deploy/gcloud/run.ts';
import { runDrift } from './command.ts';

process.exitCode = await runDrift(process.argv.slice(2), {
  gcloud: createGcloud(process.env),
  say: (line) => process.stdout.write(`${line}\n`),
  complain: (line) => process.stderr.write(`${line}\n`),
});
