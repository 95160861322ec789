import type { Check, Missing } from '../checks/check.ts';
import { outputTopics } from '../checks/identifying/keys.ts';
import { isUnstruck } from '../checks/subjects/faults.ts';
import { COMPONENT_NAMES } from '../contract/names.ts';
import { aboutCalls } from '../harness/faults/faults.ts';
import { datesIn } from '../harness/faults/marks.ts';
import type { ExplorationEvent, History, PublishEvent } from '../history/events.ts';
import { text } from '../history/select.ts';
import { UNIVERSAL } from '../requirements/catalogue.ts';
import type { Target } from '../targets/description.ts';
import type { JudgedCase } from './running/cases.ts';

/**
 * Say why the cases of a requirement prove nothing: what it is about was in none of them, so that "at most one" and "only what
 * is due" held of their own. Undefined when one had something to judge.
 */
export function missingEvidence(cases: readonly JudgedCase[], id: string): Missing | undefined {
  const found = cases.map((one) => missingIn(one.case.check, one.scene.history(), id));
  const missing = found.filter((one) => one !== undefined);
  if (missing.length === 0 || missing.length < found.length) return undefined;
  const first = missing.find(({ by }) => by === 'target') ?? missing[0];
  if (first === undefined) return undefined;
  return {
    ...first,
    why: `${first.why} in ${cases.length === 1 ? 'its one case' : `any of its ${cases.length} cases`}`,
  };
}

/** Say why one history shows nothing of a requirement of its check; undefined when what it is about is there. */
export function missingIn(check: Check, history: History, id: string): Missing | undefined {
  const is_universal = UNIVERSAL.includes(id);
  const is_silent = check.is_silent === true && !is_universal;
  const topics = is_universal ? undefined : (check.outputs ?? topicsOf(check));
  if (!is_silent && !history.some((event) => isOutput(event, topics))) {
    const where =
      topics === undefined || !history.some((event) => isOutput(event, undefined))
        ? ''
        : ` to ${topics.join(' or ')}`;
    return { why: `the target published nothing${where}`, by: 'target' };
  }
  return is_universal ? undefined : check.missing?.(history, id);
}

/** What the receiver of a check sends; it stands last among the components. A whole pipeline may send anything. */
function topicsOf({ components }: Check): readonly string[] | undefined {
  const last = components.at(-1);
  const topics = last === undefined || components.length === COMPONENT_NAMES.length ? [] : outputTopics(last);
  return topics.length === 0 ? undefined : topics;
}

function isOutput(event: History[number], topics: readonly string[] | undefined): boolean {
  return event.kind === 'publish' && (topics === undefined || topics.includes(event.topic));
}

/**
 * Say why the explored and the disturbed cases of a requirement prove nothing: no call of theirs waited for its turn, or none
 * was struck. That is the target's doing where its calls do not name the game date; where it made none, it did not come to it.
 * Undefined when some did.
 *
 * @param store of a store of its own only publishes are looked for.
 * @param all the cases of every requirement, which show whether the target names its dates at all.
 */
export function unnamedCalls(
  cases: readonly JudgedCase[],
  store: Target['store'],
  all: readonly JudgedCase[],
): Missing | undefined {
  const counts = cases.flatMap((one) => explorationsOf(one).map(({ store_calls }) => store_calls ?? 1));
  const is_unordered = store === 'cloud' && counts.length > 0 && counts.every((count) => count === 0);
  const is_named = namesDates(all);
  const unstruck = (['publish', 'commit'] as const).filter((on) => isNeverStruck(cases, on));
  const unnamed = [
    ...(is_unordered && !is_named ? ['no read or commit could be put in order'] : []),
    ...unstruck
      .filter((on) => (on === 'commit' ? !is_named : publishesUnderFaults(cases)))
      .map((on) => `no ${on} was struck`),
  ];
  if (unnamed.length > 0) {
    const why = `${unnamed.join(', and ')}; calls must name their game date as YYYY-MM-DD or YYYYMMDD, see "What a call must name" in docs/targets.md`;
    return { why, by: 'target' };
  }
  // Cases without faults, and those whose faults struck, show it all the same.
  if (cases.length === 0 || !cases.every((one) => isQuiet(one, store))) return undefined;
  const why =
    'no fault struck a call in its cases, and no call waited for its turn: the target made none at that time';
  return { why, by: 'chance' };
}

/** Whether some call of the store named its date, in whatever case: then one that names none was not made. */
function namesDates(all: readonly JudgedCase[]): boolean {
  return all.some(
    (one) =>
      explorationsOf(one).some(({ store_calls }) => (store_calls ?? 0) > 0) ||
      one.scene
        .history()
        .some(
          (event) =>
            event.kind === 'fault' && event.change === 'strikes' && aboutCalls(event.fault) === 'commit',
        ),
  );
}

/**
 * Whether something was published while a fault of publishes to its topic was in force, which it should have struck and did
 * not, since it names no date. What names another date is about that one; what names this date was let pass on purpose.
 */
function publishesUnderFaults(cases: readonly JudgedCase[]): boolean {
  return cases.some(({ scene }) => {
    let fault: string | null = null;
    return scene.history().some((event) => {
      if (event.kind === 'fault' && aboutCalls(event.fault) === 'publish')
        fault = event.change === 'ends' ? null : event.fault;
      return fault !== null && event.kind === 'publish' && isOnTopic(event, fault) && namesNoDate(event);
    });
  });
}

function isOnTopic({ topic }: PublishEvent, fault: string): boolean {
  return fault.includes('to any topic ') || fault.includes(` ${topic} `);
}

function namesNoDate({ message, raw }: PublishEvent): boolean {
  return message === null
    ? datesIn(raw ?? '').length === 0
    : datesIn(text(message, 'game_date')).length === 0;
}

/** Whether faults or orders were tried in a case, and none came about. Drawn histories show much without any. */
function isQuiet(one: JudgedCase, store: Target['store']): boolean {
  if (one.case.check.draws === true) return false;
  const explorations = explorationsOf(one);
  // Of a store of its own no call is seen; deliveries and publishes were put in order.
  const is_unordered =
    store === 'cloud' &&
    explorations.length > 0 &&
    explorations.every(({ store_calls }) => store_calls === 0);
  return is_unordered || isUnstruck(one.scene.history());
}

/**
 * Say that a target which says that it keeps its state in a store of its own wrote documents all the same, so that more
 * could have been tried. Undefined when it wrote none.
 */
export function contradictedStore(cases: readonly JudgedCase[]): string | undefined {
  for (const { scene } of cases) {
    const history = scene.history();
    // The judge writes documents too: those of a seed.
    if (history.some(({ kind }) => kind === 'seed')) continue;
    const commit = history.find((event) => event.kind === 'commit');
    if (commit?.kind !== 'commit') continue;
    return `the target file says store: own, and the target wrote ${commit.paths[0] ?? 'a document'}; leave the line out`;
  }
  return undefined;
}

function isNeverStruck(cases: readonly JudgedCase[], on: 'publish' | 'commit'): boolean {
  // A drawn fault need not find a call to strike.
  const planned = cases.filter(({ case: { check } }) => check.draws !== true);
  const changes = planned.flatMap((one) =>
    one.scene
      .history()
      .flatMap((event) => (event.kind === 'fault' && aboutCalls(event.fault) === on ? [event.change] : [])),
  );
  return changes.includes('begins') && !changes.includes('strikes');
}

/**
 * Say why replays prove nothing: the schedule fits none of the cases that were to follow it. Undefined when one followed it,
 * or none was to.
 */
export function unfittingSchedule(cases: readonly JudgedCase[]): string | undefined {
  const replays = cases.flatMap((one) => {
    const misfits = misfitsOf(one.scene.history());
    return misfits === undefined ? [] : [{ name: one.case.name, misfits }];
  });
  if (replays.length === 0 || replays.some(({ misfits }) => misfits.length === 0)) return undefined;
  const told = replays.map(({ name, misfits }) => `${name}: ${misfits.join('; ')}`);
  return `the schedule fits no case (${told.join('. ')}), so that another run was made`;
}

/** List what of a replayed schedule had no effect; undefined when nothing was replayed. */
export function misfitsOf(history: History): readonly string[] | undefined {
  const replays = history.flatMap((event) => (event.kind === 'exploration' ? (event.misfits ?? []) : []));
  const is_replay = history.some((event) => event.kind === 'exploration' && event.misfits !== undefined);
  return is_replay ? replays : undefined;
}

/** Say how many schedules were tried in which cases, and whether those were all; null where none were. */
export function tellExplorations(cases: readonly JudgedCase[]): string | null {
  const told = cases.flatMap((one) =>
    explorationsOf(one).map((event) => {
      const { runs, is_complete, strategy, misfits } = event;
      const count = `${is_complete === true ? 'all ' : ''}${runs} ${runs === 1 ? 'schedule' : 'schedules'}`;
      const rest = is_complete === true || misfits !== undefined ? '' : `; ${whyNotAll(event)}`;
      return `${count} in ${one.case.name} (${strategy}${rest})`;
    }),
  );
  return told.length === 0 ? null : `tried ${told.join(', ')}`;
}

/** List the cases that made fewer runs than they were to make, although none of them failed: the time was over. */
export function shortExplorations(cases: readonly JudgedCase[]): readonly string[] {
  return cases.flatMap((one) =>
    explorationsOf(one).flatMap(({ ended_by, runs, runs_max, failing }) =>
      ended_by === 'time' && runs_max !== undefined && failing.length === 0
        ? [`${one.case.name} tried ${runs} of at most ${runs_max} schedules, since its time was over`]
        : [],
    ),
  );
}

function whyNotAll({ ended_by, runs_max }: ExplorationEvent): string {
  switch (ended_by) {
    case 'time':
      return runs_max === undefined ? 'until its time was over' : `of at most ${runs_max}, stopped by time`;
    case 'nothing left':
      return 'not certain to be all, since the target did not repeat itself or was silent for long';
    case 'failures':
      return 'stopped by failures';
    default:
      return 'there are more';
  }
}

function explorationsOf({ scene }: JudgedCase): readonly ExplorationEvent[] {
  return scene.history().filter((event) => event.kind === 'exploration');
}
