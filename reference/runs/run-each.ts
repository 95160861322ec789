import { PipelineError } from '../errors/pipeline-error.ts';

/**
 * Run every named processor at the same time; none waits for another, and one that fails does not stop the others.
 *
 * @returns what came of each, by name, in the order of `processors`.
 * @throws after all have ended, the first error in that order: one of store or broker before WORK_IN_PROGRESS, which
 *         only says that a processor is held elsewhere. The delivery is nacked and comes again.
 */
export async function runEach<Outcome>(
  processors: readonly string[],
  run: (processor: string) => Promise<Outcome>,
): Promise<Readonly<Record<string, Outcome>>> {
  const ended = await Promise.allSettled(processors.map(run));
  const errors = ended.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
  if (errors.length > 0) throw errors.find((error) => !isHeld(error)) ?? errors[0];
  return Object.fromEntries(
    ended.flatMap((one, index) =>
      one.status === 'fulfilled' ? [[processors[index] ?? '', one.value] as const] : [],
    ),
  );
}

function isHeld(error: unknown): boolean {
  return error instanceof PipelineError && error.code === 'WORK_IN_PROGRESS';
}
