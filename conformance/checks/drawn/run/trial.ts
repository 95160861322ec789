import type { Branch, Scene } from '../../../harness/scene/scene.ts';
import { SceneStuckError } from '../../../harness/scene/scene.ts';
import { eventsOf, readBeginning } from '../model/played.ts';
import type { DrawnReceiver } from '../receiver.ts';
import type { DrawnHistory } from '../value/history.ts';
import { markBeginning } from './begin.ts';

/** One history that was played, and which requirements it breaks. */
export interface Trial {
  readonly history: DrawnHistory;
  readonly breaks: ReadonlySet<string>;
  /** Forgets what happened in it. */
  forget(): void;
}

/** Plays one history on days of its own, and judges it. A history that cannot go on is judged as far as it came. */
export async function tryHistory(
  scene: Scene,
  receiver: DrawnReceiver,
  history: DrawnHistory,
): Promise<Trial> {
  const branch: Branch = scene.branch(history.days);
  markBeginning(branch, history);
  try {
    await receiver.play(branch, history);
  } catch (error) {
    if (!(error instanceof SceneStuckError)) throw error;
    branch.mark('history stuck', error.message);
  }
  const events = branch.history();
  const beginning = readBeginning(events);
  const own = beginning === undefined ? events : eventsOf(events, branch.mark_of, beginning);
  return {
    history,
    forget: branch.forget,
    breaks: new Set(receiver.judge(own).map(({ requirement, anomaly }) => `${requirement} ${anomaly}`)),
  };
}
