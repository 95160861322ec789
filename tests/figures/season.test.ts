import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { BOX_COLUMNS } from '../../reference/figures/columns.ts';
import { loadFixtures } from '../../reference/figures/fixtures.ts';
import { dayBefore, type Known } from '../../reference/figures/known.ts';
import { calendarOf, simulatedSeasons } from '../../reference/figures/season/calendar.ts';
import { createSimulator } from '../../reference/figures/season/simulate.ts';

const SEED = 1;
const SEASON = 2024;

/** Everything that is told before each date of a season, and on the morning after its last. */
function tell(season: number, seed: number, seasons: readonly number[] = [season]): readonly Known[] {
  const simulate = createSimulator({ seed, seasons });
  return calendarOf(seed, season).dates.flatMap((date) => simulate(date) ?? []);
}

let told: readonly Known[] = [];
beforeAll(() => {
  told = tell(SEASON, SEED);
});

describe('the list of games is the real one of 2024-25', () => {
  test('1230 games of 30 teams, 82 each, and a cup final', () => {
    const fixtures = loadFixtures(SEASON);
    const regular = fixtures.filter(({ stage }) => stage === 'regular');
    expect([regular.length, fixtures.length]).toEqual([1230, 1231]);
    const games = new Map<string, number>();
    for (const { home_team, away_team } of regular) {
      for (const team of [home_team, away_team]) games.set(team, (games.get(team) ?? 0) + 1);
    }
    expect(games.size).toBe(30);
    expect(new Set(games.values())).toEqual(new Set([82]));
  });

  test('days without games: before Christmas and over the All-Star break', () => {
    const dates = new Set(loadFixtures(SEASON).map(({ plays_on }) => plays_on));
    for (const day of ['2024-11-28', '2024-12-24', '2025-02-14', '2025-02-16', '2025-02-18']) {
      expect([day, dates.has(day)]).toEqual([day, false]);
    }
    expect(dates.size).toBe(164);
  });

  test('neutral courts: Mexico City, Paris twice, and Las Vegas for the end of the cup', () => {
    const neutral = loadFixtures(SEASON).filter(({ is_neutral }) => is_neutral);
    expect(neutral.map(({ plays_on }) => plays_on)).toEqual([
      '2024-11-02',
      '2024-12-14',
      '2024-12-14',
      '2024-12-17',
      '2025-01-23',
      '2025-01-25',
    ]);
  });

  test('earlier seasons have the same games 52 weeks before, on the same weekdays', () => {
    expect(simulatedSeasons(4)).toEqual([2021, 2022, 2023, 2024]);
    const [first] = loadFixtures(2021);
    expect(first?.plays_on).toBe(dayBefore('2024-10-22', 3 * 364));
  });
});

describe('a simulated season is the same every time', () => {
  test('the same bytes, and other ones for another seed', () => {
    const digest = (known: readonly Known[]) =>
      createHash('sha256').update(JSON.stringify(known)).digest('hex');
    expect(digest(tell(SEASON, SEED))).toBe(digest(told));
    expect(digest(tell(SEASON, SEED + 1))).not.toBe(digest(told));
  });

  test('a date does not depend on what was asked before, or on how many seasons there are', () => {
    const alone = createSimulator({ seed: SEED, seasons: [SEASON] });
    const among_four = createSimulator({ seed: SEED, seasons: [2021, 2022, 2023, 2024] });
    for (const date of ['2025-03-01', '2024-11-02']) {
      expect(among_four(date)).toEqual(alone(date));
    }
    expect(alone('2023-11-01')).toBeUndefined();
  });

  test('it says that it is simulated: in its source, in every game, in every player', () => {
    for (const { source, games, players } of told) {
      expect(source).toContain('simulated season 2024, seed 1');
      expect(games.every(({ game_id }) => game_id.startsWith('sim-'))).toBe(true);
      expect(players.every(({ player_id }) => player_id >= 900_000_000)).toBe(true);
    }
  });
});

describe('every game of it adds up', () => {
  test('points follow from their parts, scores are sums, minutes are those of the game, nobody draws', () => {
    for (const { played, player_lines } of told) {
      for (const game of played) {
        expect(game.home_points).not.toBe(game.away_points);
        const lines = player_lines.filter(({ game_id }) => game_id === game.game_id);
        for (const [team, points] of [
          [game.home_team, game.home_points],
          [game.away_team, game.away_points],
        ] as const) {
          const own = lines.filter((line) => line.team === team);
          const sum = (column: 'points' | 'minutes') => own.reduce((total, line) => total + line[column], 0);
          expect([sum('points'), sum('minutes')]).toEqual([points, 5 * (48 + 5 * (game.periods - 4))]);
        }
      }
    }
  });

  test('no line contradicts itself', () => {
    const wrong = told.flatMap(({ player_lines }) =>
      player_lines.filter(
        (line) =>
          line.points !== 2 * line.field_goals_made + line.threes_made + line.free_throws_made ||
          line.field_goals_made > line.field_goals_attempted ||
          line.threes_made > Math.min(line.threes_attempted, line.field_goals_made) ||
          line.threes_attempted > line.field_goals_attempted ||
          line.free_throws_made > line.free_throws_attempted ||
          line.fouls > 6 ||
          (line.minutes === 0 && BOX_COLUMNS.some((column) => line[column] !== 0)),
      ),
    );
    expect(wrong).toEqual([]);
  });

  test('a team plays once a day, and a player has minutes once a day', () => {
    for (const { played, player_lines } of told) {
      const teams = played.flatMap(({ home_team, away_team }) => [home_team, away_team]);
      expect(new Set(teams).size).toBe(teams.length);
      const busy = player_lines
        .filter(({ minutes }) => minutes > 0)
        .map(({ player_lookup }) => player_lookup);
      expect(new Set(busy).size).toBe(busy.length);
    }
  });

  test('what is told of the past is past, and what is listed is of the date', () => {
    for (const { game_date, games, played, player_lines } of told) {
      expect(games.every(({ plays_on }) => plays_on === game_date)).toBe(true);
      expect([...played, ...player_lines].every(({ played_on }) => played_on < game_date)).toBe(true);
    }
  });
});

describe('what real seasons have, it has', () => {
  const minutesOf = (lines: Known['player_lines']) => lines.filter(({ minutes }) => minutes > 0);

  test('some 500 players, overtimes, and players who are listed without minutes', () => {
    const lines = told.flatMap(({ player_lines }) => player_lines);
    const people = new Set(lines.map(({ player_lookup }) => player_lookup));
    expect(people.size).toBeGreaterThan(440);
    expect(people.size).toBeLessThan(520);
    expect(told.flatMap(({ played }) => played).filter(({ periods }) => periods > 4).length).toBeGreaterThan(
      5,
    );
    expect(lines.length - minutesOf(lines).length).toBeGreaterThan(2000);
  });

  test('who is on the injury report does not play, and he comes back', () => {
    let hurt = 0;
    for (const [index, { absent, game_date }] of told.entries()) {
      const lines = minutesOf(told[index + 1]?.player_lines ?? []).filter(
        ({ played_on }) => played_on === game_date,
      );
      const playing = new Set(lines.map(({ player_lookup }) => player_lookup));
      expect(absent.filter(({ player_lookup }) => playing.has(player_lookup))).toEqual([]);
      hurt += absent.length;
    }
    expect(hurt).toBeGreaterThan(1000);
  });

  test('trades: players with minutes for two teams, some of them on the sheets of both on one date', () => {
    const teams = new Map<string, Set<string>>();
    let on_two_sheets = 0;
    for (const { player_lines } of told) {
      const listed = new Map<string, string>();
      for (const line of player_lines) {
        if (line.minutes > 0) {
          teams.set(line.player_lookup, (teams.get(line.player_lookup) ?? new Set()).add(line.team));
        }
        if ((listed.get(line.player_lookup) ?? line.team) !== line.team) on_two_sheets += 1;
        listed.set(line.player_lookup, line.team);
      }
    }
    expect([...teams.values()].filter(({ size }) => size > 1).length).toBeGreaterThan(20);
    expect(on_two_sheets).toBeGreaterThan(0);
  });

  test('debuts: players whom no roster knew on the first date', () => {
    const first = new Set(
      told.slice(0, 12).flatMap(({ players }) => players.map(({ player_id }) => player_id)),
    );
    const later = told.slice(12).flatMap(({ players }) => players.map(({ player_id }) => player_id));
    expect(new Set(later.filter((player_id) => !first.has(player_id))).size).toBeGreaterThan(30);
  });

  test('games that are put off: listed, not played, and listed again', () => {
    const played = new Set(told.flatMap((known) => known.played.map(({ game_id }) => game_id)));
    const off = told.slice(0, -1).flatMap(({ games }) => games.filter(({ game_id }) => !played.has(game_id)));
    expect(off.length).toBeGreaterThan(0);
    for (const game of off) {
      const again = told.flatMap(({ games }) =>
        games.filter(
          ({ home_team, away_team, plays_on, game_id }) =>
            home_team === game.home_team &&
            away_team === game.away_team &&
            plays_on > game.plays_on &&
            played.has(game_id),
        ),
      );
      expect(again.length).toBeGreaterThan(0);
    }
  });

  test('one cup final, on a neutral court', () => {
    const finals = told.flatMap(({ played }) => played.filter(({ stage }) => stage === 'cup_final'));
    expect(finals).toMatchObject([{ home_team: 'OKC', away_team: 'MIL', is_neutral: true }]);
  });

  test('the first date of a season is told of the last of the season before', () => {
    const simulate = createSimulator({ seed: SEED, seasons: [2023, 2024] });
    expect(simulate('2024-10-22')?.played[0]?.played_on).toBe(dayBefore('2025-04-13', 364));
    expect(createSimulator({ seed: SEED, seasons: [2024] })('2024-10-22')?.played).toEqual([]);
  });

  test('a day without games tells of nothing', () => {
    expect(createSimulator({ seed: SEED, seasons: [2024] })('2024-12-24')).toMatchObject({
      games: [],
      players: [],
      played: [],
    });
  });
});
