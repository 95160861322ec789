import { describe, expect, test } from 'vitest';
import { PRECOMPUTE_COMPUTATIONS } from '../../../reference/basketball/precompute/computations.ts';
import { addForm, NO_FORM } from '../../../reference/basketball/precompute/player-form.ts';
import type { Row } from '../../../reference/basketball/row.ts';

const LINE = {
  player_lookup: 'tyresemaxey',
  team: 'PHI',
  game_id: 'g',
  game_date: '2030-01-01',
  minutes: 30,
  points: 20,
  home: true,
  usage_rate: 25,
  field_goals_attempted: 15,
  free_throws_attempted: 5,
  counts: true,
};
const on = (played_on: string, changes: object = {}) =>
  ({ ...LINE, game_id: played_on, played_on, ...changes }) as unknown as Row;
const tablesOf = (name: string, rows: readonly Row[]) => (table: string) => (table === name ? rows : []);
const formAfter = (...dates: readonly (readonly Row[])[]) =>
  dates.reduce((state, rows) => addForm(state, tablesOf('player_game_summary', rows)), NO_FORM);

describe('what is carried of a player from date to date', () => {
  test('a game that counts for nothing changes no total, and he has played', () => {
    const { players } = formAfter([on('2024-01-10')], [on('2024-01-12', { counts: false })]);
    expect(players['tyresemaxey']).toMatchObject({
      played_on: '2024-01-12',
      season: [1, 30, 20, 750, 15, 5, 1, 20, 0, 0],
    });
  });

  test('who was listed and did not play has rested', () => {
    const { players } = formAfter([on('2024-01-10')], [on('2024-01-12', { minutes: 0 })]);
    expect(players['tyresemaxey']).toMatchObject({ played_on: '2024-01-10', listed_on: '2024-01-12' });
  });

  test('a new season begins anew, and the one before is kept', () => {
    const { players } = formAfter([on('2024-04-10')], [on('2024-10-22', { points: 30, home: false })]);
    expect(players['tyresemaxey']).toMatchObject({
      season: [1, 30, 30, 750, 15, 5, 0, 0, 1, 30],
      season_before: [1, 30, 20, 750, 15, 5, 1, 20, 0, 0],
      recent: [
        [30, 20],
        [30, 30],
      ],
    });
  });

  test('who missed a whole season keeps the one before it, until he has not been listed for more than 400 days', () => {
    const other = { player_lookup: 'joelembiid' };
    const missed = [on('2024-04-10'), on('2024-04-10', other)];
    const { players } = formAfter(missed, [on('2024-10-22', other)], [on('2025-05-15', other)]);
    expect(players['tyresemaxey']).toMatchObject({
      season: [],
      season_before: [1, 30, 20, 750, 15, 5, 1, 20, 0, 0],
    });
    const later = formAfter(missed, [on('2024-10-22', other)], [on('2025-05-16', other)]);
    expect(Object.keys(later.players)).toEqual(['joelembiid']);
  });
});

describe('what is carried of teams and shots', () => {
  type Inputs = Readonly<Record<string, readonly object[]>>;
  const textOf = (table: string, inputs: Inputs, earlier?: string): string =>
    PRECOMPUTE_COMPUTATIONS[table]?.looks_back?.hand_on(
      (name) => (inputs[name] ?? []) as readonly Row[],
      earlier,
    ) ?? 'null';
  const handOn = (...args: Parameters<typeof textOf>) => JSON.parse(textOf(...args)).state;
  const game = (counts: boolean, played_on: string) => ({
    ...LINE,
    game_id: played_on,
    played_on,
    counts,
    pace: 100,
    game_minutes: 48,
    possessions: 100,
    opponent_possessions: 100,
    points_allowed: 110,
    points_allowed_twos: 60,
    points_allowed_threes: 33,
    points_allowed_free_throws: 17,
    points_from_twos: 10,
    points_from_threes: 6,
    points_from_free_throws: 4,
  });

  test.each(['team_defense_zone_analysis', 'player_composite_factors', 'player_shot_zone_analysis'])(
    '%s adds nothing of a game that counts for nothing',
    (table) => {
      const inputs = (...games: readonly object[]) => ({
        team_defense_game_summary: games,
        team_offense_game_summary: games,
        player_game_summary: games,
      });
      const totals = ({
        position: _,
        players,
        ...rest
      }: {
        position: object;
        players?: Record<string, object>;
      }) => ({
        ...rest,
        ...(players === undefined
          ? {}
          : { shots: Object.values(players).map((one) => ('totals' in one ? one.totals : null)) }),
      });
      const one = handOn(table, inputs(game(true, '2024-01-10')));
      const both = handOn(table, inputs(game(true, '2024-01-10'), game(false, '2024-01-12')));
      expect(totals(both)).toEqual(totals(one));
      expect(both.position).not.toEqual(one.position);
      expect(totals(one)).not.toEqual(totals(handOn(table, inputs())));
    },
  );

  test('the shots of who has not been listed for more than 400 days are forgotten', () => {
    const table = 'player_shot_zone_analysis';
    const first = textOf(table, { player_game_summary: [game(true, '2024-01-10')] });
    const next = (day: string) =>
      Object.keys(
        handOn(table, { player_game_summary: [{ ...game(true, day), player_lookup: 'other' }] }, first)
          .players,
      );
    expect(next('2025-02-13')).toEqual(['tyresemaxey', 'other']);
    expect(next('2025-02-14')).toEqual(['other']);
  });
});
