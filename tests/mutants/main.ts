import path from 'node:path';
import { select } from '../../conformance/requirements/selection.ts';
import { loadTarget } from '../../conformance/targets/load.ts';
import { runJudge } from '../../conformance/verdict/running/run.ts';
import type { RequirementVerdict } from '../../conformance/verdict/verdict.ts';
import { copyMutant, ROOT } from './apply.ts';
import { MUTANTS } from './catalogue.ts';
import { demonstrate } from './demonstrate.ts';
import type { Mutant } from './mutant.ts';

const SEED = 20240115;

/** What became of one mutant. */
interface Outcome {
  readonly mutant: Mutant;
  readonly caught: RequirementVerdict | undefined;
  readonly failed: readonly string[];
  readonly seconds: number;
}

/** Judges one mutant with the checks that suffice for it. */
async function judgeMutant(mutant: Mutant): Promise<Outcome> {
  const started_ms = Date.now();
  const copy = copyMutant(mutant);
  try {
    const reference = loadTarget(path.join(ROOT, 'conformance/targets/reference.yaml'));
    const { verdicts } = await runJudge({
      target: { ...reference, name: mutant.id, directory: copy.directory },
      cloud: 'embedded',
      seed: SEED,
      selected: select({ only: mutant.only, profiles: [] }),
      onCleanup: () => {},
      onReady: () => {},
      onDone: () => {},
    });
    const failed = verdicts.filter(({ result }) => result === 'failed');
    return {
      mutant,
      caught: failed.find(
        ({ requirement, anomalies }) => anomalies.length > 0 && mutant.caught_by.includes(requirement.id),
      ),
      failed: failed.map(({ requirement }) => requirement.id),
      seconds: (Date.now() - started_ms) / 1000,
    };
  } finally {
    copy.remove();
  }
}

function line({ mutant, caught, failed, seconds }: Outcome): string {
  const verdict =
    caught === undefined
      ? `SURVIVED (failed: ${failed.join(', ') || 'none'}; expected one of ${mutant.caught_by.join(', ')})`
      : `${caught.requirement.id.padEnd(10)}${caught.anomalies[0]?.anomaly}`;
  return `${mutant.id.padEnd(40)}${verdict.padEnd(34)}${seconds.toFixed(1).padStart(6)} s\n`;
}

/** Prints proof, smallest case and replay of each mutant; 1 when a replay says anything but what it must. */
async function show(mutants: readonly Mutant[]): Promise<number> {
  let wrong = 0;
  for (const mutant of mutants) {
    const shown = await demonstrate(mutant);
    const parts = [`=== ${mutant.id}: ${mutant.fault}`, ...shown.failures];
    parts.push(`--- replayed against ${mutant.id}`, shown.replay_broken.trim());
    parts.push('--- replayed against the reference', shown.replay_right.trim());
    process.stdout.write(`${parts.join('\n\n')}\n\n`);
    if (shown.codes.join() !== '1,1,0') wrong += 1;
  }
  return wrong === 0 ? 0 : 1;
}

/**
 * Judges every mutant, or those whose id starts with an argument, and prints which requirement caught each; after
 * `--show`, everything that the judge says of it.
 */
async function main(argv: readonly string[]): Promise<number> {
  const prefixes = argv.filter((word) => word !== '--show');
  const chosen = MUTANTS.filter(
    ({ id }) => prefixes.length === 0 || prefixes.some((prefix) => id.startsWith(prefix)),
  );
  if (chosen.length === 0) {
    process.stderr.write(`no mutant starts with ${prefixes.join(', ')}; see tests/mutants/catalogue.ts\n`);
    return 2;
  }
  if (argv.includes('--show')) return show(chosen);
  const survivors: string[] = [];
  for (const mutant of chosen) {
    const outcome = await judgeMutant(mutant).catch((error: Error) => error);
    if (outcome instanceof Error) {
      process.stdout.write(`${mutant.id.padEnd(40)}NOT JUDGED: ${outcome.message}\n`);
      survivors.push(mutant.id);
      continue;
    }
    process.stdout.write(line(outcome));
    if (outcome.caught === undefined) survivors.push(mutant.id);
  }
  const caught = chosen.length - survivors.length;
  process.stdout.write(
    `${caught} of ${chosen.length} mutants caught${survivors.length > 0 ? `; not caught: ${survivors.join(', ')}` : ''}\n`,
  );
  return survivors.length === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
