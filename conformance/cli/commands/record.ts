import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { TOPIC } from '../../../generated/topology.ts';
import { toJsonLines } from '../../history/json-lines.ts';
import { historyOfPulls, type PulledTopic } from '../../recordings/pulled.ts';
import { type AddCommand, examples } from '../context.ts';
import { UsageError } from '../exit-codes.ts';

const EXIT_HELP = `
Exit codes: 0 the history is written, 2 a file cannot be used.`;

const EXAMPLES = examples(
  [
    'what three subscriptions gave',
    `record --from ${TOPIC.phase3AnalyticsComplete}=phase3.jsonl ${TOPIC.phase4Trigger}=trigger.jsonl ${TOPIC.phase4ProcessorComplete}=phase4.jsonl --output night.jsonl`,
  ],
  ['and its verdict', 'check --history night.jsonl'],
);

/** Adds `conformance record`. */
export const addRecord: AddCommand = (program, { output }) => {
  program
    .command('record')
    .description('make a history of what was pulled from subscriptions, for check --history')
    .requiredOption(
      '--from <topic=file...>',
      'a topic of the contract, and what "gcloud pubsub subscriptions pull --format=json" printed of it; one value, or one a line',
    )
    .option('--until <time>', 'when the subscriptions were empty (default: when each file was last written)')
    .option('--output <file>', 'write the history there (default: print it)')
    .addHelpText('after', EXAMPLES)
    .addHelpText('after', EXIT_HELP)
    .action(({ from, until, output: file }: RecordOptions) => {
      const lines = toJsonLines(historyOfPulls(from.map((one) => readPull(one, until))));
      if (file === undefined) output.out(lines);
      else usable(file, 'written', () => writeFileSync(file, lines));
    });
};

interface RecordOptions {
  readonly from: readonly string[];
  readonly until?: string;
  readonly output?: string;
}

function readPull(from: string, until: string | undefined): PulledTopic {
  const [, topic, file] = /^([^=]+)=(.+)$/.exec(from) ?? [];
  if (topic === undefined || file === undefined) {
    throw new UsageError(
      `--from "${from}": expected TOPIC=FILE, such as ${TOPIC.phase4Trigger}=trigger.jsonl`,
    );
  }
  const said_ms = until === undefined ? undefined : Date.parse(until);
  if (Number.isNaN(said_ms)) {
    throw new UsageError(`--until "${until}": expected a time such as 2026-11-27T14:15:00Z`);
  }
  return usable(file, 'read', () => ({
    topic,
    file,
    text: readFileSync(file, 'utf8'),
    until_ms: said_ms ?? statSync(file).mtimeMs,
  }));
}

function usable<Result>(file: string, done: 'read' | 'written', act: () => Result): Result {
  try {
    return act();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${file}: expected a file that can be ${done}, got ${why}; name another one`);
  }
}
