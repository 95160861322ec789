import path from 'node:path';
import { REDIS_SOCKET, startRedis } from '../targets/durable/redis.ts';
import { writeSection } from '../trust/section.ts';
import { digestOf } from './drawing/files.ts';
import { cacheOf, type Instrumented, instrumented } from './drawing/instrument.ts';
import { keyOf, type Mutant } from './drawing/mutant.ts';
import { drawSample } from './drawing/sample.ts';
import { REFERENCE, subjectOf } from './drawing/subject.ts';
import type { Coverage } from './judging/coverage.ts';
import { createReach } from './judging/order.ts';
import { createPool, type Pool } from './judging/pool.ts';
import { casesOf } from './judging/target.ts';
import { type Options, readOptions, USAGE } from './options.ts';
import { coverageOf, judgeSample, type Reached, runsOn } from './run.ts';
import { rememberCases, rememberedCases, untried } from './telling/judges.ts';
import { type Extent, lineOf, reportOf, sectionOf } from './telling/report.ts';
import { addResult, clearResults, readResults, remaining, resultsOf } from './telling/results.ts';
import { sortResults } from './telling/score.ts';
import { readSorted, type SortedEntry, sortedFile, sortOf } from './telling/sorted.ts';

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** What one call of the command works on. */
interface Work {
  readonly options: Options;
  readonly programs: Instrumented;
  readonly sample: readonly Reached[];
  readonly coverage: Coverage;
  /** What people said of survivors. */
  readonly entries: readonly SortedEntry[];
  /** Where results are. */
  readonly file: string;
}

/** Draws mutants, judges those that have no result yet, and reports on all of them; 1 when a survivor is sorted as a hole. */
async function main(options: Options): Promise<number> {
  const subject = subjectOf(options.target);
  const programs = await instrumented(subject);
  const pool = createPool(options.workers);
  const stop = (): void => {
    pool.stop();
    process.exit(130);
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
  // A report asks for the coverage only to know what a component runs.
  const needs_coverage = !options.report || options.component !== null;
  const coverage = needs_coverage ? await coverageOf(programs, pool, options) : { at_start: {}, cases: {} };
  for (const [name, { anomalies }] of Object.entries(coverage.cases)) {
    if (anomalies.length > 0) say(`false alarm without any mutant: ${name}: ${anomalies.join(', ')}`);
  }
  const file = options.results ?? path.join(cacheOf(subject), 'results.jsonl');
  const work = {
    ...{ options, programs, coverage, file },
    entries: readSorted(sortedFile(subject), subject.folder),
    sample: draw(options, programs, coverage),
  };
  if (!options.resume && !options.report) clearResults(file);
  if (!options.report) await judgeRest(work, pool);
  return report(work);
}

function draw(options: Options, { subject, mutants }: Instrumented, coverage: Coverage): readonly Reached[] {
  const { files, component, sample: size, seed } = options;
  const reachOf = createReach(coverage, casesOf(subject));
  const reached = new Map(mutants.map((mutant) => [mutant, { mutant, reach: reachOf(mutant.id) }] as const));
  const candidates = [...reached.values()].filter((one) => runsOn(one, component));
  const drawn = drawSample(
    candidates.map(({ mutant }) => mutant),
    { folder: subject.folder, files, size, seed },
  );
  return drawn.map((mutant) => reached.get(mutant)).filter((one) => one !== undefined);
}

async function judgeRest(
  { options, programs, sample, coverage, entries, file }: Work,
  pool: Pool,
): Promise<void> {
  const earlier = readResults(file);
  const judged = `${programs.digest}-${digestOf(['conformance'])}`;
  const cache = cacheOf(programs.subject);
  const names = casesOf(programs.subject).map(({ name }) => name);
  rememberCases(cache, judged, names);
  const last = new Map(earlier.map((result) => [keyOf(result), result]));
  const mutants = sample.map(({ mutant }) => mutant);
  const rest = new Set(remaining(mutants, earlier, options.again ? { judged } : null));
  // A person has said that no judge can see it, so that only the first look at it says more.
  const isSettled = (mutant: Mutant): boolean =>
    last.has(keyOf(mutant)) && ['equivalent', 'unpromised'].includes(sortOf(mutant, entries)?.class ?? '');
  const todo = sample
    .filter(({ mutant }) => rest.has(mutant) && !isSettled(mutant))
    .map(({ mutant, reach }) => {
      const result = last.get(keyOf(mutant));
      const known = result === undefined ? undefined : rememberedCases(cache, result.judged);
      return { mutant, reach: untried(reach, result, known) };
    });
  say(`${sample.length} mutants drawn, ${todo.length} of them to judge; results go to ${file}`);
  await judgeSample(todo, pool, {
    programs: { subject: programs.subject, root: programs.root },
    coverage,
    earlier,
    judged,
    controls: options.controls,
    onResult: (result) => {
      addResult(file, result);
      say(lineOf(result));
    },
    onControl: (result) => say(`without any mutant: ${result}`),
  });
}

function report({ options, programs, sample, entries, file }: Work): number {
  const { subject } = programs;
  const mutants = sample.map(({ mutant }) => mutant);
  const sorted = sortResults(resultsOf(mutants, readResults(file)), entries);
  const size = options.sample === null ? '--all' : `--sample ${options.sample}`;
  const named = subject === REFERENCE ? '' : `--target ${subject.name} `;
  const extent: Extent = {
    subject,
    mutants: programs.mutants.length,
    excluded: programs.mutants.filter(({ excluded }) => excluded !== null).length,
    drawn: sorted.length,
    seed: options.seed,
    date: new Date().toISOString().slice(0, 10),
    command: `npm run test:systematic -- ${named}${size} --seed ${options.seed}`,
  };
  say(`\n${reportOf(sorted, extent)}`);
  if (options.trust) writeSection(`systematic mutants of ${subject.name}`, sectionOf(sorted, extent));
  return sorted.some(({ sort }) => sort === 'hole') ? 1 : 0;
}

/** Runs the command while what the implementation needs beside Node is there. */
async function withPrograms(options: Options): Promise<number> {
  if (!subjectOf(options.target).needs.includes('redis-server')) return main(options);
  const redis = await startRedis();
  process.env[REDIS_SOCKET] = redis.socket;
  return main(options).finally(redis.stop);
}

try {
  if (process.argv.includes('--help')) process.stdout.write(USAGE);
  else process.exitCode = await withPrograms(readOptions(process.argv.slice(2)));
} catch (error) {
  process.stderr.write(`test:systematic: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
