import type { Scene } from '../../../harness/scene/scene.ts';
import type { DrawnReceiver } from '../receiver.ts';
import { type DrawnHistory, parseHistory } from '../value/history.ts';
import { sizeOf, smallerHistories } from '../value/smaller.ts';
import { type Playing, type Trial, tryHistory, tryUntil } from './trial.ts';
import { createTurns } from './turns.ts';

/** The marker that says that a case had no time for all of its histories. */
export const FEWER_PLAYED = 'fewer played';

const SEED_MAX = 2 ** 31;
/** How many histories are under way at the same time in a target that answers at once; more in one that is slow without work. */
const WIDTH = 12;
/** A broken target fails many histories; so many kinds of failures are made small, with so many tries each. */
const KINDS_MAX = 3;
const TRIES_MAX = 90;
const TOGETHER = 3;
/** A slow target plays fewer histories than are drawn: after so long no other is begun, and what was played is judged. */
const PLAY_MS_MAX = 24_000;
/** So long after a first failure no other history is begun: there is enough to make small. */
const ENOUGH_MS = 5_000;
/** However slow a target is, making small ends. */
const SHRINK_MS_MAX = 15_000;
/** How many are drawn at a time where time alone ends it. */
const CHUNK = 60;
/** A short look draws so many, plays the smallest, and has so long to make small what fails. */
const LOOK_DRAWN = 24;
const LOOK_PLAYED = 12;
const LOOK_SHRINK_MS = 700;
const LOOK_OVER = 'the short look was over';
const NEVER = new AbortController().signal;

/** Draws histories, plays them side by side, and makes small what fails. */
export async function playAll(scene: Scene, receiver: DrawnReceiver): Promise<void> {
  const { history, draw_ms, is_look = false } = scene.drawing;
  const playing: Playing = { scene, receiver, turns: createTurns() };
  if (history !== undefined) {
    await tryHistory(playing, parseHistory(history));
    return;
  }
  const { drawMany } = await import('../grammar/draw.ts');
  const seed = scene.random.below(SEED_MAX);
  if (is_look) {
    const drawn = drawMany(receiver.draw, { seed, count: LOOK_DRAWN });
    await lookAt(playing, drawn, seed, draw_ms ?? PLAY_MS_MAX);
    return;
  }
  const until_ms = Date.now() + (draw_ms ?? PLAY_MS_MAX);
  const failing: Trial[] = [];
  let count = 0;
  let played = 0;
  do {
    const size = draw_ms === undefined ? receiver.histories : CHUNK;
    const drawn = drawMany(receiver.draw, { seed: (seed + count) % SEED_MAX, count: size });
    count += size;
    let begin_until_ms = until_ms;
    // The first that is drawn may be a large one; at the end it keeps no other waiting.
    await inLanes(scene, [...drawn].reverse(), async (one) => {
      if (Date.now() > begin_until_ms) return;
      played += 1;
      const trial = await tryHistory(playing, one);
      if (trial.breaks.size === 0) {
        // An ordinary run keeps them all; one that goes on for minutes would fill the memory.
        if (played > receiver.histories) trial.forget();
        return;
      }
      failing.push(trial);
      begin_until_ms = Math.min(begin_until_ms, Date.now() + ENOUGH_MS);
    });
  } while (draw_ms !== undefined && failing.length === 0 && Date.now() < until_ms);
  scene.mark(
    'drawn',
    `${played} of ${count} histories that were drawn with seed ${seed} were played, ${failing.length} of them failed`,
  );
  if (draw_ms === undefined && failing.length === 0 && played < count) {
    scene.mark(FEWER_PLAYED, fewerSentence(receiver, played, count));
  }
  await makeSmall(playing, failing);
}

/** Plays the smallest of what was drawn for a moment. */
async function lookAt(
  playing: Playing,
  drawn: readonly DrawnHistory[],
  seed: number,
  play_ms: number,
): Promise<void> {
  const smallest = [...drawn].sort((a, b) => sizeOf(a) - sizeOf(b)).slice(0, LOOK_PLAYED);
  const ended = await playUntil(playing, smallest, play_ms);
  const failing = ended.filter(({ breaks }) => breaks.size > 0);
  playing.scene.mark(
    'drawn',
    `${ended.length} of ${drawn.length} histories that were drawn with seed ${seed} were played in a short look, ${failing.length} of them failed`,
  );
  const left = new AbortController();
  const timer = setTimeout(() => left.abort(LOOK_OVER), LOOK_SHRINK_MS);
  await makeSmall(playing, failing, { shrink_ms: LOOK_SHRINK_MS, left: left.signal });
  clearTimeout(timer);
}

/** Plays histories side by side. After the time those under way are left, and no judge looks at them; but one at least must end. */
async function playUntil(
  playing: Playing,
  histories: readonly DrawnHistory[],
  play_ms: number,
): Promise<readonly Trial[]> {
  const left = new AbortController();
  const ended: Trial[] = [];
  let is_late = false;
  const leave = (): void => {
    if (is_late && ended.length > 0) left.abort(LOOK_OVER);
  };
  const timer = setTimeout(() => {
    is_late = true;
    leave();
  }, play_ms);
  const trials = histories.map(async (one) => {
    const trial = await tryUntil(left.signal, playing, one);
    if (trial === undefined) return;
    ended.push(trial);
    leave();
  });
  try {
    await Promise.all(trials);
  } finally {
    clearTimeout(timer);
  }
  return ended;
}

function fewerSentence({ receiver }: DrawnReceiver, played: number, count: number): string {
  return `drawn-histories-to-${receiver} played ${played} of its ${count} histories, since the target is slow or the machine is busy; what was played is judged. Play all with --only drawn-histories-to-${receiver} --deep 1`;
}

/** How long making small may take. */
interface Shrinking {
  /** No other try is begun after it. */
  readonly shrink_ms: number;
  /** Tries that are under way are left. */
  readonly left: AbortSignal;
}

/** Makes the smallest failing history of each kind smaller; every try is part of the case, and its judge tells the smallest. */
async function makeSmall(
  playing: Playing,
  failing: readonly Trial[],
  { shrink_ms, left }: Shrinking = { shrink_ms: SHRINK_MS_MAX, left: NEVER },
): Promise<void> {
  const kinds = new Map<string, DrawnHistory>();
  for (const { history, breaks } of [...failing].sort((a, b) => sizeOf(a.history) - sizeOf(b.history))) {
    for (const kind of breaks) if (!kinds.has(kind)) kinds.set(kind, history);
  }
  const deadline_ms = Date.now() + shrink_ms;
  await inLanes(playing.scene, [...kinds].slice(0, KINDS_MAX), async ([kind, history]) => {
    let smallest = history;
    let tries = 0;
    for (let next: DrawnHistory | undefined = history; next !== undefined; ) {
      smallest = next;
      next = await firstThatFails(
        (one) => tryUntil(left, playing, one),
        smallerHistories(smallest),
        kind,
        () => {
          tries += TOGETHER;
          return tries <= TRIES_MAX && Date.now() < deadline_ms && !left.aborted;
        },
      );
    }
  });
}

async function firstThatFails(
  tryOne: (history: DrawnHistory) => Promise<Trial | undefined>,
  candidates: readonly DrawnHistory[],
  kind: string,
  mayTry: () => boolean,
): Promise<DrawnHistory | undefined> {
  for (let from = 0; from < candidates.length; from += TOGETHER) {
    if (!mayTry()) return undefined;
    const together = candidates.slice(from, from + TOGETHER);
    const trials = await Promise.all(together.map(tryOne));
    const failing = trials.find((trial) => trial?.breaks.has(kind) === true);
    if (failing !== undefined) return failing.history;
  }
  return undefined;
}

async function inLanes<Value>(
  { width }: Pick<Scene, 'width'>,
  values: readonly Value[],
  work: (value: Value) => Promise<void>,
): Promise<void> {
  const running = new Set<Promise<void>>();
  for (const value of values) {
    while (running.size >= width(WIDTH)) await Promise.race(running);
    const one = work(value).finally(() => running.delete(one));
    running.add(one);
  }
  await Promise.all(running);
}
