import path from 'node:path';
import { writeSection } from '../trust/section.ts';
import { CACHE, digestOf, type Instrumented, instrumented, ROOT } from './drawing/instrument.ts';
import { keyOf, type Mutant } from './drawing/mutant.ts';
import { drawSample } from './drawing/sample.ts';
import type { Coverage } from './judging/coverage.ts';
import { CASES } from './judging/one.ts';
import { createReach } from './judging/order.ts';
import { createPool, type Pool } from './judging/pool.ts';
import { type Options, readOptions, USAGE } from './options.ts';
import { coverageOf, judgeSample, type Reached, runsOn } from './run.ts';
import { rememberCases, rememberedCases, untried } from './telling/judges.ts';
import { type Extent, lineOf, reportOf, sectionOf } from './telling/report.ts';
import { addResult, clearResults, readResults, remaining, resultsOf } from './telling/results.ts';
import { sortResults } from './telling/score.ts';
import { readSorted, sortOf } from './telling/sorted.ts';

const SORTED = path.join(ROOT, 'tests/systematic/sorted.yaml');

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** What one call of the command works on. */
interface Work {
  readonly options: Options;
  readonly bundle: Instrumented;
  readonly sample: readonly Reached[];
  readonly coverage: Coverage;
  /** Where results are. */
  readonly file: string;
}

/** Draws mutants, judges those that have no result yet, and reports on all of them; 1 when a survivor is sorted as a hole. */
async function main(options: Options): Promise<number> {
  const bundle = await instrumented();
  const pool = createPool(options.workers);
  const stop = (): void => {
    pool.stop();
    process.exit(130);
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
  // A report asks for the coverage only to know what a component runs.
  const needs_coverage = !options.report || options.component !== null;
  const coverage = needs_coverage ? await coverageOf(bundle, pool, options) : { at_start: {}, cases: {} };
  for (const [name, { anomalies }] of Object.entries(coverage.cases)) {
    if (anomalies.length > 0) say(`false alarm without any mutant: ${name}: ${anomalies.join(', ')}`);
  }
  const file = options.results ?? path.join(CACHE, 'results.jsonl');
  const work = { options, bundle, coverage, file, sample: draw(options, bundle, coverage) };
  if (!options.resume && !options.report) clearResults(file);
  if (!options.report) await judgeRest(work, pool);
  return report(work);
}

function draw(options: Options, bundle: Instrumented, coverage: Coverage): readonly Reached[] {
  const { files, component, sample: size, seed } = options;
  const reachOf = createReach(coverage, CASES);
  const reached = new Map(
    bundle.mutants.map((mutant) => [mutant, { mutant, reach: reachOf(mutant.id) }] as const),
  );
  const candidates = [...reached.values()].filter((one) => runsOn(one, component));
  const drawn = drawSample(
    candidates.map(({ mutant }) => mutant),
    { files, size, seed },
  );
  return drawn.map((mutant) => reached.get(mutant)).filter((one) => one !== undefined);
}

async function judgeRest({ options, bundle, sample, coverage, file }: Work, pool: Pool): Promise<void> {
  const earlier = readResults(file);
  const judged = `${bundle.digest}-${digestOf(['conformance'])}`;
  const names = CASES.map(({ name }) => name);
  rememberCases(CACHE, judged, names);
  const last = new Map(earlier.map((result) => [keyOf(result), result]));
  const mutants = sample.map(({ mutant }) => mutant);
  const rest = new Set(remaining(mutants, earlier, options.again ? { judged } : null));
  const entries = readSorted(SORTED);
  // A person has said that no judge can see it, so that only the first look at it says more.
  const isSettled = (mutant: Mutant): boolean =>
    last.has(keyOf(mutant)) && ['equivalent', 'unpromised'].includes(sortOf(mutant, entries)?.class ?? '');
  const todo = sample
    .filter(({ mutant }) => rest.has(mutant) && !isSettled(mutant))
    .map(({ mutant, reach }) => {
      const result = last.get(keyOf(mutant));
      const known = result === undefined ? undefined : rememberedCases(CACHE, result.judged);
      return { mutant, reach: untried(reach, result, known) };
    });
  say(`${sample.length} mutants drawn, ${todo.length} of them to judge; results go to ${file}`);
  await judgeSample(todo, pool, {
    bundle: { digest: bundle.digest, program: bundle.program },
    coverage,
    earlier,
    judged,
    controls: options.controls,
    onResult: (result) => {
      addResult(file, result);
      say(lineOf(result));
    },
    onControl: (result) => say(`the right reference: ${result}`),
  });
}

function report({ options, bundle, sample, file }: Work): number {
  const mutants = sample.map(({ mutant }) => mutant);
  const sorted = sortResults(resultsOf(mutants, readResults(file)), readSorted(SORTED));
  const size = options.sample === null ? '--all' : `--sample ${options.sample}`;
  const extent: Extent = {
    mutants: bundle.mutants.length,
    excluded: bundle.mutants.filter(({ excluded }) => excluded !== null).length,
    drawn: sorted.length,
    seed: options.seed,
    date: new Date().toISOString().slice(0, 10),
    command: `npm run test:systematic -- ${size} --seed ${options.seed}`,
  };
  say(`\n${reportOf(sorted, extent)}`);
  if (options.trust) writeSection('systematic mutants', sectionOf(sorted, extent));
  return sorted.some(({ sort }) => sort === 'hole') ? 1 : 0;
}

try {
  if (process.argv.includes('--help')) process.stdout.write(USAGE);
  else process.exitCode = await main(readOptions(process.argv.slice(2)));
} catch (error) {
  process.stderr.write(`test:systematic: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
