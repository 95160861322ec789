import { PipelineError } from '../errors/pipeline-error.ts';

/**
 * Run every named processor; one that is held elsewhere does not stop the others.
 *
 * @returns what came of each, by name.
 * @throws {PipelineError} WORK_IN_PROGRESS after all have run, when one was held: the delivery is nacked and comes again.
 */
export async function runEach<Outcome>(
  processors: readonly string[],
  run: (processor: string) => Promise<Outcome>,
): Promise<Readonly<Record<string, Outcome>>> {
  const outcomes: Record<string, Outcome> = {};
  let held: PipelineError | undefined;
  for (const processor of processors) {
    try {
      outcomes[processor] = await run(processor);
    } catch (error) {
      if (!(error instanceof PipelineError) || error.code !== 'WORK_IN_PROGRESS') throw error;
      held = error;
    }
  }
  if (held !== undefined) throw held;
  return outcomes;
}
