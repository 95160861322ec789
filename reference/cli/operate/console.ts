import { once } from 'node:events';
import type { Command } from 'commander';
import type { PracticePlace } from '../../console/practice/create-practice.ts';
import { type Finish, operatingCommand, type PlaceFlags, port } from './flags.ts';
import type { Place } from './place.ts';

interface ConsoleFlags extends PlaceFlags {
  readonly port: number;
  readonly allowActions: boolean;
}

/** How often is read: on this machine a read costs nothing; against a project each is paid for. */
const HERE = { cloud: 'this machine', fresh_ms: 200, list_ms: 4_000, look_again_ms: 2_000 } as const;
export const PROJECT = {
  cloud: 'Google Cloud',
  fresh_ms: 10_000,
  list_ms: 600_000,
  look_again_ms: 15_000,
} as const;

/** Make `pipeline console`: one page that shows how the dates stand, what is wrong, and what mends it. */
export function consoleCommand(finish: Finish): Command {
  return operatingCommand(
    'console',
    'Serve a page on this machine: how the dates stand, what is wrong, and what mends it.',
    [
      'npx pipeline console                                  on what `pipeline serve` started, or an emulator',
      'npx pipeline console --project nba-staging            look at a project; acts are off',
      'npx pipeline console --project nba-staging --allow-actions',
    ],
  )
    .option('--port <port>', 'port on 127.0.0.1 (default: any free one)', port, 0)
    .option('--allow-actions', 'let the page act on a project; on this machine it may always', false)
    .action(async (flags: ConsoleFlags) => finish(await serveConsole(flags)));
}

async function serveConsole(flags: ConsoleFlags): Promise<number> {
  const { withPlace } = await import('./place.ts');
  const stopped = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  return withPlace(flags, async (place) => {
    const running = await openConsole(place, flags, null);
    process.stdout.write(`${running.url}\n# Ctrl-C ends it\n`);
    await stopped;
    await running.stop();
    return 0;
  });
}

/** Open the console on a place. @param practice where drills may be held; null elsewhere. */
export async function openConsole(
  place: Place,
  flags: Pick<ConsoleFlags, 'port' | 'allowActions' | 'project'>,
  practice: Pick<
    PracticePlace,
    'game_date' | 'pubsub' | 'addresses' | 'stopComponent' | 'startComponent'
  > | null,
): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const [
    { startConsole },
    { watchDates },
    { shareLetters },
    { createMessageLog },
    { listenTopics },
    { createPractice },
    { pageProgram },
  ] = await Promise.all([
    import('../../console/server.ts'),
    import('../../console/dates/watch-dates.ts'),
    import('../../console/dates/share-letters.ts'),
    import('../../console/messages.ts'),
    import('../../google/listen.ts'),
    import('../../console/practice/create-practice.ts'),
    import('../../console/page/program.mjs'),
  ]);
  const is_here = process.env['PUBSUB_EMULATOR_HOST'] !== undefined;
  const { ports, settings } = place;
  const { cloud, fresh_ms, list_ms, look_again_ms } = is_here ? HERE : PROJECT;
  const letters = shareLetters(place.letters, fresh_ms);
  // In a project a bystander's subscriptions would be resources that nobody has deployed.
  const log = is_here ? createMessageLog() : null;
  const running = await startConsole({
    ...place,
    letters,
    port: flags.port,
    project: settings.project,
    cloud,
    allow_actions: is_here || flags.allowActions,
    watch: watchDates({ ports, letters, project: flags.project, fresh_ms, list_ms }),
    log,
    drills: practice === null ? null : createPractice({ ...place, letters, ...practice }),
    program: await pageProgram(),
    look_again_ms,
    onAct: (line) => void process.stderr.write(`${new Date().toISOString()} ${line}\n`),
  });
  const listener =
    log === null
      ? null
      : await listenTopics(settings.project, (topic, message) => {
          // The broker's clock is this machine's; the page tells the time of the components.
          const ahead_ms = ports.clock.now().getTime() - Date.now();
          const published_at = new Date(Date.parse(message.published_at) + ahead_ms).toISOString();
          running.tell(log.add(topic, { ...message, published_at }));
        });
  return {
    url: running.url,
    async stop() {
      await listener?.close();
      await running.stop();
    },
  };
}
