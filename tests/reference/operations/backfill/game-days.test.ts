import { describe, expect, test } from 'vitest';
import { readGameDays } from '../../../../reference/operations/backfill/game-days.ts';

const days = (text: string) => [...readGameDays(text, 'games.csv')];

describe('a schedule is read as CSV', () => {
  test.each([
    ['plain', 'game_date\n2024-01-15\n', ['2024-01-15']],
    ['quoted', 'game_id,game_date\n1,"2024-01-15"\n', ['2024-01-15']],
    ['with a comma in quotes before it', 'arena,game_date\n"Inglewood, CA",2024-01-15\n', ['2024-01-15']],
    ['with a line end in quotes before it', 'note,game_date\n"two\nlines",2024-01-15\n', ['2024-01-15']],
    ['with blanks around it', 'game_date , home\n 2024-01-15 , PHI\n', ['2024-01-15']],
    [
      'with midnight behind it',
      'game_date\n2024-01-15 00:00:00\n2024-01-16T00:00\n',
      ['2024-01-15', '2024-01-16'],
    ],
    ['as Americans write it', 'game_date\n1/15/2024\n01/16/2024\n', ['2024-01-15', '2024-01-16']],
    ['as Europeans write it', 'game_date\n15/1/2024\n', ['2024-01-15']],
    ['with month and day alike', 'game_date\n2/2/2024\n', ['2024-02-02']],
    ['after a byte order mark, with Windows line ends', '\uFEFFgame_date\r\n2024-01-15\r\n', ['2024-01-15']],
    ['with empty lines', 'game_date\n\n2024-01-15\n\n', ['2024-01-15']],
    ['without any game', 'game_date\n', []],
  ])('%s', (_, text, dates) => {
    expect(days(text)).toEqual(dates);
  });
});

describe('a date that cannot be read is refused with file and line', () => {
  test.each([
    ['1/2/2024', 'got "1/2/2024", which can be two dates'],
    ['2024-02-30', 'got "2024-02-30"'],
    ['2024-01-15 19:30:00', 'got "2024-01-15 19:30:00"'],
    ['2024-01-15T00:00:00Z', 'got "2024-01-15T00:00:00Z"'],
    ['15.1.2024', 'got "15.1.2024"'],
    ['"  "', 'got ""'],
    ['tomorrow', 'got "tomorrow"'],
  ])('%s', (written, sentence) => {
    const text = `game_id,game_date\n1,2024-01-15\n2,${written}\n`;
    expect(() => days(text)).toThrow(sentence);
    expect(() => days(text)).toThrow('[INVALID_REQUEST] games.csv:3: game_date must be a date');
  });

  test('a row with another number of columns is no CSV', () => {
    expect(() => days('game_id,game_date\n1\n')).toThrow('--schedule must be a CSV file, got games.csv');
  });

  test('a file without the column, and an empty one', () => {
    expect(() => days('date\n2024-01-15\n')).toThrow('must have a column game_date, got "date" in games.csv');
    expect(() => days('')).toThrow('must have a column game_date, got nothing in games.csv');
  });
});
