import type { Score } from '../../../operations/scores/decide-score.ts';
import type { DateScore, RangeScore } from '../../../operations/scores/read-scores.ts';

/** Draw the scores as a table for a person, the total last. */
export function drawScores({ dates, unknown, total, is_simulated }: RangeScore): readonly string[] {
  const later =
    unknown.length === 0
      ? []
      : [`Nobody has told of the games of ${unknown.join(', ')} yet; load the next date.`];
  if (dates.length === 0) {
    return [
      'No date of the range can be scored: load it and the date after it first (pipeline backfill).',
      ...later,
    ];
  }
  const estimated = dates.filter(({ source }) => source !== 'predicted').length;
  return [
    ...(is_simulated ? ['These figures are simulated: players and results are invented.', ''] : []),
    '                                                with a season average',
    'date        played  predicted    MAE   bias    players    MAE  average  bias of average',
    ...dates.map((date) => drawRow(date.game_date, date)),
    drawRow('total', total),
    '',
    `${drawVerdict(total)} MAE: mean of |predicted - scored| in points.`,
    ...(estimated === 0
      ? []
      : [
          `${estimated} of ${dates.length} dates: estimated from their features, since no worker predicted everybody.`,
        ]),
    ...later,
  ];
}

function drawRow(name: string, score: Score | DateScore): string {
  const cells = [
    String(score.played).padStart(6),
    `${drawNumber(score.coverage_percent, 1)} %`.padStart(9),
    drawNumber(score.mae, 2).padStart(5),
    drawNumber(score.bias, 2).padStart(5),
    String(score.compared).padStart(9),
    drawNumber(score.compared_mae, 2).padStart(5),
    drawNumber(score.baseline_mae, 2).padStart(7),
    drawNumber(score.baseline_bias, 2).padStart(15),
  ];
  return [name.padEnd(10), ...cells].join('  ');
}

function drawVerdict({ compared, compared_mae, baseline_mae }: Score): string {
  if (compared_mae === null || !baseline_mae) return 'Nobody has a season average yet.';
  const percent = (100 * (baseline_mae - compared_mae)) / baseline_mae;
  const word = percent >= 0 ? 'below' : 'above';
  return `Over ${compared} players the error is ${Math.abs(percent).toFixed(1)} % ${word} that of their season averages.`;
}

function drawNumber(value: number | null, decimals: number): string {
  return value === null ? '-' : value.toFixed(decimals);
}
