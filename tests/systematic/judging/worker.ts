import type { Instrumented } from '../drawing/instrument.ts';
import { type Coverage, recordCoverage } from './coverage.ts';
import { judgeStages, type Outcome } from './one.ts';
import type { Stage } from './order.ts';
import { ACTIVE_MUTANT, targetOf } from './target.ts';

/** Which programs: the same for the whole command, whatever is edited meanwhile. */
export type Programs = Pick<Instrumented, 'subject' | 'root'>;

/** What a worker is asked: one mutant by its id, no mutant at all, or a share of the coverage. */
export type Task =
  | {
      readonly kind: 'judge';
      readonly programs: Programs;
      /** Null for the right implementation. */
      readonly id: string | null;
      readonly stages: readonly Stage[];
      readonly seed: number;
      readonly limit_ms: number;
    }
  | {
      readonly kind: 'cover';
      readonly programs: Programs;
      /** Names of the cases to run. */
      readonly names: readonly string[];
      readonly seed: number;
    };

/** What it answers. */
export type Answer =
  | { readonly kind: 'judged'; readonly outcome: Outcome; readonly seconds: number }
  | { readonly kind: 'covered'; readonly coverage: Coverage }
  | { readonly kind: 'failed'; readonly words: string };

async function perform(task: Task): Promise<Answer> {
  const { programs } = task;
  if (task.kind === 'cover') {
    return { kind: 'covered', coverage: await recordCoverage(programs, task.names, task.seed) };
  }
  const started_ms = Date.now();
  const variables: Readonly<Record<string, string>> = task.id === null ? {} : { [ACTIVE_MUTANT]: task.id };
  const target = targetOf(programs, task.id === null ? 'right' : `mutant ${task.id}`, variables);
  const outcome = await judgeStages(target, task.stages, { ...task, told: programs.subject.told });
  return { kind: 'judged', outcome, seconds: (Date.now() - started_ms) / 1000 };
}

process.on('message', (task: Task) => {
  void perform(task)
    .catch(
      (error: unknown): Answer => ({
        kind: 'failed',
        words: error instanceof Error ? (error.stack ?? error.message) : String(error),
      }),
    )
    .then((answer) => process.send?.(answer));
});
// Whoever started it is gone.
process.on('disconnect', () => process.exit(1));
