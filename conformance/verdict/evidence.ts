import type { Check } from '../checks/check.ts';
import { aboutCalls } from '../harness/faults/faults.ts';
import type { ExplorationEvent, History } from '../history/events.ts';
import type { Target } from '../targets/description.ts';
import type { CaseRun } from './run-cases.ts';

/**
 * Say why the cases of a requirement prove nothing: the target published nothing in any of them, so that "at most one" and
 * "only what is due" held of their own. Undefined when there was something to judge.
 *
 * @param is_of_messages whether it is about published messages alone, so that cases about answers and documents prove
 *        nothing of it either.
 */
export function missingEvidence(runs: readonly CaseRun[], is_of_messages: boolean): string | undefined {
  const is_there = runs.some((run) => hasEvidence(run.case.check, run.scene.history(), is_of_messages));
  if (is_there || runs.length === 0) return undefined;
  return `the target published nothing in ${runs.length === 1 ? 'its one case' : `any of its ${runs.length} cases`}`;
}

/** Tell whether one history has what its check judges: a publish, or anything where a right target publishes nothing. */
export function hasEvidence({ is_silent }: Check, history: History, is_of_messages: boolean): boolean {
  return (is_silent === true && !is_of_messages) || history.some(isPublish);
}

/**
 * Say why the explored and the disturbed cases of a requirement prove nothing: no call of theirs waited for its turn, or none
 * was struck, because what the target sends does not name the game date. Undefined when some did.
 *
 * @param store of a store of its own only publishes are looked for.
 */
export function unnamedCalls(runs: readonly CaseRun[], store: Target['store']): string | undefined {
  const counts = runs.flatMap((run) => explorationsOf(run).map(({ store_calls }) => store_calls ?? 1));
  const told = [
    ...(store === 'cloud' && counts.length > 0 && counts.every((count) => count === 0)
      ? ['no read or commit could be put in order']
      : []),
    ...(['publish', 'commit'] as const)
      .filter((on) => isNeverStruck(runs, on))
      .map((on) => `no ${on} was struck`),
  ];
  if (told.length === 0) return undefined;
  return `${told.join(', and ')}; calls must name their game date as YYYY-MM-DD or YYYYMMDD, see "What a call must name" in docs/targets.md`;
}

/**
 * Say that a target which says that it keeps its state in a store of its own wrote documents all the same, so that more
 * could have been tried. Undefined when it wrote none.
 */
export function contradictedStore(runs: readonly CaseRun[]): string | undefined {
  for (const { scene } of runs) {
    const history = scene.history();
    // The judge writes documents too: those of a seed.
    if (history.some(({ kind }) => kind === 'seed')) continue;
    const commit = history.find((event) => event.kind === 'commit');
    if (commit?.kind !== 'commit') continue;
    return `the target file says store: own, and the target wrote ${commit.paths[0] ?? 'a document'}; leave the line out`;
  }
  return undefined;
}

function isNeverStruck(runs: readonly CaseRun[], on: 'publish' | 'commit'): boolean {
  // A drawn fault need not find a call to strike.
  const planned = runs.filter(({ case: { check } }) => check.draws !== true);
  const changes = planned.flatMap((run) =>
    run.scene
      .history()
      .flatMap((event) => (event.kind === 'fault' && aboutCalls(event.fault) === on ? [event.change] : [])),
  );
  return changes.includes('begins') && !changes.includes('strikes');
}

/**
 * Say why replays prove nothing: the schedule fits none of the cases that were to follow it. Undefined when one followed it,
 * or none was to.
 */
export function unfittingSchedule(runs: readonly CaseRun[]): string | undefined {
  const replays = runs.flatMap((run) => {
    const misfits = misfitsOf(run.scene.history());
    return misfits === undefined ? [] : [{ name: run.case.name, misfits }];
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
export function tellExplorations(runs: readonly CaseRun[]): string | null {
  const told = runs.flatMap((run) =>
    explorationsOf(run).map((event) => {
      const { runs, is_complete, strategy, misfits } = event;
      const count = `${is_complete === true ? 'all ' : ''}${runs} ${runs === 1 ? 'schedule' : 'schedules'}`;
      const rest = is_complete === true || misfits !== undefined ? '' : `; ${whyNotAll(event)}`;
      return `${count} in ${run.case.name} (${strategy}${rest})`;
    }),
  );
  return told.length === 0 ? null : `tried ${told.join(', ')}`;
}

/** List the cases that made fewer runs than they were to make, although none of them failed: the time was over. */
export function shortExplorations(runs: readonly CaseRun[]): readonly string[] {
  return runs.flatMap((run) =>
    explorationsOf(run).flatMap(({ ended_by, runs, runs_max, failing }) =>
      ended_by === 'time' && runs_max !== undefined && failing.length === 0
        ? [`${run.case.name} tried ${runs} of at most ${runs_max} schedules, since its time was over`]
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

function explorationsOf({ scene }: CaseRun): readonly ExplorationEvent[] {
  return scene.history().filter((event) => event.kind === 'exploration');
}

function isPublish({ kind }: { readonly kind: string }): boolean {
  return kind === 'publish';
}
