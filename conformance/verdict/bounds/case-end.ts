import { CaseCutError } from '../../harness/patience/lessons.ts';
import { patienceOf } from '../../harness/scene/open.ts';
import type { World } from '../../harness/world/world.ts';

/** So many patiences are enough for any case: each of its waits ends after one, and some follow each other. */
const PATIENCES = 6;

/** What ends a case that does not end by itself. */
export interface CaseEnd {
  /** Aborts with the sentence that tells where the case stood. */
  readonly ended: AbortSignal;
  /** Settles as the work does, or rejects as soon as the case has taken too long. @throws {CaseCutError} */
  within(work: Promise<void>): Promise<void>;
}

/** Create what ends a case in its time. @param explore_ms how long it is to explore schedules besides. */
export function createCaseEnd(world: World, name: string, explore_ms = 0): CaseEnd {
  const controller = new AbortController();
  const patience_ms = PATIENCES * patienceOf(world) + 2 * explore_ms;
  return {
    ended: controller.signal,
    async within(work) {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => {
          const step = world.board.stepOf(name) ?? 'does nothing that is known';
          const sentence = `${name} had not ended after ${Math.round(patience_ms / 1000)} s; its last step was that it ${step}`;
          controller.abort(sentence);
          reject(new CaseCutError(sentence));
        }, patience_ms);
      });
      try {
        await Promise.race([work, late]);
      } finally {
        clearTimeout(timer);
        work.catch(() => {});
        late.catch(() => {});
      }
    },
  };
}

/** Starts again what a case killed and, since it was given up, did not start again: others need it. */
export async function startAgain(world: World, name: string): Promise<void> {
  const down = new Set<string>();
  const view = world.recorder.view();
  view.add(name);
  for (const event of view.events()) {
    if (event.kind !== 'process') continue;
    if (event.change === 'killed') down.add(event.component);
    if (event.change === 'started') down.delete(event.component);
  }
  for (const component of down) {
    await world.component(component).restart();
    world.recorder.append({ kind: 'process', component, change: 'started', marks: [name] });
  }
}
