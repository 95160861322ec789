/** Hold the file of one season's fixtures: who meets whom, where and when, and no score. */
export type FixtureFile = Readonly<{
  format: 1;
  season: number;
  games: Readonly<{ columns: readonly string[]; rows: readonly (readonly (string | boolean)[])[] }>;
}>;

const COLUMNS = ['plays_on', 'home_team', 'away_team', 'stage', 'is_neutral'] as const;

/** Games of the regular season, and of the cup final, by the first three digits of the league's number. */
const STAGES: Readonly<Record<string, string>> = { '002': 'regular', '006': 'cup_final' };

/** Games that are played where neither team is at home, by the league's label. */
const NEUTRAL_LABELS: readonly string[] = ['NBA Paris Games', 'NBA Mexico City Game'];

/** The semi-finals and the final of the cup are played in Las Vegas. */
const LAS_VEGAS: readonly string[] = ['2024-12-14', '2024-12-17'];

/**
 * Convert a public list of a season's games into fixtures, in order of date and teams. Scores, times and everything that
 * is neither regular season nor cup final are dropped.
 *
 * @param csv  with the columns game_id, game_date, home, away and label, none of which holds a comma.
 * @throws {Error} if a column or the season's games are missing.
 */
export function convertFixtures(csv: string, season: number): FixtureFile {
  const [head = '', ...lines] = csv.trim().split(/\r?\n/);
  const names = head.split(',');
  const rows = lines
    .map((line) => {
      const cells = line.split(',');
      const cell = (name: string): string => {
        const index = names.indexOf(name);
        if (index === -1) throw new Error(`Expected a column ${name}, got "${head}".`);
        return cells[index] ?? '';
      };
      const label = cell('label');
      const is_neutral =
        NEUTRAL_LABELS.includes(label) ||
        (label === 'Emirates NBA Cup' && LAS_VEGAS.includes(cell('game_date')));
      const stage = STAGES[cell('game_id').slice(0, 3)];
      return { plays_on: cell('game_date'), home: cell('home'), away: cell('away'), stage, is_neutral };
    })
    .flatMap(({ plays_on, home, away, stage, is_neutral }) =>
      stage === undefined ? [] : [[plays_on, home, away, stage, is_neutral] as const],
    )
    .sort((a, b) => (a.join('|') < b.join('|') ? -1 : 1));
  if (rows.length === 0) throw new Error('Expected games of a regular season, got none.');
  return { format: 1, season, games: { columns: COLUMNS, rows } };
}

/** Print fixtures with one game per line, so that a moved game is a changed line. */
export function printFixtures({ format, season, games }: FixtureFile): string {
  const rows = games.rows.map((row) => `      [${row.map((value) => JSON.stringify(value)).join(', ')}]`);
  const columns = `[${games.columns.map((column) => JSON.stringify(column)).join(', ')}]`;
  return `{\n  "format": ${format},\n  "season": ${season},\n  "games": {\n    "columns": ${columns},\n    "rows": [\n${rows.join(',\n')}\n    ]\n  }\n}\n`;
}
