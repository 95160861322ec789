import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BOX_COLUMNS, type SlateFile } from '../../reference/figures/columns.ts';
import { assignPlayerLookups } from '../../reference/figures/player-lookup.ts';
import {
  knownSlateDates,
  loadSlate,
  openSlate,
  replaySlate,
  type Slate,
} from '../../reference/figures/slate.ts';

const FIGURES = new URL('../../reference/figures/', import.meta.url);

function shippedFile(): SlateFile {
  return JSON.parse(readFileSync(new URL('slate-2024-01-15.json', FIGURES), 'utf8')) as SlateFile;
}

function shippedSlate(): Slate {
  const slate = loadSlate('2024-01-15');
  if (slate === undefined) throw new Error('The slate of 2024-01-15 must ship with the reference.');
  return slate;
}

describe('the shipped slate keeps its schema', () => {
  const ajv = new Ajv2020({ allErrors: true, strictTuples: false });
  addFormats.default(ajv);
  const validate = ajv.compile(JSON.parse(readFileSync(new URL('slate.schema.json', FIGURES), 'utf8')));

  test('the file is valid', () => {
    validate(shippedFile());
    expect(validate.errors).toBeNull();
  });

  test('a wrong column order, a negative figure and an impossible date are invalid', () => {
    const file = shippedFile();
    const broken = { ...file, teams: { ...file.teams, columns: ['city', 'team', 'nickname'] } };
    expect(validate(broken)).toBe(false);
    expect(validate({ ...file, games: { ...file.games, rows: [['PHI', 'HOU', -1, 115, 4]] } })).toBe(false);
    expect(validate({ ...file, game_date: '2024-02-30' })).toBe(false);
  });

  test('the file stays compact', () => {
    expect(readFileSync(new URL('slate-2024-01-15.json', FIGURES)).byteLength).toBeLessThan(60_000);
  });
});

describe('the shipped slate adds up', () => {
  const slate = shippedSlate();

  test('11 games, 22 teams, 384 players with one line each, 155 of whom did not play', () => {
    expect(slate.games).toHaveLength(11);
    expect(slate.teams).toHaveLength(22);
    expect(slate.players).toHaveLength(384);
    expect(slate.player_lines).toHaveLength(384);
    expect(slate.player_lines.filter((line) => line.minutes === 0)).toHaveLength(155);
    expect(new Set(slate.player_lines.map((line) => line.player_lookup)).size).toBe(384);
  });

  test.each(slate.games)('$away_team at $home_team: scores and minutes are the sums of the lines', (game) => {
    const linesOf = (team: string) => slate.player_lines.filter((line) => line.team === team);
    const sum = (team: string, column: 'points' | 'minutes') =>
      linesOf(team).reduce((total, line) => total + line[column], 0);
    // Five players for 48 minutes, and for 5 more in each overtime.
    const minutes = 5 * (48 + 5 * (game.periods - 4));
    expect([sum(game.home_team, 'points'), sum(game.away_team, 'points')]).toEqual([
      game.home_points,
      game.away_points,
    ]);
    expect([sum(game.home_team, 'minutes'), sum(game.away_team, 'minutes')]).toEqual([minutes, minutes]);
  });

  test('only Miami at Brooklyn went to overtime', () => {
    expect(slate.games.filter((game) => game.periods > 4).map((game) => game.game_id)).toEqual([
      '20240115-MIA-BKN',
    ]);
  });

  test('every line follows from itself: points, attempts, and zeros without minutes', () => {
    for (const line of slate.player_lines) {
      expect(line.points).toBe(2 * line.field_goals_made + line.threes_made + line.free_throws_made);
      expect(line.field_goals_made).toBeLessThanOrEqual(line.field_goals_attempted);
      expect(line.threes_attempted).toBeLessThanOrEqual(line.field_goals_attempted);
      if (line.minutes === 0) expect(BOX_COLUMNS.every((column) => line[column] === 0)).toBe(true);
    }
  });
});

describe('a slate is found by its date', () => {
  test('the known dates can all be loaded', () => {
    expect(knownSlateDates()).toEqual(['2024-01-15']);
    for (const date of knownSlateDates()) expect(loadSlate(date)?.game_date).toBe(date);
  });

  test('an unknown date has no slate', () => {
    expect(loadSlate('2024-01-16')).toBeUndefined();
    expect(loadSlate('../figures')).toBeUndefined();
  });

  test('a line without a player or a game is refused with its player_id', () => {
    const file = shippedFile();
    const noPlayers = { ...file, players: { ...file.players, rows: [] } };
    const noGames = { ...file, games: { ...file.games, rows: [] } };
    expect(() => openSlate(noPlayers)).toThrow('player_id 33, but no player for it');
    expect(() => openSlate(noGames)).toThrow('but no game of PHI for it');
  });
});

describe('a replay shows the same figures under another date', () => {
  const slate = shippedSlate();

  test('only the date and the game ids change', () => {
    const replay = replaySlate(slate, '2031-05-06');
    expect(replay.games[0]?.game_id).toBe('20310506-HOU-PHI');
    expect(replaySlate(replay, '2024-01-15')).toEqual(slate);
  });

  test('the first games alone keep their teams, players and lines', () => {
    const replay = replaySlate(slate, '2031-05-06', 1);
    // Philadelphia and Houston listed 18 players each.
    expect(replay.games).toHaveLength(1);
    expect(replay.teams.map(({ team }) => team)).toEqual(['PHI', 'HOU']);
    expect(replay.players).toHaveLength(36);
    expect(replay.player_lines).toHaveLength(36);
    expect(new Set(replay.player_lines.map(({ game_id }) => game_id))).toEqual(new Set(['20310506-HOU-PHI']));
  });

  test('no games at all is a date without lines', () => {
    expect(replaySlate(slate, '2031-05-06', 0)).toMatchObject({ games: [], players: [], player_lines: [] });
  });
});

describe('a player key belongs to one player', () => {
  const player = (player_id: number, first_name: string, last_name: string) => ({
    player_id,
    first_name,
    last_name,
  });

  test('the key is the name in plain lower-case letters', () => {
    const people = [
      player(1, 'Tyrese', 'Maxey'),
      player(2, "De'Anthony", 'Melton'),
      player(3, 'Luka', 'Dončić'),
    ];
    expect([...assignPlayerLookups(people).values()]).toEqual([
      'tyresemaxey',
      'deanthonymelton',
      'lukadoncic',
    ]);
  });

  test.each([
    ['Nikola', 'Đorđević', 'nikoladordevic'],
    ['Işıl', 'Yılmaz', 'isilyilmaz'],
    ['İlkan', 'Karaman', 'ilkankaraman'],
    ['Łukasz', 'Øst', 'lukaszost'],
    ['Jürgen', 'Weiß', 'jurgenweiss'],
    ['Æsa', 'Þórður', 'aesathordur'],
    ['Œuvre', 'ŋ', 'oeuvreng'],
    ['Жан', "O'Neal", 'u0436u0430u043doneal'],
  ])('a letter stays for each letter: %s %s is %s', (first_name, last_name, key) => {
    expect([...assignPlayerLookups([player(1, first_name, last_name)]).values()]).toEqual([key]);
  });

  test('namesakes carry their ids, and so does a name without letters', () => {
    const people = [
      player(17, 'Jaylin', 'Williams'),
      player(18, 'Jay-Lin', 'Williams'),
      player(19, '—', '—'),
    ];
    expect([...assignPlayerLookups(people).values()]).toEqual([
      'jaylinwilliams-17',
      'jaylinwilliams-18',
      '-19',
    ]);
  });

  test('any list of players gets as many keys as players, whatever its order', () => {
    const name = fc.string({ unit: fc.constantFrom('a', 'B', 'é', '-', "'", ' ', '1', '.'), maxLength: 4 });
    const people = fc.uniqueArray(fc.record({ player_id: fc.nat(), first_name: name, last_name: name }), {
      selector: ({ player_id }) => player_id,
    });
    fc.assert(
      fc.property(people, (listed) => {
        const lookups = assignPlayerLookups(listed);
        expect(new Set(lookups.values()).size).toBe(listed.length);
        expect(assignPlayerLookups(listed.toReversed())).toEqual(lookups);
      }),
    );
  });
});
