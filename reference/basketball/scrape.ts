import type { Phase1Processor } from '../../generated/registry.ts';
import { BOX_COLUMNS, type BoxColumn, type BoxFigures } from '../figures/columns.ts';
import type { Known, PlayedLine } from '../figures/known.ts';
import type { Row } from './row.ts';

/**
 * Hold what one scraper brought home for one game_date, before anybody checked it. `source` says in words where the
 * figures come from.
 */
export type ScrapedFile = Readonly<{
  scraper: string;
  game_date: string;
  source: string;
  rows: readonly Row[];
}>;

/** Describe one Phase 1 scraper: its canonical name, what its file holds, and how it cuts what is known. */
export type Scraper = Readonly<{ scraper: string; holds: string; cut: (known: Known) => readonly Row[] }>;

/**
 * List the Phase 1 scrapers by canonical name.
 *
 * A file of a game_date holds what is known before its first game: three tell of the games since the last date with games,
 * two of the morning, and the list of games of both.
 */
export const SCRAPERS: Readonly<Record<string, Scraper>> = {
  bdl_box_scores: {
    scraper: 'bdl_box_scores',
    holds: 'one line per player, game and team that listed him, of the games since the last slate',
    cut: (known) => known.player_lines.map((line) => ({ ...line })),
  },
  nbac_schedule: {
    scraper: 'nbac_schedule',
    holds:
      'one row per game of the date, and of the games since the last slate: who plays whom, when and where',
    cut: cutSchedule,
  },
  nbac_injury_report: {
    scraper: 'nbac_injury_report',
    holds: 'one row per player who is known not to play',
    cut: (known) => known.absent.map((player) => ({ ...player, status: 'out' })),
  },
  bdl_active_players: {
    scraper: 'bdl_active_players',
    holds: 'one row per player of a team with a game: team and position',
    cut: (known) =>
      known.players.map(({ player_lookup, player_name, team, position }) => ({
        player_lookup,
        player_name,
        team,
        position,
      })),
  },
  nbac_team_boxscore: {
    scraper: 'nbac_team_boxscore',
    holds: 'one row per team and game since the last slate: sums of the player lines',
    cut: cutTeamBoxScores,
  },
  nbac_scoreboard: {
    scraper: 'nbac_scoreboard',
    holds: 'one row per game since the last slate: final score and periods',
    cut: (known) => known.played.map(({ is_neutral: _, ...game }) => game),
  },
} satisfies Readonly<Record<Phase1Processor, Scraper>>;

/**
 * Cut what is known before a date into the file of one scraper.
 *
 * @throws {Error} if the scraper is not one of `SCRAPERS`; names of messages are checked long before this.
 */
export function scrapeFile(scraper: string, known: Known): ScrapedFile {
  const found = SCRAPERS[scraper];
  if (found === undefined) {
    throw new Error(
      `Expected a scraper out of ${Object.keys(SCRAPERS).join(', ')}; got "${scraper}". Use its canonical name.`,
    );
  }
  const { game_date, source } = known;
  return { scraper, game_date, source, rows: found.cut(known) };
}

function cutSchedule({ games, played }: Known): readonly Row[] {
  const before = played.map(({ game_id, played_on, home_team, away_team, stage, is_neutral }) => ({
    game_id,
    plays_on: played_on,
    home_team,
    away_team,
    stage,
    is_neutral,
  }));
  return [...before, ...games];
}

function cutTeamBoxScores({ played, player_lines }: Known): readonly Row[] {
  return played.flatMap(({ game_id, played_on, home_team, away_team, home_points, away_points }) =>
    [
      { team: home_team, final_score: home_points },
      { team: away_team, final_score: away_points },
    ].map(({ team, final_score }) => ({
      game_id,
      played_on,
      team,
      ...addFigures(player_lines.filter((line) => line.team === team && line.game_id === game_id)),
      final_score,
    })),
  );
}

function addFigures(lines: readonly PlayedLine[]): BoxFigures {
  const total = (column: BoxColumn) => lines.reduce((sum, line) => sum + line[column], 0);
  return Object.fromEntries(BOX_COLUMNS.map((column) => [column, total(column)])) as BoxFigures;
}
