import fc from 'fast-check';
import { BOX_COLUMNS, type BoxFigures } from '../../reference/figures/columns.ts';
import { type Known, knownAfter } from '../../reference/figures/known.ts';
import type { Slate } from '../../reference/figures/slate.ts';

/** Know, on the morning after, slates of one to three games with lines that add up: scores are sums, nobody makes what he did not try. */
export function anyKnown(): fc.Arbitrary<Known> {
  return anySlate().map((slate) => knownAfter(slate, '2030-02-04'));
}

function anySlate(): fc.Arbitrary<Slate> {
  const game = fc.record({
    lines: fc.array(fc.tuple(fc.boolean(), anyLine()), { minLength: 2, maxLength: 14 }),
    overtimes: fc.nat({ max: 2 }),
  });
  return fc.array(game, { minLength: 1, maxLength: 3 }).map(buildSlate).filter(hasNoDraw);
}

function anyLine(): fc.Arbitrary<BoxFigures> {
  const few = (max: number) => fc.nat({ max });
  return fc
    .record({
      minutes: few(48),
      twos: few(12),
      threes: few(8),
      free_throws: few(10),
      missed_twos: few(12),
      missed_threes: few(8),
      missed_free_throws: few(5),
      rebounds: few(8),
      turnovers: few(8),
    })
    .map((line) => (line.minutes === 0 ? NOTHING : lineOf(line)));
}

const NOTHING = Object.fromEntries(BOX_COLUMNS.map((column) => [column, 0])) as BoxFigures;

function lineOf(line: Record<string, number> & { minutes: number }): BoxFigures {
  const { minutes, twos = 0, threes = 0, free_throws = 0, rebounds = 0, turnovers = 0 } = line;
  const { missed_twos = 0, missed_threes = 0, missed_free_throws = 0 } = line;
  return {
    ...NOTHING,
    minutes,
    field_goals_made: twos + threes,
    field_goals_attempted: twos + threes + missed_twos + missed_threes,
    threes_made: threes,
    threes_attempted: threes + missed_threes,
    free_throws_made: free_throws,
    free_throws_attempted: free_throws + missed_free_throws,
    // An offensive rebound needs a miss of one's own team; one's own misses are a safe bound.
    rebounds_offensive: Math.min(rebounds, missed_twos + missed_threes),
    rebounds_defensive: rebounds,
    turnovers,
    points: 2 * twos + 3 * threes + free_throws,
  };
}

type AnyGame = Readonly<{ lines: readonly (readonly [boolean, BoxFigures])[]; overtimes: number }>;

function buildSlate(games: readonly AnyGame[]): Slate {
  const teamOf = (game: number, home: boolean) => `${'ABC'[game] ?? 'Z'}${home ? 'HO' : 'AW'}`;
  const lines = games.flatMap(({ lines }, game) =>
    lines.map(([home, figures], index) => ({
      game_id: `game-${game}`,
      player_lookup: `player${game}x${index}`,
      team: teamOf(game, home),
      ...figures,
    })),
  );
  const pointsOf = (team: string) =>
    lines.filter((line) => line.team === team).reduce((total, line) => total + line.points, 0);
  return {
    game_date: '2030-02-03',
    season: 2029,
    teams: games.flatMap((_, game) =>
      [true, false].map((home) => ({ team: teamOf(game, home), city: 'City', nickname: 'Team' })),
    ),
    games: games.map(({ overtimes }, game) => ({
      game_id: `game-${game}`,
      home_team: teamOf(game, true),
      away_team: teamOf(game, false),
      home_points: pointsOf(teamOf(game, true)),
      away_points: pointsOf(teamOf(game, false)),
      periods: 4 + overtimes,
    })),
    players: lines.map(({ player_lookup, team }, index) => ({
      player_id: index + 1,
      player_lookup,
      player_name: player_lookup,
      position: null,
      team,
    })),
    player_lines: lines,
  };
}

function hasNoDraw(slate: Slate): boolean {
  return slate.games.every((game) => game.home_points !== game.away_points);
}
