/**
 * List the figures of one player line, in the order of the slate file.
 *
 * Minutes are whole minutes, everything else is a count. `threes_*` are part of `field_goals_*`.
 * Total rebounds are left out: they are `rebounds_offensive + rebounds_defensive`.
 */
export const BOX_COLUMNS = [
  'minutes',
  'field_goals_made',
  'field_goals_attempted',
  'threes_made',
  'threes_attempted',
  'free_throws_made',
  'free_throws_attempted',
  'rebounds_offensive',
  'rebounds_defensive',
  'assists',
  'steals',
  'blocks',
  'turnovers',
  'fouls',
  'points',
] as const;

/** Name one figure of a player line. */
export type BoxColumn = (typeof BOX_COLUMNS)[number];

/** Hold the figures of one player, or of one team when they are sums, in one game. */
export type BoxFigures = Readonly<Record<BoxColumn, number>>;

/** Hold one value of the slate file; null means that the source does not know it. */
export type Figure = string | number | null;

/** Hold one table of the slate file: column names once, then one array of values per row. */
export type FigureTable = Readonly<{ columns: readonly string[]; rows: readonly (readonly Figure[])[] }>;

/** Describe the slate file as it is stored; `slate.schema.json` says the same for machines. */
export type SlateFile = Readonly<{
  format: 1;
  game_date: string;
  season: number;
  teams: FigureTable;
  games: FigureTable;
  players: FigureTable;
  player_lines: FigureTable;
}>;

/** List the columns of each table of the slate file, in file order. */
export const SLATE_COLUMNS = {
  teams: ['team', 'city', 'nickname'],
  games: ['home_team', 'away_team', 'home_points', 'away_points', 'periods'],
  players: ['player_id', 'first_name', 'last_name', 'position', 'team'],
  player_lines: ['player_id', 'team', ...BOX_COLUMNS],
} as const;
