import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command } from 'commander';
import type { LocalPipeline } from '../../local/pipeline.ts';
import { dateOption, type Finish, positive } from './flags.ts';

interface ServeFlags {
  readonly date: string;
  readonly project: string;
  readonly exports?: string;
  readonly data?: string;
  readonly replay?: string;
  readonly simulated?: number;
  readonly logs: boolean;
  readonly console: boolean;
}

/** Make `pipeline serve`: the whole pipeline on this machine, kept running for operating commands in another terminal. */
export function serveCommand(finish: Finish): Command {
  return new Command('serve')
    .description('Keep the whole pipeline running on this machine, to operate it from another terminal.')
    .addOption(
      dateOption('--date <YYYY-MM-DD>', 'the day that the components believe it is').default('2024-01-16'),
    )
    .option('--project <id>', 'project id', 'demo-pipeline')
    .option('--exports <file>', 'write the exports there too, for `. FILE` in the other terminal')
    .option('--data <dir>', 'keep documents and messages there, and go on with them at the next start')
    .addOption(
      dateOption('--replay <YYYY-MM-DD>', 'for every date, let the slate of this date be the last one'),
    )
    .option('--simulated <seasons>', 'serve invented seasons, 1 to 4, of which 2024-25 is the last', positive)
    .option(
      '--console',
      'serve the page of `pipeline console` too, with drills that break this pipeline on purpose',
      false,
    )
    .option('--logs', "print the components' log lines on standard error", false)
    .addHelpText(
      'after',
      `
Examples:
  npx pipeline serve --exports pipeline.env      in one terminal
  . ./pipeline.env                               in the other, and then
  npx pipeline trigger 1 --date 2024-01-16
  npx pipeline status --date 2024-01-16
  npx pipeline serve --console                   and a page on which to practise

No scheduler job runs: sweeps, starts and retries are yours to call, with \`pipeline trigger\`.
Exit codes: 0 after SIGINT or SIGTERM, 2 usage or configuration.`,
    )
    .exitOverride()
    .action(async (flags: ServeFlags) => finish(await serve(flags)));
}

async function serve(flags: ServeFlags): Promise<number> {
  const { startPipeline } = await import('../../local/pipeline.ts');
  const stopped = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  const clock_start = `${flags.date}T12:00:00Z`;
  const ahead_seconds = String(Math.round((Date.parse(clock_start) - Date.now()) / 1000));
  const pipeline = await startPipeline({
    project: flags.project,
    environment: {
      CLOCK_AHEAD_SECONDS: ahead_seconds,
      LOG_LEVEL: flags.logs ? 'info' : 'error',
      ...(flags.replay === undefined ? {} : { SLATE_REPLAY_DATE: flags.replay }),
      ...(flags.simulated === undefined ? {} : { SIMULATED_SEASONS: String(flags.simulated) }),
    },
    ...(flags.data === undefined ? {} : { data: resolve(flags.data) }),
    onLog: (line) => void process.stderr.write(`${line}\n`),
  });
  try {
    const { environment, addresses } = pipeline;
    const exports = {
      GOOGLE_CLOUD_PROJECT: flags.project,
      PUBSUB_EMULATOR_HOST: environment['PUBSUB_EMULATOR_HOST'] ?? '',
      FIRESTORE_EMULATOR_HOST: environment['FIRESTORE_EMULATOR_HOST'] ?? '',
      PIPELINE_URLS: Object.entries(addresses)
        .map(([name, url]) => `${name}=${url}`)
        .join(','),
      CLOCK_AHEAD_SECONDS: ahead_seconds,
    };
    const lines = Object.entries(exports).map(([name, value]) => `export ${name}="${value}"`);
    if (flags.exports !== undefined) await writeFile(flags.exports, `${lines.join('\n')}\n`);
    for (const line of lines) process.stdout.write(`${line}\n`);
    process.stdout.write(
      `# ready: ${Object.keys(addresses).length} components believe that it is ${clock_start}; Ctrl-C ends them\n`,
    );
    if (flags.console) await practise(pipeline, exports, flags, stopped);
    else await stopped;
    return 0;
  } finally {
    await pipeline.stop();
  }
}

async function practise(
  { pubsub, addresses, stopComponent, startComponent }: LocalPipeline,
  environment: Readonly<Record<string, string>>,
  flags: ServeFlags,
  stopped: Promise<unknown>,
): Promise<void> {
  const [{ withPlace }, { openConsole }] = await Promise.all([import('./place.ts'), import('./console.ts')]);
  Object.assign(process.env, environment);
  await withPlace({ region: '', url: [], json: false }, async (place) => {
    const practice = { game_date: flags.date, pubsub, addresses, stopComponent, startComponent };
    const running = await openConsole(place, { port: 0, allowActions: true }, practice);
    process.stdout.write(`# console: ${running.url}\n`);
    await stopped;
    await running.stop();
  });
}
