import { BOX_COLUMNS } from '../../figures/columns.ts';
import type { Row } from '../row.ts';
import type { FieldRule, RowRule } from './validate.ts';

/** Accept text that is not empty. */
export const TEXT: FieldRule = {
  expected: 'text',
  holds: (value) => typeof value === 'string' && value !== '',
};

/** Accept text that is not empty, or null for "not known". */
export const TEXT_OR_NULL: FieldRule = {
  expected: 'text or null',
  holds: (value) => value === null || TEXT.holds(value),
};

/** Accept a team code such as PHI. */
export const TEAM: FieldRule = {
  expected: 'a team code of three capital letters',
  holds: (value) => typeof value === 'string' && /^[A-Z]{3}$/.test(value),
};

/** Accept a calendar day, `YYYY-MM-DD`. */
export const DAY: FieldRule = {
  expected: 'a day such as 2024-01-15',
  holds: (value) => typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value),
};

/** Accept what a game is for. */
export const STAGE: FieldRule = {
  expected: '"regular" or "cup_final"',
  holds: (value) => value === 'regular' || value === 'cup_final',
};

/** Accept true or false. */
export const FLAG: FieldRule = {
  expected: 'true or false',
  holds: (value) => typeof value === 'boolean',
};

/** Accept a whole number of at least zero. */
export const COUNT: FieldRule = {
  expected: 'a whole number of at least 0',
  holds: (value) => Number.isInteger(value) && Number(value) >= 0,
};

/** Accept the number of periods of a finished game. */
export const PERIODS: FieldRule = {
  expected: 'a whole number of at least 4',
  holds: (value) => Number.isInteger(value) && Number(value) >= 4,
};

/** Accept the one status of an injury report that is certain. */
export const OUT: FieldRule = { expected: '"out"', holds: (value) => value === 'out' };

/** Ask of every figure of a line or team that it is a count. */
export const BOX_FIELDS: Readonly<Record<string, FieldRule>> = Object.fromEntries(
  BOX_COLUMNS.map((column) => [column, COUNT]),
);

/** State what the figures of a line or of a team's totals have to do with each other. */
export const BOX_RULES: readonly RowRule[] = [
  atMost('field_goals_made', 'field_goals_attempted'),
  atMost('threes_made', 'threes_attempted'),
  atMost('free_throws_made', 'free_throws_attempted'),
  atMost('threes_made', 'field_goals_made'),
  atMost('threes_attempted', 'field_goals_attempted'),
  {
    field: 'points',
    expected: 'points must be 2 x field_goals_made + threes_made + free_throws_made',
    holds: (row) =>
      row.points ===
      2 * Number(row.field_goals_made) + Number(row.threes_made) + Number(row.free_throws_made),
  },
];

/** Ask of a line that nobody scores in no time. */
export const MINUTES_FOR_POINTS: RowRule = {
  field: 'minutes',
  expected: 'minutes must be above 0 in a line with points',
  holds: (row) => row.minutes !== 0 || row.points === 0,
};

/** Ask that a game is over before the date that is predicted: its own games cannot be known. */
export const PLAYED_BEFORE: RowRule = {
  field: 'played_on',
  expected: 'played_on must be before the game_date of the file',
  holds: (row, game_date) => String(row.played_on) < game_date,
};

/** Ask that two teams of a game are not the same. */
export const TWO_TEAMS: RowRule = {
  field: 'away_team',
  expected: 'away_team must be another team than home_team',
  holds: (row) => row.away_team !== row.home_team,
};

/** Ask that somebody won: a finished game has no draw. */
export const NO_DRAW: RowRule = {
  field: 'away_points',
  expected: 'away_points must differ from home_points in a finished game',
  holds: (row) => row.away_points !== row.home_points,
};

/** Ask that the final score is the sum of what the players scored. */
export const SCORE_IS_SUM: RowRule = {
  field: 'final_score',
  expected: 'final_score must be the points of all players',
  holds: (row: Row) => row.final_score === row.points,
};

function atMost(field: string, bound: string): RowRule {
  return {
    field,
    expected: `${field} must be at most ${bound}`,
    holds: (row) => Number(row[field]) <= Number(row[bound]),
  };
}
