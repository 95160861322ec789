import { Argument, type Command } from 'commander';
import { TOPIC } from '../../../generated/topology.ts';
import type { ComponentAnswer, ComponentCall } from '../../operations/calls/component-calls.ts';
import type { Announcement } from '../../operations/triggers/announce.ts';
import { TRIGGER_TARGETS, type TriggerTarget } from '../../operations/triggers/decide-plan.ts';
import type { LevelOutcome } from '../../operations/triggers/override.ts';
import { say, sayJson } from '../terminal.ts';
import { dateOption, type Finish, operatingCommand, type PlaceFlags, positive, runOption } from './flags.ts';
import type { Place } from './place.ts';

interface TriggerFlags extends PlaceFlags {
  readonly date?: string;
  readonly run?: number;
  readonly processor?: string;
  readonly scraper?: string;
  readonly level?: number;
  readonly again: boolean;
  readonly incomplete: boolean;
  readonly force: boolean;
  readonly dryRun: boolean;
}

/** Make `pipeline trigger`: start a phase by hand, also past an orchestrator. */
export function triggerCommand(finish: Finish): Command {
  return operatingCommand('trigger', 'Start a phase by hand. Every repeat is harmless.', [
    'npx pipeline trigger 1 --date 2024-01-16                 scrape the date: POST /scrape',
    'npx pipeline trigger 1 --date 2024-01-16 --scraper bdl_box_scores',
    'npx pipeline trigger 2 --date 2024-01-16                 announce the scraped files to Phase 2 again',
    'npx pipeline trigger 3 --date 2024-01-16                 announce the raw tables to Phase 3 again',
    'npx pipeline trigger fan-in --date 2024-01-16            announce Phase 3 to the 3-to-4 orchestrator again',
    'npx pipeline trigger 4 --date 2024-01-16                 send the next level past its orchestrator',
    'npx pipeline trigger 4 --date 2024-01-16 --level 1 --again',
    'npx pipeline trigger cascade --date 2024-01-16           announce Phase 4 to its orchestrator again',
    'npx pipeline trigger 5 --date 2024-01-16                 start the batch: POST /start',
    'npx pipeline trigger retry --date 2024-01-16             ask again for who has no prediction: POST /retry',
    'npx pipeline trigger sweep                               send pending triggers: POST /sweep, both orchestrators',
    'npx pipeline trigger 4 --date 2024-01-16 --dry-run       show what would be sent',
  ])
    .addArgument(new Argument('<phase>', 'what to start').choices([...TRIGGER_TARGETS]))
    .addOption(dateOption('--date <YYYY-MM-DD>', 'game date (not for sweep)'))
    .addOption(runOption('run of the date (default: the latest on record)'))
    .option('--processor <name>', 'with 2, 3, fan-in and cascade: announce this run only')
    .option('--scraper <name>', 'with 1: this scraper only')
    .option('--level <1|2|3>', 'with 4: cascade level (default: the first that is not triggered)', positive)
    .option('--again', 'with 4: send a trigger that is out once more, unchanged', false)
    .option('--incomplete', 'with 4: go on although something that the level waits for is missing', false)
    .option('--force', 'with 5: start a new batch although one is complete', false)
    .option('--dry-run', 'show what would be sent, and send nothing', false)
    .action(async (target: TriggerTarget, flags: TriggerFlags) => finish(await trigger(target, flags)));
}

/** Make `pipeline rerun`: run a date again, from the scrapers on, under the next run number. */
export function rerunCommand(finish: Finish): Command {
  return operatingCommand(
    'rerun',
    'Run a date again from the scrapers on, as its next run. The runs before stay.',
    ['npx pipeline rerun --date 2024-01-16', 'npx pipeline rerun --date 2024-01-16 --dry-run'],
  )
    .addOption(dateOption('--date <YYYY-MM-DD>', 'game date').makeOptionMandatory())
    .option('--dry-run', 'show the call, and make none', false)
    .action(async (flags: TriggerFlags & { readonly date: string }) => finish(await rerun(flags)));
}

async function trigger(target: TriggerTarget, flags: TriggerFlags): Promise<number> {
  const [{ withPlace, meantRun }, { planTrigger }, { PipelineError }] = await Promise.all([
    import('./place.ts'),
    import('../../operations/triggers/decide-plan.ts'),
    import('../../errors/pipeline-error.ts'),
  ]);
  if (flags.date === undefined && target !== 'sweep') {
    throw new PipelineError(
      'INVALID_REQUEST',
      `trigger ${target} needs --date YYYY-MM-DD; see pipeline trigger --help`,
    );
  }
  const game_date = flags.date ?? '';
  return withPlace(flags, async (place) => {
    const run = target === 'sweep' ? 1 : await meantRun(place.ports, game_date, flags.run);
    const history = target === 'sweep' ? [] : await place.ports.warehouse.runs({ game_date, run });
    const processor = flags.scraper ?? flags.processor ?? null;
    const plan = planTrigger({ target, game_date, run, processor, force: flags.force }, history);
    switch (plan.kind) {
      case 'calls':
        return makeCalls(place, plan.calls, flags);
      case 'messages':
        return publishAll(place, plan.announcements, flags);
      default: {
        const { sendLevel } = await import('../../operations/triggers/override.ts');
        const { again, incomplete } = flags;
        const wish = { game_date, run, level: flags.level ?? null, history, again, incomplete };
        return tellLevel(
          await sendLevel(place.ports, place.settings, { ...wish, dry_run: flags.dryRun }),
          flags,
        );
      }
    }
  });
}

async function rerun(flags: TriggerFlags & { readonly date: string }): Promise<number> {
  const { withPlace } = await import('./place.ts');
  const { planTrigger } = await import('../../operations/triggers/decide-plan.ts');
  return withPlace(flags, async (place) => {
    const history = await place.ports.warehouse.runs({ game_date: flags.date });
    const run = Math.max(0, ...history.map((row) => row.run)) + 1;
    if (!flags.json) say(`run ${run} of ${flags.date}`);
    const wish = { target: '1', game_date: flags.date, run, processor: null, force: false } as const;
    const plan = planTrigger(wish, []);
    return plan.kind === 'calls' ? makeCalls(place, plan.calls, flags, { run }) : 1;
  });
}

async function makeCalls(
  { calls }: Place,
  wanted: readonly ComponentCall[],
  flags: TriggerFlags,
  about: object = {},
): Promise<number> {
  const answers: (ComponentCall & Partial<ComponentAnswer>)[] = [];
  for (const call of wanted) {
    const answer = flags.dryRun ? undefined : await calls.call(call);
    answers.push({
      ...call,
      ...(answer === undefined ? {} : { status: answer.status, answer: answer.body }),
    });
    if (!flags.json) {
      const shown = call.body === null ? '' : `  ${JSON.stringify(call.body)}`;
      say(`${call.method} ${call.path} on ${call.component}${shown}`);
      say(
        answer === undefined
          ? '  not sent (--dry-run)'
          : `  ${answer.status}  ${JSON.stringify(answer.body)}`,
      );
    }
  }
  if (flags.json) sayJson({ ...about, dry_run: flags.dryRun, calls: answers });
  return answers.every(({ status = 200 }) => status < 300) ? 0 : 1;
}

async function publishAll(
  { ports }: Place,
  announcements: readonly Announcement[],
  flags: TriggerFlags,
): Promise<number> {
  const { publishMessage, requireSendable } = await import('../../message/publisher.ts');
  const sent: object[] = [];
  // All are checked before the first goes out.
  for (const { topic, message } of announcements) requireSendable(topic, message);
  for (const { topic, message } of announcements) {
    const published = flags.dryRun ? undefined : await publishMessage(ports, topic, message);
    sent.push({ topic, message, ...(published ?? { outcome: 'dry_run' }) });
    if (flags.json) continue;
    const what = `${message['processor_name']}  ${message['status']}  ${message['execution_id']}`;
    say(`${topic}  ${what}`);
    if (published === undefined) say(`  not sent (--dry-run): ${JSON.stringify(message)}`);
    else if (published.outcome === 'published') say(`  published again as message ${published.message_id}`);
    else say('  held back: it is a backfill that triggers nothing');
  }
  if (flags.json) sayJson({ dry_run: flags.dryRun, messages: sent });
  return 0;
}

function tellLevel({ level, document, effect }: LevelOutcome, flags: TriggerFlags): number {
  if (flags.json) sayJson({ level, document, dry_run: flags.dryRun, ...effect });
  else if (effect.kind === 'refused') say(`not sent: ${effect.sentence}`);
  else {
    const { message, missing } = effect;
    say(`level ${level}  ${message.execution_id}  runs ${message.metadata.processors.join(', ')}`);
    if (missing.length > 0) say(`  without ${missing.join(', ')}: what they would have written is missing`);
    say(
      flags.dryRun
        ? `  not sent (--dry-run): ${JSON.stringify(message)}`
        : `  published on ${TOPIC.phase4Trigger} and recorded in ${document}; its orchestrator sends no other`,
    );
  }
  return effect.kind === 'send' ? 0 : 1;
}
