import type { Certificate } from '../../certificates/certificate.ts';
import type { RunMade } from '../../certificates/make.ts';
import { select } from '../../requirements/selection.ts';
import type { Target } from '../../targets/description.ts';
import { watchStrain } from '../../verdict/bounds/strain.ts';
import { runJudge } from '../../verdict/running/run.ts';
import type { Output } from '../context.ts';
import { watchInterruption } from '../running/interruption.ts';
import { createProgress } from '../running/progress.ts';

/** What one run of a certificate is about. */
export interface OneRun extends Pick<Certificate, 'cloud' | 'selection'> {
  readonly target: Target;
  readonly seed: number;
  readonly deep_minutes: number | null;
}

/** A target that does not end is not waited for; a right one takes a minute or two. */
const TIMEOUT_MS = 10 * 60_000;
/** Exploring cases take turns, and those that draw run beside them. */
const TIMES_DEEP = 4;

/** Runs the judge once and keeps what every case saw; undefined when somebody interrupted it. */
export async function runOnce(
  { target, cloud, selection, seed, deep_minutes }: OneRun,
  output: Output,
): Promise<Omit<RunMade, 'result'> | undefined> {
  const interruption = watchInterruption(output);
  const progress = createProgress(output, false);
  const strain = (output.watchStrain ?? watchStrain)();
  try {
    const { cases, cut, given_up, world } = await runJudge({
      target,
      cloud,
      seed,
      selected: select(selection),
      exploring: deep_minutes === null ? {} : { deep_minutes },
      world: { ...(output.steps === undefined ? {} : { onSteps: output.steps }) },
      timeout_ms: TIMEOUT_MS + TIMES_DEEP * 60_000 * (deep_minutes ?? 0),
      interrupted: interruption.signal,
      strain,
      onCleanup: interruption.own,
      onReady: progress.ready,
      onDone: progress.done,
    });
    if (cut?.by === 'interruption') return undefined;
    return {
      seed,
      deep_minutes,
      cut_short: cut?.sentence ?? null,
      given_up: [...given_up].map(([name, reason]) => ({ case: name, reason })),
      histories: new Map(cases.map((one) => [one.case.name, [...one.scene.history()]])),
      last: world?.recorder.all().at(-1)?.sequence ?? 0,
    };
  } finally {
    strain.end();
    progress.end();
    await interruption.release();
  }
}
