import { readFile } from 'node:fs/promises';
import { type Command, InvalidArgumentError } from 'commander';
import picocolors from 'picocolors';
import type { Through } from '../../operations/backfill/decide-step.ts';
import type { DateOutcome } from '../../operations/backfill/load-date.ts';
import { drawBar, drawPace } from '../../operations/backfill/progress.ts';
import { say, sayJson } from '../terminal.ts';
import { dateOption, type Finish, operatingCommand, type PlaceFlags, positive } from './flags.ts';

interface BackfillFlags extends PlaceFlags {
  readonly from: string;
  readonly to: string;
  readonly reason: string;
  readonly schedule?: string;
  readonly through: Through;
  readonly concurrency: number;
  readonly patience: number;
}

/** Make `pipeline backfill`: load a range of dates as history, resumable. */
export function backfillCommand(finish: Finish): Command {
  return operatingCommand(
    'backfill',
    'Load a range of dates as history through Phases 1 to 4: no predictions, and nothing is triggered. Run it again to go on where it stopped.',
    [
      'npx pipeline backfill --from 2024-10-22 --to 2025-04-13 --concurrency 8',
      'npx pipeline backfill --from 2021-10-19 --to 2025-04-13 --through 2 --schedule seasons.csv',
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
    .option('--through <phase>', 'last phase: 2 raw tables, 3 analytics, 4 features', through, 4)
    .option('--concurrency <number>', 'how many dates are under way at the same time', positive, 4)
    .option('--patience <seconds>', 'how long one step of a date may take', positive, 300)
    .action(async (flags: BackfillFlags) => finish(await backfill(flags)));
}

async function backfill(flags: BackfillFlags): Promise<number> {
  const [{ withPlace, commandLine }, { rangeOfDates }, { loadRange }] = await Promise.all([
    import('./place.ts'),
    import('../../operations/backfill/decide-loaded.ts'),
    import('../../operations/backfill/load-range.ts'),
  ]);
  const dates = rangeOfDates(flags.from, flags.to);
  const game_days = flags.schedule === undefined ? null : await readSchedule(flags.schedule);
  let is_interrupted = false;
  const interrupt = (): void => {
    is_interrupted = true;
  };
  for (const signal of SIGNALS) process.on(signal, interrupt);
  try {
    return await withPlace(flags, async ({ ports, calls }) => {
      const { reason, through, concurrency, patience: patience_seconds } = flags;
      const pace = { dates, game_days, reason, through, concurrency, patience_seconds };
      const range = { ...pace, interrupted: () => is_interrupted };
      const teller = createTeller(dates.length, Date.now());
      const outcomes = await loadRange(ports, calls, range, (outcome) => {
        if (!flags.json) teller(outcome);
      });
      const left = dates.length - outcomes.filter(({ outcome }) => outcome !== 'stopped').length;
      const broken = outcomes.find(({ problem }) => problem !== null);
      if (flags.json) sayJson({ from: flags.from, to: flags.to, reason, left, dates: outcomes });
      else {
        say('');
        say(summary(outcomes));
        const schedule = flags.schedule === undefined ? [] : ['--schedule', flags.schedule];
        const phases = through === 4 ? [] : ['--through', String(through)];
        const args = [
          'backfill',
          '--from',
          flags.from,
          '--to',
          flags.to,
          '--reason',
          reason,
          ...phases,
          ...schedule,
        ];
        const again = commandLine(args, flags);
        if (broken !== undefined) {
          say(picocolors.red(`Stopped at ${broken.game_date}: ${broken.problem}`));
          say(`${left} dates are left; mend it and go on with: ${again}`);
        } else if (left > 0) say(`Interrupted with ${left} dates left; go on with: ${again}`);
      }
      if (broken !== undefined) return 1;
      return left > 0 ? 130 : 0;
    });
  } finally {
    for (const signal of SIGNALS) process.off(signal, interrupt);
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

async function readSchedule(file: string): Promise<ReadonlySet<string>> {
  const [{ PipelineError }, { readGameDays }] = await Promise.all([
    import('../../errors/pipeline-error.ts'),
    import('../../operations/backfill/game-days.ts'),
  ]);
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new PipelineError(
      'INVALID_REQUEST',
      `--schedule must be a file that can be read, got ${file}: ${error}`,
    );
  });
  return readGameDays(text, file);
}

const WORDS: Readonly<Record<DateOutcome['outcome'], string>> = {
  loaded: 'loaded',
  before: 'loaded before',
  no_games: 'skipped: no games',
  no_figures: 'skipped: no figures',
  late: 'not finished',
  failed: 'failed',
  refused: 'refused',
  stopped: 'not finished: an older date failed',
};

/** Tells each date as it ends, with a bar, the pace and the time left. */
function createTeller(all: number, started_ms: number): (outcome: DateOutcome) => void {
  let ended = 0;
  let worked = 0;
  return ({ game_date, outcome, records, problem }) => {
    ended += 1;
    if (outcome === 'loaded') worked += 1;
    const bar = drawBar({ ended, all });
    const place = `${String(ended).padStart(String(all).length)}/${all}`;
    const loaded = records > 0 ? `  ${records} records` : '';
    const pace = drawPace({ ended, all, worked, elapsed_ms: Date.now() - started_ms });
    const line = `${bar} ${place}  ${game_date}  ${WORDS[outcome]}${loaded}${pace === '' ? '' : `  ${pace}`}`;
    say(problem === null ? line : picocolors.red(`${line}  ${problem}`));
  };
}

function through(text: string): Through {
  const phase = Number(text);
  if (phase === 2 || phase === 3 || phase === 4) return phase;
  throw new InvalidArgumentError('it must be 2, 3 or 4.');
}

function summary(outcomes: readonly DateOutcome[]): string {
  const counts = Object.entries(WORDS).flatMap(([outcome, words]) => {
    const number = outcomes.filter((date) => date.outcome === outcome).length;
    return number === 0 ? [] : [`${number} ${words}`];
  });
  return `${counts.join(', ')}. Nothing was triggered downstream.`;
}
