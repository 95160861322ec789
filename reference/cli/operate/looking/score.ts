import type { Command } from 'commander';
import { say, sayJson } from '../../terminal.ts';
import { dateOption, type Finish, operatingCommand, type PlaceFlags } from '../flags.ts';
import { drawScores } from './draw-scores.ts';

interface ScoreFlags extends PlaceFlags {
  readonly from: string;
  readonly to: string;
}

/** Make `pipeline score`: how well a range of dates was predicted. */
export function scoreCommand(finish: Finish): Command {
  return operatingCommand(
    'score',
    'Compare predictions with what happened: error, bias and coverage per date and in total, beside season averages.',
    [
      'npx pipeline score --from 2024-10-22 --to 2025-04-13',
      'npx pipeline score --from 2024-11-01 --to 2024-11-30 --json',
    ],
  )
    .addOption(dateOption('--from <YYYY-MM-DD>', 'first game date').makeOptionMandatory())
    .addOption(dateOption('--to <YYYY-MM-DD>', 'last game date').makeOptionMandatory())
    .action(async (flags: ScoreFlags) => finish(await score(flags)));
}

async function score(flags: ScoreFlags): Promise<number> {
  const [{ withPlace }, { rangeOfDates }, { readScores }] = await Promise.all([
    import('../place.ts'),
    import('../../../operations/backfill/decide-loaded.ts'),
    import('../../../operations/scores/read-scores.ts'),
  ]);
  const dates = rangeOfDates(flags.from, flags.to);
  return withPlace(flags, async ({ ports }) => {
    const range = await readScores(ports.warehouse, dates);
    if (flags.json) sayJson({ from: flags.from, to: flags.to, ...range });
    else for (const line of drawScores(range)) say(line);
    return range.dates.length === 0 ? 1 : 0;
  });
}
