import { readFileSync, writeFileSync } from 'node:fs';
import { convertFixtures, printFixtures } from './fixtures.ts';

const [input, output, season] = process.argv.slice(2);
if (input === undefined || output === undefined || !/^\d{4}$/.test(season ?? '')) {
  process.stderr.write(
    'usage: node --import tsx scripts/figures/convert-fixtures.ts INPUT.csv OUTPUT.json YEAR\n',
  );
  process.exit(2);
}
writeFileSync(output, printFixtures(convertFixtures(readFileSync(input, 'utf8'), Number(season))));
