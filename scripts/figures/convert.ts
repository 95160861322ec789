import { readFileSync, writeFileSync } from 'node:fs';
import { type BoxScores, convertBoxScores, printSlate } from './box-scores.ts';

const [input, output] = process.argv.slice(2);
if (input === undefined || output === undefined) {
  console.error('Usage: node --import tsx scripts/figures/convert.ts INPUT.json OUTPUT.json');
  console.error('INPUT is a full public box-score response of one date, OUTPUT the slate to write.');
  process.exitCode = 2;
} else {
  const slate = convertBoxScores(JSON.parse(readFileSync(input, 'utf8')) as BoxScores);
  writeFileSync(output, printSlate(slate));
  console.log(
    `${output}: ${slate.game_date}, ${slate.games.rows.length} games, ${slate.player_lines.rows.length} player lines`,
  );
}
