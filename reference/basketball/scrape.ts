import type { Phase1Processor } from '../../generated/registry.ts';
import { BOX_COLUMNS, type BoxColumn, type BoxFigures } from '../figures/columns.ts';
import type { PlayerLine, Slate } from '../figures/slate.ts';
import type { Row } from './row.ts';

/** Hold what one scraper brought home for one game_date, before anybody checked it. */
export type ScrapedFile = Readonly<{ scraper: string; game_date: string; rows: readonly Row[] }>;

/** Describe one Phase 1 scraper: its canonical name, what its file holds, and how it cuts a slate. */
export type Scraper = Readonly<{ scraper: string; holds: string; cut: (slate: Slate) => readonly Row[] }>;

/** List the Phase 1 scrapers by canonical name. */
export const SCRAPERS: Readonly<Record<string, Scraper>> = {
  bdl_box_scores: {
    scraper: 'bdl_box_scores',
    holds: 'one line per listed player: minutes and counts',
    cut: cutBoxScores,
  },
  nbac_schedule: {
    scraper: 'nbac_schedule',
    holds: 'one row per game: who plays where',
    cut: (slate) =>
      slate.games.map(({ game_id, home_team, away_team }) => ({ game_id, home_team, away_team })),
  },
  nbac_injury_report: {
    scraper: 'nbac_injury_report',
    holds: 'one row per listed player without minutes (derived, not the league report)',
    cut: cutInjuryReport,
  },
  bdl_active_players: {
    scraper: 'bdl_active_players',
    holds: 'one row per listed player: team and position',
    cut: (slate) =>
      slate.players.map(({ player_lookup, player_name, team, position }) => ({
        player_lookup,
        player_name,
        team,
        position,
      })),
  },
  nbac_team_boxscore: {
    scraper: 'nbac_team_boxscore',
    holds: 'one row per team and game: sums of the player lines',
    cut: cutTeamBoxScores,
  },
  nbac_scoreboard: {
    scraper: 'nbac_scoreboard',
    holds: 'one row per game: final score and periods',
    cut: (slate) => slate.games.map((game) => ({ ...game })),
  },
} satisfies Readonly<Record<Phase1Processor, Scraper>>;

/**
 * Cut a slate into the file of one scraper.
 *
 * @throws {Error} if the scraper is not one of `SCRAPERS`; names of messages are checked long before this.
 */
export function scrapeFile(scraper: string, slate: Slate): ScrapedFile {
  const known = SCRAPERS[scraper];
  if (known === undefined) {
    throw new Error(
      `Expected a scraper out of ${Object.keys(SCRAPERS).join(', ')}; got "${scraper}". Use its canonical name.`,
    );
  }
  return { scraper, game_date: slate.game_date, rows: known.cut(slate) };
}

function cutBoxScores(slate: Slate): readonly Row[] {
  const names = new Map(slate.players.map((player) => [player.player_lookup, player.player_name]));
  return slate.player_lines.map(({ game_id, player_lookup, team, ...figures }) => ({
    game_id,
    player_lookup,
    player_name: names.get(player_lookup) ?? null,
    team,
    ...figures,
  }));
}

function cutInjuryReport(slate: Slate): readonly Row[] {
  const absent = new Set(
    slate.player_lines.filter((line) => line.minutes === 0).map((line) => line.player_lookup),
  );
  return slate.players
    .filter((player) => absent.has(player.player_lookup))
    .map(({ player_lookup, player_name, team }) => ({
      player_lookup,
      player_name,
      team,
      status: 'out',
      reason: 'did_not_play',
    }));
}

function cutTeamBoxScores(slate: Slate): readonly Row[] {
  return slate.games.flatMap(({ game_id, home_team, away_team, home_points, away_points }) =>
    [
      { team: home_team, final_score: home_points },
      { team: away_team, final_score: away_points },
    ].map(({ team, final_score }) => ({
      game_id,
      team,
      ...addFigures(slate.player_lines.filter((line) => line.team === team && line.game_id === game_id)),
      final_score,
    })),
  );
}

function addFigures(lines: readonly PlayerLine[]): BoxFigures {
  const total = (column: BoxColumn) => lines.reduce((sum, line) => sum + line[column], 0);
  return Object.fromEntries(BOX_COLUMNS.map((column) => [column, total(column)])) as BoxFigures;
}
