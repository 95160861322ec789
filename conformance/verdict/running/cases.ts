import type { AnomalyName } from '../../checks/anomalies.ts';
import type { Check } from '../../checks/check.ts';
import type { ExploringLimits } from '../../harness/exploring/runs.ts';
import { CaseCutError } from '../../harness/patience/lessons.ts';
import type { Pace } from '../../harness/patience/pace.ts';
import type { DrawingLimits, SceneIdentity } from '../../harness/scene/identity.ts';
import { openScene } from '../../harness/scene/open.ts';
import type { Scene } from '../../harness/scene/scene.ts';
import { SceneStuckError } from '../../harness/scene/scene.ts';
import { CloudUnavailableError } from '../../harness/world/cloud.ts';
import type { World } from '../../harness/world/world.ts';
import { inOrderOfTime } from '../../history/order.ts';
import { passageOf } from '../../project/roads/passage.ts';
import { TargetUnavailableError } from '../../targets/starting/running.ts';
import { createCaseEnd, startAgain } from '../bounds/case-end.ts';
import { drawingOf, EXPLORING_WIDTH, type Exploring, explores, limitsOf, shareMinutes } from './limits.ts';

/** One case: a check in one of its rounds. */
export interface Case {
  readonly check: Check;
  readonly round: number;
  /** Check name, with the round where there are several. */
  readonly name: string;
  /** Its place among all cases, from which its dates follow. */
  readonly place: number;
}

/** A case as its judges see it: what it was, and what happened. */
export interface JudgedCase {
  readonly case: Case;
  /** Its history ends with the marker STUCK_MARKER when the case could not go on. */
  readonly scene: Pick<Scene, 'history'>;
}

/** A case that was tried. */
export interface TriedCase extends JudgedCase {
  readonly scene: Scene;
  readonly duration_ms: number;
}

/** A fault of the judge itself, never of the target. */
export class JudgeFaultError extends Error {}

/** The marker that says why a case could not go on, so that a history alone tells it. */
export const STUCK_MARKER = 'stuck';

/** How many cases run at the same time in a target that answers at once; more in one that is slow without work. */
const WIDTH = 6;

/** Told what becomes of cases. */
export interface CaseListeners {
  readonly onBegin?: ((one: Case) => void) | undefined;
  readonly onDone: (tried: TriedCase) => void;
  /** The case was not begun, or given up; `because` is a sentence. */
  readonly onLeftOut: (one: Case, because: string) => void;
}

/** Which rounds of a check are wanted; a check that is not a key wants all. */
export type Rounds = ReadonlyMap<Check, ReadonlySet<number>>;

/** List the cases of checks. The place follows from all checks, so that a case keeps its dates when others are left out. */
export function planCases(
  all: readonly Check[],
  chosen: readonly Check[],
  rounds: Rounds = new Map(),
): readonly Case[] {
  let place = 0;
  return all.flatMap((check) =>
    Array.from({ length: check.rounds ?? 1 }, (_, index) => ({
      check,
      round: index + 1,
      name: (check.rounds ?? 1) === 1 ? check.name : `${check.name} (${index + 1} of ${check.rounds})`,
      place: place++,
    })).filter(({ round }) => chosen.includes(check) && rounds.get(check)?.has(round) !== false),
  );
}

/**
 * Runs cases: those without faults side by side, then those with faults, then those that explore schedules. A case that needs
 * its components for itself runs beside cases of other components, as soon as no case before it uses them.
 *
 * @throws {JudgeFaultError} when a check breaks for a reason that is not the target's.
 * @throws {TargetUnavailableError} when a hook fails, {CloudUnavailableError} when a project refuses a call.
 */
export async function tryCases(
  world: World,
  cases: readonly Case[],
  seed: number,
  { onBegin, onDone, onLeftOut }: CaseListeners,
  exploring: Exploring = {},
  interrupted: AbortSignal = new AbortController().signal,
): Promise<readonly TriedCase[]> {
  const all: TriedCase[] = [];
  const deep = shareMinutes(exploring, cases);
  const limits = limitsOf(exploring, deep);
  const runOne = async (one: Case): Promise<void> => {
    if (interrupted.aborted) return;
    const schedule = exploring.schedules?.get(one.name);
    const because = world.lessons.hopeless(one.check.components, one.name);
    if (because !== undefined) return onLeftOut(one, because);
    onBegin?.(one);
    const tried = await tryCase(world, one, seed, {
      exploring: schedule === undefined ? limits : { schedule },
      drawing: drawingOf(exploring, one.name, deep.draw_ms),
    });
    if (typeof tried === 'string') return onLeftOut(one, tried);
    all.push(tried);
    onDone(tried);
  };
  const exclusive = longestQueueFirst(cases.filter(isExclusive));
  const explored = cases.filter((one) => explores(one) && !isExclusive(one));
  const calm = cases.filter((one) => !explores(one) && !hasFaults(one) && !isExclusive(one));
  const others = cases.filter((one) => !explored.includes(one) && !calm.includes(one));
  const { pace } = world.lessons;
  await inLanes(calm, pace, runOne);
  await inLanes([...inTurn(others, exclusive), ...inTurn(explored, exclusive)], pace, runOne);
  return all.sort((a, b) => a.case.place - b.case.place);
}

function hasFaults({ check }: Case): boolean {
  return check.needs.some((need) => need.endsWith('-faults'));
}

function isExclusive({ check }: Case): boolean {
  return check.exclusive === true;
}

function isLong({ check }: Case): boolean {
  return check.is_long === true;
}

/**
 * Tell whether two cases must not run at the same time. Those that explore are among themselves, since a busy target seems to think
 * where it only waits for its turn; one that is alone with its components mostly waits, and keeps no others busy.
 */
function collide(a: Case, b: Case): boolean {
  const share = a.check.components.some((name) => b.check.components.includes(name));
  if (isExclusive(a) || isExclusive(b)) return share;
  if (explores(a) === explores(b)) return false;
  // One that takes long waits for leases to run out, whatever else the machine does.
  return share || !isLong(explores(a) ? a : b);
}

/** Exclusive cases of one component wait for each other: where most wait, the first begins first. */
function longestQueueFirst(exclusive: readonly Case[]): readonly Case[] {
  const queueOf = (one: Case): number => exclusive.filter((other) => collide(one, other)).length;
  return [...exclusive].sort((a, b) => queueOf(b) - queueOf(a));
}

/** What takes long first; then an exclusive case behind those that it collides with, each as early as can be. */
function inTurn(cases: readonly Case[], exclusive: readonly Case[]): readonly Case[] {
  const turnOf = (one: Case): number =>
    isExclusive(one) ? exclusive.indexOf(one) + 0.5 : exclusive.findIndex((other) => collide(one, other));
  return [...cases].sort((a, b) => Number(isLong(b)) - Number(isLong(a)) || turnOf(a) - turnOf(b));
}

/** Runs one case; the sentence that says why, when it was given up. */
async function tryCase(
  world: World,
  one: Case,
  seed: number,
  limits: { readonly exploring: ExploringLimits; readonly drawing: DrawingLimits },
): Promise<TriedCase | string> {
  const started_ms = Date.now();
  const { ended, within } = createCaseEnd(
    world,
    one.name,
    Math.max(limits.exploring.explore_ms ?? 0, limits.drawing.draw_ms ?? 0),
  );
  const scene = openScene(world, {
    name: one.name,
    seed,
    place: one.place,
    components: one.check.components,
    ...limits,
    ended,
    ...inProject(world, one),
  });
  try {
    await within(one.check.run(scene));
  } catch (error) {
    await startAgain(world, one.name);
    if (error instanceof CaseCutError) return error.message;
    // What could not be set up or reached is the environment's, whichever case met it.
    if (error instanceof TargetUnavailableError || error instanceof CloudUnavailableError) throw error;
    if (!(error instanceof SceneStuckError)) {
      const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
      throw new JudgeFaultError(`check ${one.name} broke: ${why}`, { cause: error });
    }
    scene.mark(STUCK_MARKER, error.message);
  }
  const duration_ms = Date.now() - started_ms;
  // What the emulators' subscriptions brought late is judged where it happened.
  if (world.cloud !== 'emulators') return { case: one, scene, duration_ms };
  return { case: one, scene: { ...scene, history: () => inOrderOfTime(scene.history()) }, duration_ms };
}

/** Which road a case takes in a project, and what it waits for there. */
function inProject(world: World, { check }: Case): Pick<SceneIdentity, 'road' | 'lacks'> {
  if (world.project_side === undefined) return {};
  const passage = passageOf(check, world.target);
  if ('obstacle' in passage)
    throw new JudgeFaultError(`${check.name} was planned although ${passage.obstacle}`);
  return {
    road: passage.road,
    lacks: (history) => check.judge(history).some(({ anomaly }) => MISSING.includes(anomaly)),
  };
}

/** What may still come: everything else is wrong already, and waiting does not mend it. */
const MISSING: readonly AnomalyName[] = ['lost trigger', 'lost message', 'refused message', 'stuck batch'];

/** Runs each case as soon as a lane is free and it collides with none that runs. */
async function inLanes(cases: readonly Case[], pace: Pace, run: (one: Case) => Promise<void>): Promise<void> {
  const waiting = [...cases];
  const running = new Map<Case, Promise<void>>();
  while (waiting.length > 0 || running.size > 0) {
    const one = waiting.find((next) => ![...running.keys()].some((other) => collide(next, other)));
    // One that is alone with its components mostly waits, and takes no lane.
    const lanes = [...running.keys()].filter((other) => !isExclusive(other)).length;
    if (
      one !== undefined &&
      (isExclusive(one) || lanes < (explores(one) ? EXPLORING_WIDTH : pace.width(WIDTH)))
    ) {
      waiting.splice(waiting.indexOf(one), 1);
      running.set(
        one,
        run(one).finally(() => running.delete(one)),
      );
      continue;
    }
    await Promise.race(running.values());
  }
}
