import { Command, InvalidArgumentError, Option } from 'commander';

/** Flags of every operating command: which project, and how its components are reached. */
export interface PlaceFlags {
  readonly project?: string;
  readonly region: string;
  readonly url: readonly string[];
  readonly json: boolean;
}

/** Hands an exit code to whoever parsed the command line. */
export type Finish = (exit_code: number) => void;

const WHERE = `
Where: --project or GOOGLE_CLOUD_PROJECT names the project. With PUBSUB_EMULATOR_HOST and FIRESTORE_EMULATOR_HOST the
command talks to an emulator or to what \`pipeline serve\` started, else to Google Cloud as Application Default Credentials.
Components are found by --url, else PIPELINE_URLS, else by asking gcloud.

Exit codes: 0 well or done, 1 there is a problem or it was refused, 2 usage or configuration, 3 the cloud or a component
does not answer, 130 interrupted.`;

/** Make an operating command with the shared flags, examples and exit codes in its help. */
export function operatingCommand(name: string, description: string, examples: readonly string[]): Command {
  return new Command(name)
    .description(description)
    .option('--project <id>', 'Google Cloud project (default: GOOGLE_CLOUD_PROJECT)')
    .option('--region <region>', 'where the components run', 'us-west2')
    .option('--url <component=url>', 'address of a component; may be repeated', collect, [])
    .option('--json', 'print one JSON object instead of text', false)
    .addHelpText('after', `\nExamples:\n${examples.map((line) => `  ${line}`).join('\n')}\n${WHERE}`)
    .exitOverride();
}

/** Make the flag for a game_date. */
export function dateOption(flags: string, description: string): Option {
  return new Option(flags, description).argParser(gameDate);
}

/** Make the flag for a run number. */
export function runOption(description: string): Option {
  return new Option('--run <number>', description).argParser(positive);
}

/** Read a whole number above 0. */
export function positive(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new InvalidArgumentError('it must be a whole number above 0.');
}

function gameDate(text: string): string {
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00Z`));
  // A day such as 2024-02-30 is read as the first of March.
  if (isDay && new Date(`${text}T00:00:00Z`).toISOString().startsWith(text)) return text;
  throw new InvalidArgumentError('it must be a calendar day written YYYY-MM-DD.');
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

/** Read a port from a flag; 0 is any free one. */
export function port(text: string): number {
  const value = Number(text);
  if (text !== '' && Number.isInteger(value) && value >= 0 && value <= 65_535) return value;
  throw new InvalidArgumentError('it must be a whole number from 0 to 65535.');
}
