import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import picocolors from 'picocolors';
import type { DateOutcome } from '../../operations/backfill/load-range.ts';
import { dateOption, type Finish, operatingCommand, type PlaceFlags, positive } from './flags.ts';

interface BackfillFlags extends PlaceFlags {
  readonly from: string;
  readonly to: string;
  readonly reason: string;
  readonly schedule?: string;
  readonly patience: number;
}

/** Make `pipeline backfill`: load a range of dates as history, resumable. */
export function backfillCommand(finish: Finish): Command {
  return operatingCommand(
    'backfill',
    'Load a range of dates as history: raw tables only, nothing downstream. Run it again to go on where it stopped.',
    [
      'npx pipeline backfill --from 2024-01-15 --to 2024-01-15',
      'npx pipeline backfill --from 2021-10-19 --to 2025-04-13 --reason historical_load --schedule seasons.csv',
    ],
  )
    .addOption(dateOption('--from <YYYY-MM-DD>', 'first game date').makeOptionMandatory())
    .addOption(dateOption('--to <YYYY-MM-DD>', 'last game date').makeOptionMandatory())
    .option(
      '--reason <reason>',
      'backfill_reason; a date counts as loaded once per reason',
      'historical_load',
    )
    .option('--schedule <file>', 'CSV with a column game_date: other dates have no games and are skipped')
    .option('--patience <seconds>', 'how long the raw tables of one date may take', positive, 300)
    .action(async (flags: BackfillFlags) => finish(await backfill(flags)));
}

async function backfill(flags: BackfillFlags): Promise<number> {
  const [{ withPlace, sayJson, commandLine }, { datesBetween }, { loadRange }, { PipelineError }] =
    await Promise.all([
      import('./place.ts'),
      import('../../operations/backfill/decide-loaded.ts'),
      import('../../operations/backfill/load-range.ts'),
      import('../../errors/pipeline-error.ts'),
    ]);
  const dates = datesBetween(flags.from, flags.to);
  if (dates.length === 0) {
    throw new PipelineError(
      'INVALID_REQUEST',
      `--from must not be after --to, got ${flags.from} and ${flags.to}`,
    );
  }
  const game_days = flags.schedule === undefined ? null : await readGameDays(flags.schedule);
  let is_interrupted = false;
  const interrupt = (): void => {
    is_interrupted = true;
  };
  for (const signal of SIGNALS) process.on(signal, interrupt);
  try {
    return await withPlace(flags, async ({ ports, calls }) => {
      const { reason, patience: patience_seconds } = flags;
      const range = { dates, game_days, reason, patience_seconds, interrupted: () => is_interrupted };
      let met = 0;
      const outcomes = await loadRange(ports, calls, range, (outcome) => {
        met += 1;
        if (!flags.json) print(progressLine(outcome, met, dates.length));
      });
      const left = dates.length - outcomes.length;
      if (flags.json) sayJson({ from: flags.from, to: flags.to, reason, left, dates: outcomes });
      else {
        print(`\n${summary(outcomes)}`);
        const schedule = flags.schedule === undefined ? [] : ['--schedule', flags.schedule];
        const args = ['backfill', '--from', flags.from, '--to', flags.to, '--reason', reason, ...schedule];
        if (left > 0) print(`Interrupted with ${left} dates left; go on with: ${commandLine(args, flags)}`);
      }
      if (left > 0) return 130;
      return outcomes.some(({ problem }) => problem !== null) ? 1 : 0;
    });
  } finally {
    for (const signal of SIGNALS) process.off(signal, interrupt);
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Reads the column game_date of a CSV file whose values hold no commas before it. */
async function readGameDays(file: string): Promise<ReadonlySet<string>> {
  const { PipelineError } = await import('../../errors/pipeline-error.ts');
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new PipelineError(
      'INVALID_REQUEST',
      `--schedule must be a file that can be read, got ${file}: ${error}`,
    );
  });
  const [head = '', ...lines] = text.trim().split(/\r?\n/);
  const column = head.split(',').indexOf('game_date');
  if (column === -1) {
    throw new PipelineError(
      'INVALID_REQUEST',
      `--schedule must have a column game_date, got "${head}" in ${file}`,
    );
  }
  return new Set(lines.flatMap((line) => line.split(',')[column] ?? []));
}

const WORDS: Readonly<Record<DateOutcome['outcome'], string>> = {
  loaded: 'loaded',
  before: 'loaded before',
  no_games: 'skipped: no games',
  no_figures: 'skipped: no figures',
  late: 'not finished',
  failed: 'failed',
  refused: 'refused',
};

function progressLine(
  { game_date, outcome, records, problem }: DateOutcome,
  met: number,
  all: number,
): string {
  const place = `${String(met).padStart(String(all).length)}/${all}`;
  const loaded = records > 0 ? `  ${records} records` : '';
  const line = `${place}  ${game_date}  ${WORDS[outcome]}${loaded}`;
  return problem === null ? line : picocolors.red(`${line}  ${problem}`);
}

function summary(outcomes: readonly DateOutcome[]): string {
  const counts = Object.entries(WORDS).flatMap(([outcome, words]) => {
    const number = outcomes.filter((date) => date.outcome === outcome).length;
    return number === 0 ? [] : [`${number} ${words}`];
  });
  return `${counts.join(', ')}. Nothing was triggered downstream.`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
