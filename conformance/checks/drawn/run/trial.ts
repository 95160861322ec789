import type { Branch, Scene } from '../../../harness/scene/scene.ts';
import { SceneStuckError } from '../../../harness/scene/scene.ts';
import { eventsOf, readBeginning } from '../model/played.ts';
import type { DrawnReceiver } from '../receiver.ts';
import type { DrawnHistory } from '../value/history.ts';
import { markBeginning } from './begin.ts';
import type { Turns } from './turns.ts';

/** One history that was played, and which requirements it breaks. */
export interface Trial {
  readonly history: DrawnHistory;
  readonly breaks: ReadonlySet<string>;
  /** Forgets what happened in it. */
  forget(): void;
}

/** Where histories are played, to whom, and who has the days that they share. */
export interface Playing {
  readonly scene: Scene;
  readonly receiver: DrawnReceiver;
  readonly turns: Turns;
}

/**
 * Plays one history on days of its own, or in its turn on those that it shares, and judges it. A history that cannot go on
 * is judged as far as it came.
 */
export async function tryHistory(playing: Playing, history: DrawnHistory): Promise<Trial> {
  const branch: Branch = playing.scene.branch(history.days);
  if (!branch.window.is_shared) return tryOn(branch, playing.receiver, history);
  // A fault strikes whatever is about its date.
  const end = await playing.turns.take(history.steps.some((step) => step.do === 'refuse'));
  try {
    return await tryOn(branch, playing.receiver, history);
  } finally {
    end();
  }
}

async function tryOn(branch: Branch, receiver: DrawnReceiver, history: DrawnHistory): Promise<Trial> {
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
