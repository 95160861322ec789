import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { writeSection } from '../trust/section.ts';
import { runSeason, type SeasonResult } from './season.ts';
import { sectionOf } from './telling/section.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Runs seed after seed until there are enough deliveries, goes on where an earlier call stopped; 1 when a night was wrong. */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      deliveries: { type: 'string', default: '1000000' },
      minutes: { type: 'string', default: '1000' },
      nights: { type: 'string', default: '30' },
      seed: { type: 'string' },
      trust: { type: 'boolean', default: false },
      results: { type: 'string', default: join(ROOT, '.cache/nights/results.jsonl') },
    },
  });
  const nights = Number(values.nights);
  if (values.seed !== undefined) {
    const result = await runSeason(Number(values.seed), nights);
    say(JSON.stringify(result, null, 2));
    return result.problems.length === 0 ? 0 : 1;
  }
  const wanted = Number(values.deliveries);
  const until_ms = Date.now() + Number(values.minutes) * 60_000;
  mkdirSync(dirname(values.results), { recursive: true });
  const results = readResults(values.results);
  const delivered = (): number => results.reduce((sum, { troubles }) => sum + troubles.deliveries, 0);
  while (delivered() < wanted && Date.now() < until_ms) {
    const seed = nextSeed(results);
    const result = await runSeason(seed, nights);
    results.push(result);
    appendFileSync(values.results, `${JSON.stringify(result)}\n`);
    const { deliveries, deaths } = result.troubles;
    say(
      `seed ${seed}: ${result.nights} nights, ${deliveries} deliveries, ${deaths} deaths; ${delivered()} of ${wanted} deliveries so far`,
    );
    for (const problem of result.problems) say(`  ${problem}; again with --seed ${seed} --nights ${nights}`);
  }
  if (values.trust)
    writeSection('nights', sectionOf(results, { nights, date: today(), commit: commitNow() }));
  const wrong = results.filter(({ problems }) => problems.length > 0);
  say(
    `${delivered()} deliveries over ${results.length} seeds; ${wrong.length === 0 ? 'nothing lost, nothing doubled' : `wrong with seeds ${wrong.map(({ seed }) => seed).join(', ')}`}`,
  );
  return wrong.length === 0 ? 0 : 1;
}

/** The first seed that was not played yet. */
function nextSeed(results: readonly SeasonResult[]): number {
  const played = new Set(results.map(({ seed }) => seed));
  let seed = 1;
  while (played.has(seed)) seed += 1;
  return seed;
}

function readResults(file: string): SeasonResult[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as SeasonResult);
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}

function commitNow(): string {
  return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: ROOT, encoding: 'utf8' }).trim();
}

process.exitCode = await main();
