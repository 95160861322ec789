import { PipelineError } from '../errors/pipeline-error.ts';
import { runComponents } from './run.ts';

/**
 * The program: `node --import tsx reference/services/start.ts <component>`, or several with commas between them. Ends with
 * 0 after SIGTERM or SIGINT, with 2 when a component or the configuration is wrong.
 */
async function start(): Promise<number> {
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
  });
  try {
    const say = (line: string) => void process.stdout.write(`${line}\n`);
    const names = (process.argv[2] ?? '').split(',').filter((name) => name !== '');
    await runComponents(names, { environment: process.env, stopped, say });
    return 0;
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error;
    process.stderr.write(`start: ${error.message}\n`);
    return 2;
  }
}

process.exit(await start());
