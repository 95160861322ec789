import type { ExploredRun, ExploringPorts, SceneExploration } from './exploration.ts';

/** The marker of the moment when nothing more is delivered, and only clock and schedules can bring what is missing. */
export const HEALING_MARKER = 'healing';

/**
 * Heals a run whose faults are off and whose messages were all redelivered until acked: time passes leases and deadlines,
 * the pipeline's schedule for the component is fired, and what is still missing is compared with a later set.
 *
 * Where the component serves other cases too, a run that lacks nothing is left as it is, since schedules and clock
 * would reach the others.
 */
export async function healRun(
  ports: ExploringPorts,
  exploration: SceneExploration,
  run: ExploredRun,
): Promise<void> {
  const { component, schedule, is_alone = false, isWhole } = exploration;
  await ports.settle();
  if (isWhole(run.history()) && !is_alone) return;
  const marks = [...ports.marks, run.game_date];
  ports.recorder.append({
    kind: 'marker',
    name: HEALING_MARKER,
    sentence: 'every message was delivered until it was acked; from now on only clock and schedules act',
    marks,
  });
  if (is_alone) await ports.advanceClock(ports.recovery_seconds);
  if (schedule !== undefined) await ports.callEndpoint({ component, ...schedule(run.game_date) }, marks);
  await ports.settle();
  if (isWhole(run.history())) return;
  await exploration.sentinel(run.anotherDate());
  await ports.settle();
}
