import { CHECKS } from '../../checks/all.ts';
import { coverSituations, type SituationCoverage } from '../../checks/situations/coverage.ts';
import { errorWords } from '../../contract/errors.ts';
import { COMPONENT_NAMES, type ComponentName } from '../../contract/names.ts';
import type { CloudKind } from '../../harness/world/cloud.ts';
import type { WorldSettings } from '../../harness/world/settings.ts';
import { startWorld, type World } from '../../harness/world/world.ts';
import { startProjectWorld } from '../../project/world.ts';
import type { Selected } from '../../requirements/selection.ts';
import type { Target } from '../../targets/description.ts';
import { hookComponents } from '../../targets/hooks/components.ts';
import { lastWords } from '../../targets/processes/last-words.ts';
import { TargetUnavailableError } from '../../targets/starting/running.ts';
import { obstacleOf } from '../applicability.ts';
import { type Bail, createBail } from '../bounds/bail.ts';
import { type Budget, beginBudget } from '../bounds/budget.ts';
import { BAILED, type Cut, INTERRUPTED } from '../bounds/cut.ts';
import { beginLook } from '../bounds/look.ts';
import { excuse, type StrainWatch, strainWords } from '../bounds/strain.ts';
import { markedNotices, noticesOf } from '../notices.ts';
import { conforms, decideVerdicts, type RequirementVerdict } from '../verdict.ts';
import { type Case, planCases, type TriedCase, tryCases } from './cases.ts';
import type { Exploring } from './limits.ts';
import { planQuick } from './quick.ts';

/** What a run is about. */
export interface JudgeRunOptions {
  readonly target: Target;
  readonly cloud: CloudKind;
  readonly seed: number;
  readonly selected: Selected;
  readonly exploring?: Exploring;
  /** What somebody who debugs wants of the world. */
  readonly world?: WorldSettings;
  /** Run the cases of planQuick only. */
  readonly quick?: boolean;
  /** Which cases begin first, where it matters; default the order of the reports. */
  readonly order?: (cases: readonly Case[]) => readonly Case[];
  /** As soon as it aborts no case begins any more, and what has ended by then is judged. */
  readonly interrupted?: AbortSignal;
  /** End at the first case that shows a broken MUST. */
  readonly bail?: boolean;
  /** End after so long, and judge what has ended by then. Default: no end. */
  readonly timeout_ms?: number | undefined;
  /** How the machine treats the judge: what goes wrong while it is starved is held against nobody. Default: it is not asked. */
  readonly strain?: StrainWatch | undefined;
  /** Told when the world can be stopped, so that an interruption leaves nothing behind. */
  readonly onCleanup: (stop: () => Promise<void>) => void;
  readonly onReady: (cases: number, components: readonly string[]) => void;
  /** Told which cases are to run, before anything is started. */
  readonly onPlanned?: ((cases: readonly Case[]) => void) | undefined;
  readonly onBegin?: ((one: Case) => void) | undefined;
  readonly onDone: (tried: TriedCase) => void;
}

/** What came of a run. */
export interface Judgement {
  readonly verdicts: readonly RequirementVerdict[];
  readonly cases: readonly TriedCase[];
  /** What the cases were about, and whether it happened. */
  readonly situations: readonly SituationCoverage[];
  /** What of the target's surroundings explains many failures at once, a sentence each. */
  readonly notices: readonly string[];
  readonly world: World | null;
  readonly duration_ms: number;
  /** What ended the run before all cases had run; null when nothing did. */
  readonly cut: Cut | null;
  /** Why cases were not begun or given up, by case name. */
  readonly given_up: ReadonlyMap<string, string>;
}

const NEVER = new AbortController().signal;

/**
 * Judge a target: start what is needed, run the cases, judge their histories.
 *
 * @throws {TargetUnavailableError} when a component does not start, takes no message, or ends while it is judged.
 */
export async function runJudge(options: JudgeRunOptions): Promise<Judgement> {
  const started_ms = Date.now();
  const { target, cloud, selected, interrupted = NEVER } = options;
  const cases = plannedCases(options);
  options.onPlanned?.(cases);
  const budget = beginBudget(options.timeout_ms);
  const given_up = new Map<string, string>();
  const look = beginLook(options.exploring?.look_ms);
  const cutBy = (bailed?: AbortSignal): Cut | null => {
    if (interrupted.aborted) return INTERRUPTED;
    if (bailed?.aborted === true) return BAILED;
    return budget.spent.aborted ? budget.cut : null;
  };
  const finish = (tried: readonly TriedCase[], world: World | null, cut: Cut | null): Judgement => ({
    verdicts: decideVerdicts(selected.requirements, tried, target, cloud, {
      // A short look is about what has ended in it.
      planned: look.over.aborted ? tried.map((one) => one.case) : cases,
      possible: possibleCases(options),
      cut_short: cut?.sentence ?? null,
      given_up,
      named: selected.named,
      left_out: leftOut(options, look.over.aborted),
    }),
    cases: tried,
    situations: coverSituations(
      tried.map((one) => ({ check: one.case.check, history: one.scene.history() })),
    ),
    notices: world === null ? [] : noticesAbout(world, tried, options, { started_ms, given_up }),
    world,
    duration_ms: Date.now() - started_ms,
    cut,
    given_up,
  });
  if (cases.length === 0) return finish([], null, cutBy());
  const components = neededComponents(cases, target);
  const world = await openInTime(options, cases, components, budget).catch((error: unknown) => {
    if (interrupted.aborted) return null;
    throw error;
  });
  if (world === null) return finish([], null, cutBy());
  options.onReady(cases.length, components);
  look.start();
  const tried: TriedCase[] = [];
  const { bailed, hear } = bailOf(options, world);
  const onDone = (one: TriedCase): void => {
    const now_ms = Date.now();
    const strain = options.strain?.between(now_ms - one.duration_ms, now_ms);
    const because = strain && excuse(one, target, strain);
    if (because !== undefined) {
      given_up.set(one.case.name, because);
      look.ended(one.case);
      return;
    }
    tried.push(one);
    options.onDone(one);
    hear(one);
    look.ended(one.case);
  };
  try {
    const { lost } = world;
    const over = AbortSignal.any([interrupted, lost, bailed, budget.spent, look.over]);
    const onBegin = (one: Case): void => {
      look.begun(one);
      options.onBegin?.(one);
    };
    const onLeftOut = (one: Case, because: string): void => {
      given_up.set(one.name, because);
      look.ended(one);
    };
    const listeners = { onBegin, onDone, onLeftOut };
    const all = tryCases(world, cases, options.seed, listeners, options.exploring, over);
    await untilAborted(all, over);
    if (!interrupted.aborted && lost.aborted) {
      requireAlive(world);
      throw lost.reason;
    }
    if (!interrupted.aborted) await world.observation.settle();
    const judgement = finish(
      tried.sort((a, b) => a.case.place - b.case.place),
      world,
      cutBy(bailed),
    );
    // What failed tells it already.
    if (!interrupted.aborted && conforms(judgement.verdicts)) requireAlive(world);
    return judgement;
  } finally {
    budget.end();
    look.end();
    await world.stop();
  }
}

function leftOut({ quick }: JudgeRunOptions, has_looked: boolean): string {
  if (has_looked) return 'not in the short look';
  return quick === true ? 'left out by --quick' : 'not among the cases that were chosen';
}

function noticesAbout(
  world: World,
  tried: readonly TriedCase[],
  { target, strain }: JudgeRunOptions,
  run: { readonly started_ms: number; readonly given_up: ReadonlyMap<string, string> },
): readonly string[] {
  const histories = tried.map((one) => one.scene.history());
  const starved = strain && strainWords(run.given_up, strain.between(run.started_ms, Date.now()));
  return [
    ...(starved === undefined ? [] : [starved]),
    ...noticesOf(world.cloudUses(), world.instances(), histories, target),
    ...markedNotices(histories),
  ];
}

function bailOf({ bail, selected, target, cloud }: JudgeRunOptions, world: World): Bail {
  if (bail !== true) return { bailed: NEVER, hear: () => {} };
  const { requirements } = selected;
  return createBail({ requirements, target, cloud, settle: () => world.observation.settle() });
}

/** Opens the world, and stops it where the run's time ends before the target is ready. */
async function openInTime(
  options: JudgeRunOptions,
  cases: readonly Case[],
  names: readonly ComponentName[],
  { spent, cut }: Budget,
): Promise<World> {
  let stop = (): Promise<void> => Promise.resolve();
  const onCleanup = (undo: () => Promise<void>): void => {
    stop = undo;
    options.onCleanup(undo);
  };
  const giveUp = (): void => void stop();
  spent.addEventListener('abort', giveUp);
  try {
    return await openWorld({ ...options, onCleanup }, cases, names);
  } catch (error) {
    if (!spent.aborted) throw error;
    const said = errorWords(error);
    throw new TargetUnavailableError(
      `the run was ${cut.sentence} before every component was ready (asked for: ${names.join(', ')}): ${said}`,
    );
  } finally {
    spent.removeEventListener('abort', giveUp);
  }
}

function openWorld(
  { target, cloud, quick = false, world: settings = {}, onCleanup }: JudgeRunOptions,
  cases: readonly Case[],
  names: readonly ComponentName[],
): Promise<World> {
  if (cloud !== 'project') {
    const cast = { replicas: neededReplicas(cases, target), together: quick };
    return startWorld(target, cloud, names, onCleanup, { ...settings, ...cast });
  }
  const { project = '' } = settings;
  const last_place = Math.max(...cases.map(({ place }) => place));
  return startProjectWorld({ target, project, names, last_place, onCleanup, settings });
}

function possibleCases({ target, cloud }: JudgeRunOptions): readonly Case[] {
  return planCases(
    CHECKS,
    CHECKS.filter((check) => obstacleOf(check, target, cloud) === undefined),
  );
}

function plannedCases(options: JudgeRunOptions): readonly Case[] {
  const { selected, target, cloud, quick = false } = options;
  const runnable = selected.checks.filter((check) => obstacleOf(check, target, cloud) === undefined);
  if (quick) return planQuick(CHECKS, runnable);
  const { order = (cases) => cases } = options;
  return order(planCases(CHECKS, runnable, selected.rounds));
}

/** Waits for work, or for the interruption, after which its failure is nobody's. */
async function untilAborted(work: Promise<unknown>, interrupted: AbortSignal): Promise<void> {
  if (interrupted.aborted) return void work.catch(() => {});
  let stop = (): void => {};
  const abort = new Promise<void>((resolve) => {
    stop = resolve;
  });
  interrupted.addEventListener('abort', stop);
  try {
    await Promise.race([work, abort]);
  } catch (error) {
    if (!interrupted.aborted) throw error;
  } finally {
    interrupted.removeEventListener('abort', stop);
  }
  if (interrupted.aborted) work.catch(() => {});
}

function requireAlive(world: World): void {
  const crashed = world.crashed();
  if (crashed.length === 0) return;
  const [first = ''] = crashed;
  const words = lastWords(world.component(first.split(' ')[0] ?? '').output());
  throw new TargetUnavailableError(`${crashed.join('; ')} while it was judged; its last words: ${words}`);
}

function neededReplicas(cases: readonly Case[], target: Target): readonly ComponentName[] {
  const canStart = (name: ComponentName): boolean => (target.components[name]?.command ?? null) !== null;
  return COMPONENT_NAMES.filter((name) =>
    cases.some(
      ({ check }) =>
        check.replicas?.includes(name) || (check.replicas_if_any?.includes(name) && canStart(name)),
    ),
  );
}

/** Those of the cases, and those whose hooks the cases may call. */
function neededComponents(cases: readonly Case[], target: Target): readonly ComponentName[] {
  const keepers = hookComponents(target, new Set(cases.flatMap(({ check }) => check.needs)));
  return COMPONENT_NAMES.filter(
    (name) => keepers.includes(name) || cases.some(({ check }) => check.components.includes(name)),
  );
}
