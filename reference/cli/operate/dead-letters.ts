import { Command } from 'commander';
import picocolors from 'picocolors';
import { TOPIC } from '../../../generated/topology.ts';
import type { DeadLetter } from '../../operations/dead-letters/dead-letter.ts';
import type { Replayed } from '../../operations/dead-letters/replay.ts';
import { say, sayJson } from '../terminal.ts';
import { type Finish, operatingCommand, type PlaceFlags } from './flags.ts';

interface LetterFlags extends PlaceFlags {
  readonly topic?: string;
  readonly message?: string;
  readonly all: boolean;
  readonly anyway: boolean;
  readonly dryRun: boolean;
}

/** Make `pipeline dead-letters`: list, show, replay. */
export function deadLettersCommand(finish: Finish): Command {
  const command = new Command('dead-letters')
    .description('Look at what used up its delivery attempts, and send it again.')
    .exitOverride();
  command.addCommand(
    operatingCommand(
      'list',
      'Count dead letters per topic and say why they were refused. Nothing is taken away.',
      [
        'npx pipeline dead-letters list',
        `npx pipeline dead-letters list --topic ${TOPIC.phase3AnalyticsComplete} --json`,
      ],
    )
      .option('--topic <topic>', 'only this topic (default: all)')
      .action(async (flags: LetterFlags) => finish(await look(flags, false))),
  );
  command.addCommand(
    operatingCommand(
      'show',
      'Show dead letters whole, with what is wrong with each. Nothing is taken away.',
      [
        `npx pipeline dead-letters show --topic ${TOPIC.phase3AnalyticsComplete}`,
        'npx pipeline dead-letters show --message 8812',
      ],
    )
      .option('--topic <topic>', 'only this topic (default: all)')
      .option('--message <id>', 'only this message')
      .action(async (flags: LetterFlags) => finish(await look(flags, true))),
  );
  command.addCommand(
    operatingCommand(
      'replay',
      'Publish dead letters again on their own topics, and ack each once that is confirmed.',
      [
        'npx pipeline dead-letters replay --message 8812',
        `npx pipeline dead-letters replay --topic ${TOPIC.phase3AnalyticsComplete} --all`,
        'npx pipeline dead-letters replay --all --dry-run',
      ],
    )
      .option('--topic <topic>', 'only this topic (default: all)')
      .option('--message <id>', 'this message')
      .option('--all', 'every dead letter that can succeed', false)
      .option('--anyway', 'also what its receiver would refuse again by this contract', false)
      .option('--dry-run', 'say what would be sent, and send nothing', false)
      .action(async (flags: LetterFlags) => finish(await replay(flags))),
  );
  return command;
}

async function topicsOf({ topic }: LetterFlags): Promise<readonly string[]> {
  const { deadLetterQueues, requireQueue } = await import('../../operations/dead-letters/dead-letter.ts');
  return topic === undefined ? deadLetterQueues().map((queue) => queue.topic) : [requireQueue(topic).topic];
}

async function look(flags: LetterFlags, whole: boolean): Promise<number> {
  const { withPlace } = await import('./place.ts');
  const { explainDeadLetter } = await import('../../operations/dead-letters/explain.ts');
  const topics = await topicsOf(flags);
  return withPlace(flags, async ({ letters }) => {
    const found = (await Promise.all(topics.map((topic) => letters.peek(topic)))).flat();
    const wanted = found.filter(
      ({ message_id }) => flags.message === undefined || message_id === flags.message,
    );
    const explained = wanted.map((letter) => ({ ...letter, why: explainDeadLetter(letter) }));
    if (flags.json) sayJson({ dead_letters: explained });
    else if (explained.length === 0) say('No dead letters.');
    for (const letter of flags.json ? [] : explained) {
      say(headline(letter));
      say(`  ${letter.why.sentence}`);
      if (whole) for (const line of payloadLines(letter)) say(`  ${line}`);
    }
    if (!flags.json && explained.length > 0) sayAdvice(explained);
    return explained.length === 0 ? 0 : 1;
  });
}

async function replay(flags: LetterFlags): Promise<number> {
  const { withPlace } = await import('./place.ts');
  const { PipelineError } = await import('../../errors/pipeline-error.ts');
  const { replayDeadLetters } = await import('../../operations/dead-letters/replay.ts');
  if (flags.message === undefined && !flags.all) {
    throw new PipelineError(
      'INVALID_REQUEST',
      'replay needs --message ID or --all; see pipeline dead-letters list',
    );
  }
  const topics = await topicsOf(flags);
  return withPlace(flags, async ({ letters }) => {
    const { anyway, dryRun: dry_run } = flags;
    const wish = { topics, message_id: flags.message ?? null, anyway, dry_run };
    const results = await replayDeadLetters(letters, wish);
    if (flags.json) sayJson({ dry_run, replayed: results });
    else if (results.length === 0) say('No dead letter to replay.');
    for (const result of flags.json ? [] : results) {
      say(headline(result.letter));
      say(`  ${outcomeLine(result)}`);
    }
    const isMissing = flags.message !== undefined && results.length === 0;
    const isDone = results.every(({ outcome }) => outcome === 'replayed' || outcome === 'would_replay');
    return isDone && !isMissing ? 0 : 1;
  });
}

function headline(letter: DeadLetter): string {
  const { topic, message_id, dead_since, attributes, deliveries } = letter;
  const who = attributes['processor_name'] ?? attributes['game_date'] ?? '';
  const times = deliveries === null ? '' : `  after ${deliveries} deliveries`;
  return `${picocolors.bold(topic)}  message ${message_id}  ${who}  since ${dead_since.slice(0, 16)}Z${times}`;
}

function payloadLines({ payload, data, attributes }: DeadLetter): readonly string[] {
  const body =
    payload === undefined
      ? `not JSON: ${JSON.stringify(Buffer.from(data, 'base64').toString('utf8').slice(0, 200))}`
      : JSON.stringify(payload, null, 2);
  return [`attributes ${JSON.stringify(attributes)}`, ...body.split('\n')];
}

function outcomeLine({ outcome, explanation, new_message_id, problem }: Replayed): string {
  switch (outcome) {
    case 'replayed':
      return `published again as message ${new_message_id}; the dead letter is gone`;
    case 'would_replay':
      return 'would be published again (--dry-run)';
    case 'kept':
      return `kept, since it would be refused again: ${explanation.sentence}`;
    default:
      return `kept, since the publish failed: ${problem}`;
  }
}

function sayAdvice(explained: readonly { readonly why: { readonly can_succeed: boolean } }[]): void {
  say('');
  say(`${count(explained.length)}. ${advice(explained)}`);
}

function advice(explained: readonly { readonly why: { readonly can_succeed: boolean } }[]): string {
  const good = explained.filter(({ why }) => why.can_succeed).length;
  const bad = explained.length - good;
  const parts = [
    ...(good === 0 ? [] : [`${good} can succeed: npx pipeline dead-letters replay --all`]),
    ...(bad === 0 ? [] : [`${bad} would be refused again: correct the sender, and let it publish anew`]),
  ];
  return parts.join('. ');
}

function count(letters: number): string {
  return `${letters} dead ${letters === 1 ? 'letter' : 'letters'}`;
}
