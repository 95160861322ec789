import { estimatePoints } from '../../../reference/basketball/estimate.ts';
import type { Row } from '../../../reference/basketball/row.ts';
import { createSimulator } from '../../../reference/figures/season/simulate.ts';
import { type Comparison, decideScore } from '../../../reference/operations/scores/decide-score.ts';
import { carryDates, listedDates } from './season.ts';

const SEED = 1;
const SEASONS = [2023, 2024];

/** Score simulated seasons in memory and print a row of docs/season.md for each: some twenty seconds on an idle machine. */
const source = createSimulator({ seed: SEED, seasons: SEASONS });
const dates = SEASONS.flatMap((season) => listedDates(season, SEED));
const players = new Map<number, Comparison[]>(SEASONS.map((season) => [season, []]));
let features: { readonly date: string; readonly rows: readonly Row[] } = { date: '', rows: [] };
for (const { known, tables } of carryDates(source, dates)) {
  const season = SEASONS.findLast((one) => features.date >= `${one}-07-01`);
  const regular = new Set(
    known.played.filter(({ stage }) => stage === 'regular').map(({ game_id }) => game_id),
  );
  for (const line of known.player_lines) {
    if (line.minutes === 0 || !regular.has(line.game_id) || season === undefined) continue;
    const row = features.rows.find(
      ({ player_lookup, team }) => player_lookup === line.player_lookup && team === line.team,
    );
    const average = row?.['points_season'];
    players.get(season)?.push({
      scored: line.points,
      predicted: row === undefined ? null : (estimatePoints(row)?.points ?? null),
      season_average: typeof average === 'number' ? average : null,
    });
  }
  features = { date: known.game_date, rows: tables['ml_feature_store_v2'] ?? [] };
}
for (const [season, compared] of players) {
  const score = decideScore(compared);
  const cells = [
    score.played,
    `${score.coverage_percent?.toFixed(1)} %`,
    score.mae?.toFixed(3),
    score.bias?.toFixed(3),
    score.compared,
    score.compared_mae?.toFixed(3),
    score.baseline_mae?.toFixed(3),
  ];
  process.stdout.write(`${season}: ${cells.join(' | ')}\n`);
}
