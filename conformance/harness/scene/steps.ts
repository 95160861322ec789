import type { Board } from '../patience/board.ts';
import { CaseCutError, type Lessons } from '../patience/lessons.ts';
import type { Scene } from './scene.ts';

/** Who watches the steps of a case. */
export interface StepWatch {
  /** The case's, also for one of its branches. */
  readonly name: string;
  readonly board: Board;
  readonly lessons: Lessons;
  readonly components: readonly string[];
  /** Aborts with the sentence that says why, when the case has taken too long. */
  readonly ended: AbortSignal;
}

/**
 * Make each step of a case one that is on the board while it takes, and that is not begun any more when the case was ended or one
 * of its components is given up.
 */
export function watchSteps(scene: Scene, watch: StepWatch): Scene {
  const step = <Arguments extends readonly unknown[], Result>(
    words: (...given: Arguments) => string,
    take: (...given: Arguments) => Promise<Result>,
  ) => {
    const begin = async (...given: Arguments): Promise<Result> => {
      requireWorth(watch);
      const done = watch.board.begin(watch.name, words(...given));
      try {
        return await take(...given);
      } finally {
        done();
      }
    };
    return (...given: Arguments): Promise<Result> => {
      const under_way = begin(...given);
      // A case that is given up meanwhile may never look at what it has begun.
      under_way.catch(() => {});
      return under_way;
    };
  };
  return {
    ...scene,
    deliver: step(({ topic, component }) => `delivers ${topic} to ${component}`, scene.deliver),
    deliverUntilAcked: step(
      ({ topic, component }) => `delivers ${topic} to ${component} until it is acked`,
      scene.deliverUntilAcked,
    ),
    request: step((component, path) => `calls ${path} of ${component}`, scene.request),
    requestUntil: step((component, path) => `calls ${path} of ${component}`, scene.requestUntil),
    flow: step(() => 'lets the messages flow', scene.flow),
    seed: step((name) => `seeds ${name}`, scene.seed),
    readDocument: step((path) => `reads ${path}`, scene.readDocument),
    kill: step((component) => `kills ${component}`, scene.kill),
    restart: step((component) => `restarts ${component}`, scene.restart),
    advanceClock: step((seconds) => `advances the clock by ${seconds} s`, scene.advanceClock),
    explore: step(({ component }) => `explores schedules of ${component}`, scene.explore),
    await: step((what) => `waits for ${what}`, scene.await),
    settle: step(() => 'waits until everything published is seen', scene.settle),
  };
}

function requireWorth({ name, ended, lessons, components }: StepWatch): void {
  if (ended.aborted) throw new CaseCutError(String(ended.reason));
  const because = lessons.hopeless(components, name);
  if (because !== undefined) throw new CaseCutError(because);
}
