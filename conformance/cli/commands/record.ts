import { TOPIC } from '../../../generated/topology.ts';
import { type AddCommand, examples } from '../context.ts';
import type { RecordOptions } from '../reading/record.ts';

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
      'a topic of the contract, and what "gcloud pubsub subscriptions pull --format=json" printed of it, or the rows of its table in BigQuery; one value, or one a line',
    )
    .option('--until <time>', 'when the subscriptions were empty (default: when each file was last written)')
    .option('--output <file>', 'write the history there (default: print it)')
    .addHelpText('after', EXAMPLES)
    .addHelpText('after', EXIT_HELP)
    .action(async (options: RecordOptions) => {
      const { record } = await import('../reading/record.ts');
      output.out(record(options));
    });
};
