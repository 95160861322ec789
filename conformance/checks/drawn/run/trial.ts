import { setMaxListeners } from 'node:events';
import type { Branch, Scene } from '../../../harness/scene/scene.ts';
import { SceneStuckError } from '../../../harness/scene/scene.ts';
import { eventsOf, readBeginning } from '../model/played.ts';
import type { DrawnReceiver } from '../receiver.ts';
import type { DrawnHistory } from '../value/history.ts';
import { LEFT_MARKER, markBeginning } from './begin.ts';
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
  await playInTurn(branch, playing, history);
  return trialOf(branch, playing.receiver, history);
}

/** The same, until somebody has no more time for it: then it is marked, so that nothing is owed in it, and undefined comes back at once. */
export async function tryUntil(
  left: AbortSignal,
  playing: Playing,
  history: DrawnHistory,
): Promise<Trial | undefined> {
  // As many listen as histories are under way.
  setMaxListeners(0, left);
  const branch = playing.scene.branch(history.days, left);
  const played = playInTurn(branch, playing, history);
  let stop = (): void => {};
  const leaving = new Promise<void>((resolve) => {
    stop = resolve;
    left.addEventListener('abort', stop);
  });
  await Promise.race([played, leaving]).finally(() => left.removeEventListener('abort', stop));
  if (!left.aborted) return trialOf(branch, playing.receiver, history);
  // Its steps are refused from now on; nobody waits for the one that is under way.
  played.catch(() => {});
  branch.mark(LEFT_MARKER, String(left.reason));
  return undefined;
}

async function playInTurn(
  branch: Branch,
  { receiver, turns }: Playing,
  history: DrawnHistory,
): Promise<void> {
  if (!branch.window.is_shared) return playOn(branch, receiver, history);
  // A fault strikes whatever is about its date.
  const end = await turns.take(history.steps.some((step) => step.do === 'refuse'));
  try {
    await playOn(branch, receiver, history);
  } finally {
    end();
  }
}

async function playOn(branch: Branch, receiver: DrawnReceiver, history: DrawnHistory): Promise<void> {
  markBeginning(branch, history);
  try {
    await receiver.play(branch, history);
  } catch (error) {
    if (!(error instanceof SceneStuckError)) throw error;
    branch.mark('history stuck', error.message);
  }
}

function trialOf(branch: Branch, receiver: DrawnReceiver, history: DrawnHistory): Trial {
  const events = branch.history();
  const beginning = readBeginning(events);
  const own = beginning === undefined ? events : eventsOf(events, branch.mark_of, beginning);
  return {
    history,
    forget: branch.forget,
    breaks: new Set(receiver.judge(own).map(({ requirement, anomaly }) => `${requirement} ${anomaly}`)),
  };
}
