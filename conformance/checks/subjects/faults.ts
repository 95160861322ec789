import { aboutCalls } from '../../harness/faults/faults.ts';
import { type Scene, SceneStuckError } from '../../harness/scene/scene.ts';
import type { History } from '../../history/events.ts';

/**
 * Tell whether faults were set and none of them struck a call: what they were to show did not happen, so that nothing that came
 * of it is right or wrong because of them.
 */
export function isUnstruck(history: History): boolean {
  const changes = history.flatMap((event) => (event.kind === 'fault' ? [event.change] : []));
  return changes.includes('begins') && !changes.includes('strikes');
}

/** Tell whether a fault struck a publish, as its words say; explored faults begin with the call. */
export function hasStruckPublish(history: History): boolean {
  return history.some(
    (event) =>
      event.kind === 'fault' &&
      event.change === 'strikes' &&
      (aboutCalls(event.fault) === 'publish' || event.fault.startsWith('Publish')),
  );
}

/** Waits until a fault strikes, and resolves false when the target makes no call that it could strike. */
export async function awaitStrike(scene: Scene, what: string): Promise<boolean> {
  try {
    await scene.await(what, (history) =>
      history.some((event) => event.kind === 'fault' && event.change === 'strikes'),
    );
    return true;
  } catch (error) {
    if (error instanceof SceneStuckError) return false;
    throw error;
  }
}
