import type { PlayerGameSummary } from '../../basketball/analytics/player-game-summary.ts';
import { estimatePoints } from '../../basketball/estimate.ts';
import type { Row, TableName, Warehouse } from '../../ports/ports.ts';
import { FEATURE_TABLE, PREDICTION_TABLE, registered } from '../../runs/output.ts';
import { type Comparison, decideScore, type Score } from './decide-score.ts';

/** How one date was predicted. */
export interface DateScore extends Score {
  readonly game_date: string;
  /** `predicted` by workers, `estimated` now from the features of a date that nobody predicted, or some of each. */
  readonly source: 'predicted' | 'estimated' | 'both';
}

/** How a range was predicted. */
export interface RangeScore {
  readonly dates: readonly DateScore[];
  /** Dates with features whose games nobody has told of yet. */
  readonly unknown: readonly string[];
  /** Over all players of all dates. */
  readonly total: Score;
  readonly is_simulated: boolean;
}

/** State within how many days the box scores of a date must have come: longer than the All-Star break. */
const TOLD_WITHIN_DAYS = 14;

const LINES: TableName = registered('phase_3_analytics', 'player_game_summary').output;

/**
 * Score every date of a range that has features: run 1, against the player lines that the next date with games was told
 * of. A cup final counts for nothing here either.
 *
 * @throws {PipelineError} STORE_UNAVAILABLE.
 */
export async function readScores(
  warehouse: Pick<Warehouse, 'rows'>,
  dates: readonly string[],
): Promise<RangeScore> {
  const readLines = rememberLast((date) => warehouse.rows(LINES, date, 1));
  const scores: DateScore[] = [];
  const unknown: string[] = [];
  const all: Comparison[] = [];
  let is_simulated = false;
  for (const game_date of dates) {
    const features = await warehouse.rows(FEATURE_TABLE, game_date, 1);
    if (features.length === 0) continue;
    is_simulated ||= String(features[0]?.['game_id']).startsWith('sim-');
    const lines = await linesOf(readLines, game_date);
    if (lines === undefined) {
      unknown.push(game_date);
      continue;
    }
    const predictions = await warehouse.rows(PREDICTION_TABLE, game_date, 1);
    const players = compare(lines, features, predictions);
    if (players.length === 0) continue;
    all.push(...players);
    scores.push({ game_date, source: sourceOf(features, predictions), ...decideScore(players) });
  }
  return { dates: scores, unknown, total: decideScore(all), is_simulated };
}

type ReadLines = (date: string) => Promise<readonly PlayerGameSummary[]>;

/** @returns undefined when no later date has been told of the games. */
async function linesOf(
  readLines: ReadLines,
  game_date: string,
): Promise<readonly PlayerGameSummary[] | undefined> {
  for (let days = 1; days <= TOLD_WITHIN_DAYS; days += 1) {
    const date = new Date(Date.parse(`${game_date}T00:00:00Z`) + days * 24 * 3600 * 1000);
    const lines = await readLines(date.toISOString().slice(0, 10));
    if (lines.length === 0) continue;
    const own = lines.filter(({ played_on }) => played_on === game_date);
    return own.length === 0 ? undefined : own.filter(({ counts, minutes }) => counts && minutes > 0);
  }
  return undefined;
}

/** The same date is asked for by each date before it that has none in between. */
function rememberLast(read: (date: string) => Promise<readonly Row[]>): ReadLines {
  const held = new Map<string, readonly PlayerGameSummary[]>();
  return async (date) => {
    const known = held.get(date);
    if (known !== undefined) return known;
    const lines = (await read(date)) as readonly unknown[] as readonly PlayerGameSummary[];
    if (held.size > TOLD_WITHIN_DAYS) held.clear();
    held.set(date, lines);
    return lines;
  };
}

function compare(
  lines: readonly PlayerGameSummary[],
  features: readonly Row[],
  predictions: readonly Row[],
): readonly Comparison[] {
  const featureOf = new Map(features.map((row) => [row['player_lookup'], row]));
  const predictionOf = new Map(predictions.map((row) => [row['player_lookup'], row]));
  return lines.map(({ player_lookup, team, points }) => {
    const feature = featureOf.get(player_lookup);
    // Who was traded since has been predicted for another team's game.
    if (feature === undefined || feature['team'] !== team) {
      return { scored: points, predicted: null, season_average: null };
    }
    const stored = predictionOf.get(player_lookup)?.['predicted_points'];
    const average = feature['points_season'];
    return {
      scored: points,
      predicted: typeof stored === 'number' ? stored : (estimatePoints(feature)?.points ?? null),
      season_average: typeof average === 'number' ? average : null,
    };
  });
}

function sourceOf(features: readonly Row[], predictions: readonly Row[]): DateScore['source'] {
  if (predictions.length === 0) return 'estimated';
  const ready = features.filter((row) => row['ready'] === true).length;
  return predictions.length < ready ? 'both' : 'predicted';
}
