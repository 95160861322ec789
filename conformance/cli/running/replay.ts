import type { ReplayOutcome } from '../../failures/failure.ts';
import { replayFailures } from '../../failures/replay.ts';
import { findFailures, forgetFailures } from '../../failures/store.ts';
import { type Colors, colorsFor } from '../../reports/console/colors.ts';
import { watchStrain } from '../../verdict/bounds/strain.ts';
import type { Output } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { watchInterruption } from './interruption.ts';
import { createProgress } from './progress.ts';

/** The options of `conformance replay`, as commander gives them. */
export interface ReplayOptions {
  readonly failures: string;
  readonly target?: string;
  readonly prune?: boolean;
  readonly json?: boolean;
}

/** Runs `conformance replay` and returns the exit code. */
export async function replay(
  patterns: readonly string[],
  options: ReplayOptions,
  output: Output,
): Promise<number> {
  const found = findFailures(options.failures, patterns);
  const interruption = watchInterruption(output);
  const progress = createProgress(output, options.json === true);
  const strain = (output.watchStrain ?? watchStrain)();
  try {
    const outcomes = await replayFailures(found, {
      target_file: options.target,
      interrupted: interruption.signal,
      strain,
      world: { tell: (sentence) => output.err(`conformance: ${sentence}\n`) },
      onCleanup: interruption.own,
      onReady: progress.ready,
      onDone: progress.done,
    });
    progress.end();
    const colors = colorsFor(output.out_is_terminal, process.env);
    output.out(options.json === true ? outcomesJson(outcomes) : outcomesText(outcomes, colors));
    if (options.prune === true) {
      forgetFailures(outcomes.filter(({ outcome }) => outcome === 'FIXED').map(({ file }) => file));
    }
    return interruption.signal.aborted ? EXIT.interrupted : exitCode(outcomes);
  } finally {
    strain.end();
    progress.end();
    await interruption.release();
  }
}

function exitCode(outcomes: readonly ReplayOutcome[]): number {
  const has = (wanted: ReplayOutcome['outcome']): boolean =>
    outcomes.some(({ outcome }) => outcome === wanted);
  if (has('STILL FAILING')) return EXIT.does_not_conform;
  return has('CANNOT RUN') ? EXIT.unavailable : EXIT.conforms;
}

function outcomesJson(outcomes: readonly ReplayOutcome[]): string {
  const entries = outcomes.map(({ failure, file, outcome, because }) => ({
    id: failure.id,
    file,
    outcome,
    because,
    requirement: failure.requirement,
    anomaly: failure.anomaly,
    check: failure.check,
    round: failure.round,
    schedule: failure.schedule,
    seed: failure.seed,
  }));
  return `${JSON.stringify(entries, null, 2)}\n`;
}

function outcomesText(outcomes: readonly ReplayOutcome[], colors: Colors): string {
  const words = {
    FIXED: colors.green('FIXED'),
    'STILL FAILING': colors.red('STILL FAILING'),
    'CANNOT RUN': colors.yellow('CANNOT RUN'),
  } as const;
  const lines = outcomes.flatMap(({ failure, outcome, because }) => [
    `${words[outcome]} ${failure.requirement} ${failure.anomaly} in ${failure.check}@${failure.round}${failure.schedule === null ? '' : ` with ${failure.schedule}`}`,
    `  ${because}`,
    ...(outcome === 'STILL FAILING' ? [`  Again: ${failure.command}`] : []),
  ]);
  const count = (wanted: ReplayOutcome['outcome']): number =>
    outcomes.filter(({ outcome }) => outcome === wanted).length;
  return `${[...lines, '', `${count('FIXED')} fixed, ${count('STILL FAILING')} still failing, ${count('CANNOT RUN')} cannot run.`].join('\n')}\n`;
}
