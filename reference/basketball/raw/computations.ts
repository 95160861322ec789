import type { Phase2Processor } from '../../../generated/registry.ts';
import { keyOf, type Row } from '../row.ts';
import type { ScrapedFile } from '../scrape.ts';
import {
  BOX_FIELDS,
  BOX_RULES,
  COUNT,
  DAY,
  FLAG,
  MINUTES_FOR_POINTS,
  NO_DRAW,
  OUT,
  PERIODS,
  PLAYED_BEFORE,
  SCORE_IS_SUM,
  STAGE,
  TEAM,
  TEXT,
  TEXT_OR_NULL,
  TWO_TEAMS,
} from './rules.ts';
import { type RawResult, type RawTable, validateFile } from './validate.ts';

/** Describe one Phase 2 processor: its table, the one scraper whose file it reads, and what it makes of it. */
export type RawComputation = Readonly<{
  table: string;
  inputs: readonly [scraper: string];
  key: (row: Row) => string;
  compute: (file: ScrapedFile) => RawResult;
}>;

/** List the Phase 2 processors by canonical name, which is also the name of their table. */
export const RAW_COMPUTATIONS: Readonly<Record<string, RawComputation>> = {
  bdl_player_boxscores: defineRaw('bdl_player_boxscores', 'bdl_box_scores', {
    fields: {
      game_id: TEXT,
      played_on: DAY,
      player_lookup: TEXT,
      player_name: TEXT,
      team: TEAM,
      ...BOX_FIELDS,
    },
    rules: [PLAYED_BEFORE, ...BOX_RULES, MINUTES_FOR_POINTS],
    // A traded player may be listed by two teams on one date, with a line for each.
    key: ['game_id', 'player_lookup'],
  }),
  nbac_schedule_games: defineRaw('nbac_schedule_games', 'nbac_schedule', {
    fields: {
      game_id: TEXT,
      plays_on: DAY,
      home_team: TEAM,
      away_team: TEAM,
      stage: STAGE,
      is_neutral: FLAG,
    },
    rules: [TWO_TEAMS],
    key: ['game_id'],
  }),
  nbac_injury_report_players: defineRaw('nbac_injury_report_players', 'nbac_injury_report', {
    fields: { player_lookup: TEXT, player_name: TEXT, team: TEAM, status: OUT, reason: TEXT },
    rules: [],
    key: ['player_lookup'],
  }),
  bdl_active_rosters: defineRaw('bdl_active_rosters', 'bdl_active_players', {
    fields: { player_lookup: TEXT, player_name: TEXT, team: TEAM, position: TEXT_OR_NULL },
    rules: [],
    key: ['player_lookup'],
  }),
  nbac_team_boxscores: defineRaw('nbac_team_boxscores', 'nbac_team_boxscore', {
    fields: { game_id: TEXT, played_on: DAY, team: TEAM, ...BOX_FIELDS, final_score: COUNT },
    rules: [PLAYED_BEFORE, ...BOX_RULES, MINUTES_FOR_POINTS, SCORE_IS_SUM],
    key: ['game_id', 'team'],
  }),
  nbac_game_scores: defineRaw('nbac_game_scores', 'nbac_scoreboard', {
    fields: {
      game_id: TEXT,
      played_on: DAY,
      home_team: TEAM,
      away_team: TEAM,
      stage: STAGE,
      home_points: COUNT,
      away_points: COUNT,
      periods: PERIODS,
    },
    rules: [PLAYED_BEFORE, TWO_TEAMS, NO_DRAW],
    key: ['game_id'],
  }),
} satisfies Readonly<Record<Phase2Processor, RawComputation>>;

function defineRaw(table: string, scraper: string, shape: RawTable): RawComputation {
  return { table, inputs: [scraper], key: keyOf(shape.key), compute: (file) => validateFile(file, shape) };
}
