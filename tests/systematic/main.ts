import path from 'node:path';
import { writeSection } from '../../scripts/trust/section.ts';
import { CACHE, digestOf, instrumented, ROOT } from './drawing/instrument.ts';
import { keyOf } from './drawing/mutant.ts';
import { drawSample } from './drawing/sample.ts';
import { CASES } from './judging/one.ts';
import { createReach } from './judging/order.ts';
import { createPool } from './judging/pool.ts';
import { type Options, readOptions, USAGE } from './options.ts';
import { coverageOf, judgeSample, runsOn } from './run.ts';
import { rememberCases, rememberedCases, untried } from './telling/judges.ts';
import { type Extent, lineOf, reportOf, sectionOf } from './telling/report.ts';
import { addResult, clearResults, readResults, remaining, resultsOf } from './telling/results.ts';
import { sortResults } from './telling/score.ts';
import { readSorted } from './telling/sorted.ts';

const SORTED = path.join(ROOT, 'tests/systematic/sorted.yaml');

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Draws mutants, judges those that have no result yet, and reports on all of them; 1 when a survivor counts as a hole. */
async function main(options: Options): Promise<number> {
  const file = options.results ?? path.join(CACHE, 'results.jsonl');
  const bundle = await instrumented();
  const pool = createPool(options.workers);
  const stop = (): void => {
    pool.stop();
    process.exit(130);
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
  const coverage = await coverageOf(bundle, pool, options);
  for (const [name, { anomalies }] of Object.entries(coverage.cases)) {
    if (anomalies.length > 0) say(`false alarm without any mutant: ${name}: ${anomalies.join(', ')}`);
  }
  const { component } = options;
  const reachOf = createReach(coverage, CASES);
  const reached = bundle.mutants.map((mutant) => ({ mutant, reach: reachOf(mutant.id) }));
  const reachByMutant = new Map(reached.map((one) => [one.mutant, one]));
  const candidates = reached.filter((one) => runsOn(one, component)).map(({ mutant }) => mutant);
  const sample = drawSample(candidates, { files: options.files, size: options.sample, seed: options.seed });
  if (!options.resume && !options.report) clearResults(file);
  const earlier = readResults(file);
  const judged = `${bundle.digest}-${digestOf(['conformance'])}`;
  const last_results = new Map(earlier.map((result) => [keyOf(result), result]));
  rememberCases(
    CACHE,
    judged,
    CASES.map(({ name }) => name),
  );
  const todo = options.report ? [] : remaining(sample, earlier, options.again ? { judged } : null);
  say(`${sample.length} mutants drawn, ${todo.length} of them to judge; results go to ${file}`);
  await judgeSample(
    todo.flatMap((mutant) => {
      const one = reachByMutant.get(mutant);
      if (one === undefined) return [];
      const last = last_results.get(keyOf(mutant));
      const known = rememberedCases(CACHE, last?.judged ?? '');
      return [{ mutant, reach: untried(one.reach, last, known) }];
    }),
    pool,
    {
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
    },
  );
  const sorted = sortResults(resultsOf(sample, readResults(file)), readSorted(SORTED));
  const extent: Extent = {
    mutants: bundle.mutants.length,
    excluded: bundle.mutants.filter(({ excluded }) => excluded !== null).length,
    drawn: sorted.length,
    seed: options.seed,
    date: new Date().toISOString().slice(0, 10),
    command: `npm run test:systematic -- ${options.sample === null ? '--all' : `--sample ${options.sample}`} --seed ${options.seed}`,
  };
  say(`\n${reportOf(sorted, extent)}`);
  if (options.trust) writeSection('systematic mutants', sectionOf(sorted, extent));
  return sorted.some(({ sort }) => sort === 'hole') ? 1 : 0;
}

try {
  if (process.argv.includes('--help')) process.stdout.write(USAGE);
  else process.exitCode = await main(readOptions(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof TypeError && 'code' in error) && !(error instanceof Error)) throw error;
  process.stderr.write(`test:systematic: ${error.stack}\n`);
  process.exitCode = 2;
}
