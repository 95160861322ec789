import {
  BOX_COLUMNS,
  type BoxColumn,
  SLATE_COLUMNS,
  type SlateFile,
} from '../../reference/figures/columns.ts';

type SourceLine = Readonly<Record<string, unknown>> & Readonly<{ player: SourcePlayer }>;
type SourcePlayer = Readonly<{ id: number; first_name: string; last_name: string; position: string }>;
type SourceTeam = Readonly<{
  abbreviation: string;
  city: string;
  name: string;
  players: readonly SourceLine[];
}>;
type SourceGame = Readonly<{
  date: string;
  season: number;
  status: string;
  period: number;
  home_team_score: number;
  visitor_team_score: number;
  home_team: SourceTeam;
  visitor_team: SourceTeam;
}>;

/** Describe the part of the public box-score response that a slate needs; the rest is dropped. */
export type BoxScores = Readonly<{ data: readonly SourceGame[] }>;

/** Say under which name the source keeps each figure. */
const SOURCE_FIELDS: Readonly<Record<BoxColumn, string>> = {
  minutes: 'min',
  field_goals_made: 'fgm',
  field_goals_attempted: 'fga',
  threes_made: 'fg3m',
  threes_attempted: 'fg3a',
  free_throws_made: 'ftm',
  free_throws_attempted: 'fta',
  rebounds_offensive: 'oreb',
  rebounds_defensive: 'dreb',
  assists: 'ast',
  steals: 'stl',
  blocks: 'blk',
  turnovers: 'turnover',
  fouls: 'pf',
  points: 'pts',
};

/**
 * Convert the box scores of one finished date into a slate, in the order of the source.
 *
 * @throws {Error} if there are no games, the games are of several dates, one is not final, or a figure
 *                 is not a whole number of at least zero.
 */
export function convertBoxScores(boxScores: BoxScores): SlateFile {
  const [first, ...others] = boxScores.data;
  if (first === undefined) throw new Error('Expected the box scores of at least one game, got none.');
  for (const game of [first, ...others]) requireConvertible(game, first.date);
  const teams = boxScores.data.flatMap((game) => [game.home_team, game.visitor_team]);
  const lines = teams.flatMap((team) => team.players.map((line) => ({ team, line })));
  return {
    format: 1,
    game_date: first.date,
    season: first.season,
    teams: {
      columns: SLATE_COLUMNS.teams,
      rows: teams.map((team) => [team.abbreviation, team.city, team.name]),
    },
    games: { columns: SLATE_COLUMNS.games, rows: boxScores.data.map(gameRow) },
    players: {
      columns: SLATE_COLUMNS.players,
      rows: listOnce(lines).map(({ team, line: { player } }) => [
        player.id,
        player.first_name,
        player.last_name,
        player.position === '' ? null : player.position,
        team.abbreviation,
      ]),
    },
    player_lines: {
      columns: SLATE_COLUMNS.player_lines,
      rows: lines.map(({ team, line }) => lineRow(team, line)),
    },
  };
}

/** Print a slate with one row per line, so that a changed figure is a changed line. */
export function printSlate(slate: SlateFile): string {
  const { format, game_date, season, ...tables } = slate;
  const head = Object.entries({ format, game_date, season }).map(
    ([name, value]) => `  "${name}": ${JSON.stringify(value)}`,
  );
  const bodies = Object.entries(tables).map(([name, { columns, rows }]) => {
    const printed = rows.map((row) => `      ${printArray(row)}`).join(',\n');
    return `  "${name}": {\n    "columns": ${printColumns(columns)},\n    "rows": [\n${printed}\n    ]\n  }`;
  });
  return `{\n${[...head, ...bodies].join(',\n')}\n}\n`;
}

function requireConvertible(game: SourceGame, game_date: string): void {
  const name = `${game.visitor_team.abbreviation} at ${game.home_team.abbreviation}`;
  if (game.date !== game_date) {
    throw new Error(`Expected games of one date, ${game_date}, got ${name} of ${game.date}; split the file.`);
  }
  if (game.status !== 'Final') {
    throw new Error(`Expected finished games, got ${name} with status "${game.status}"; fetch it later.`);
  }
}

function gameRow(game: SourceGame): readonly (string | number)[] {
  return [
    game.home_team.abbreviation,
    game.visitor_team.abbreviation,
    game.home_team_score,
    game.visitor_team_score,
    game.period,
  ];
}

/** A traded player may be listed by two teams on one date; his roster is that of the team for which he played. */
function listOnce(
  lines: readonly Readonly<{ team: SourceTeam; line: SourceLine }>[],
): readonly Readonly<{ team: SourceTeam; line: SourceLine }>[] {
  const chosen = new Map<number, { team: SourceTeam; line: SourceLine }>();
  for (const listed of lines) {
    const held = chosen.get(listed.line.player.id);
    if (held === undefined || Number(held.line['min']) === 0) chosen.set(listed.line.player.id, listed);
  }
  return [...chosen.values()];
}

function lineRow(team: SourceTeam, line: SourceLine): readonly (string | number)[] {
  const figures = BOX_COLUMNS.map((column) => {
    const field = SOURCE_FIELDS[column];
    // Minutes come as text ("06"), counts as numbers; Number() alone would read null and "" as zero.
    if (!/^\d+$/.test(String(line[field]))) {
      const { first_name, last_name } = line.player;
      throw new Error(
        `Expected a whole number of at least 0 in "${field}" of ${first_name} ${last_name}, got ${JSON.stringify(line[field])}.`,
      );
    }
    return Number(line[field]);
  });
  const { first_name, last_name } = line.player;
  if (Number(line['min']) === 0 && Number(line['pts']) > 0) {
    throw new Error(
      `Expected minutes for the ${line['pts']} points of ${first_name} ${last_name} (${team.abbreviation}), got "${line['min']}".`,
    );
  }
  return [line.player.id, team.abbreviation, ...figures];
}

function printArray(values: readonly unknown[]): string {
  return `[${values.map((value) => JSON.stringify(value)).join(', ')}]`;
}

function printColumns(columns: readonly string[]): string {
  const inline = printArray(columns);
  // The house formatter breaks what does not fit into 110 characters; print it as it would.
  if (inline.length + '    "columns": ,'.length <= 110) return inline;
  return `[\n${columns.map((column) => `      "${column}"`).join(',\n')}\n    ]`;
}
