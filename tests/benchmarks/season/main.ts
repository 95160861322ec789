import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { writeSection } from '../../trust/section.ts';
import { descendants } from '../processes.ts';
import { datesOf, measureLoad } from './measure.ts';
import { sectionOf } from './page.ts';
import { drawPlot } from './plot.ts';
import type { Sample } from './samples.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const PAGE = join(ROOT, 'docs/season.md');
const PLOT = join(ROOT, 'docs/pictures/season.svg');
const SECTION = 'seasons';
/** A busy machine may let a call run out of time; whoever runs a backfill then runs it again. */
const ATTEMPTS_MAX = 10;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Loads seasons, goes on where an earlier call stopped, and writes what was measured into docs/season.md. */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seasons: { type: 'string', default: '4' },
      dates: { type: 'string' },
      concurrency: { type: 'string', default: '4' },
      folder: { type: 'string', default: join(ROOT, '.cache/bench-season') },
      fresh: { type: 'boolean', default: false },
      'only-write': { type: 'boolean', default: false },
    },
  });
  const seasons = wholeNumber('--seasons', values.seasons, 4);
  const concurrency = wholeNumber('--concurrency', values.concurrency, 32);
  const dates_max = wholeNumber('--dates', values.dates ?? '1000', 1000);
  const { folder } = values;
  if (values.fresh) rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const load = {
    seasons,
    dates_max,
    concurrency,
    data: join(folder, 'cloud'),
    samples: join(folder, 'samples.jsonl'),
  };
  let is_interrupted = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      is_interrupted = true;
      say('Interrupted: the dates under way end first.');
    });
  }
  if (!values['only-write']) await loadAll(load, () => is_interrupted);
  const samples = readSamples(load.samples);
  const all = datesOf({ seasons, dates_max: 1000 }).length;
  if (is_interrupted && samples.length < 30) return 130;
  if (samples.length < 30) throw new Error(`expected at least 30 dates to compare, got ${samples.length}`);
  writeFileSync(PLOT, drawPlot(samples));
  const about = {
    command: `npm run bench:season -- --seasons ${seasons}`,
    date: new Date().toISOString().slice(0, 10),
    commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: ROOT, encoding: 'utf8' }).trim(),
    dates_all: all,
    concurrency,
  };
  writeSection(SECTION, sectionOf(samples, about), PAGE);
  say(`${samples.length} of ${all} dates are in docs/season.md and docs/pictures/season.svg`);
  return is_interrupted ? 130 : 0;
}

async function loadAll(load: Parameters<typeof measureLoad>[0], interrupted: () => boolean): Promise<void> {
  const all = datesOf(load).length;
  for (let attempt = 1; ; attempt += 1) {
    try {
      await measureLoad(
        load,
        ({ game_date, elapsed_ms }) => {
          const done = readSamples(load.samples).length;
          say(`${done}/${all}  ${game_date}  ${(elapsed_ms / 60_000).toFixed(1)} min`);
        },
        interrupted,
      );
      return;
    } catch (error) {
      if (attempt === ATTEMPTS_MAX || interrupted()) throw error;
      say(`Goes on after: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

function readSamples(file: string): readonly Sample[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Sample);
}

function wholeNumber(flag: string, text: string, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw new Error(`expected ${flag} to be a whole number from 1 to ${most}, got "${text}"`);
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`bench:season: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
const left = descendants().filter(({ name }) => !name.endsWith('esbuild'));
if (left.length > 0) process.stderr.write(`still running: ${JSON.stringify(left)}\n`);
process.exit();
