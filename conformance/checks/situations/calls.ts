import type { CallEvent, FaultEvent, History, HistoryEvent } from '../../history/events.ts';
import { deliveries } from '../../history/select.ts';
import { sumOverDates } from './dates.ts';
import { answersOf, isAlike } from './deliveries.ts';
import type { Situation } from './situation.ts';

/** Situations of the target's calls to the store and the broker. */
export const OF_CALLS = [
  {
    name: 'duplicate between read and commit',
    sentence:
      'A message is delivered again while the commit of its first delivery is held back, so after that has read the state.',
    count: (history) => sumOverDates(history, countBetweenReadAndCommit),
  },
  {
    name: 'retry after a conflict',
    sentence:
      'A commit that another overtook (ABORTED, or a precondition that failed) is followed by one that is made.',
    count: (history) => countRecoveries(history, isCommit, (call) => CONFLICTS.includes(call.outcome)),
  },
  {
    name: 'store refused, then recovered',
    sentence: 'A commit that the store refused is followed by one that is made.',
    count: (history) =>
      countRecoveries(
        history,
        isCommit,
        (call, before) =>
          isFailed(call) && !CONFLICTS.includes(call.outcome) && !wasDone(call, before, 'commit'),
      ),
  },
  {
    name: 'commit of unknown outcome',
    sentence: 'A commit is made, and its caller is told that it failed.',
    count: (history) => countDoneButFailed(history, isCommit, 'commit'),
  },
  {
    name: 'commit held back',
    sentence: 'A commit is held back while the component answers something else.',
    count: (history) => countHeld(history, 'commit'),
  },
  {
    name: 'publish refused, then repeated',
    sentence: 'A publish that the broker refused is followed by one that is taken.',
    count: (history) =>
      countRecoveries(
        history,
        isPublish,
        (call, before) => isFailed(call) && !wasDone(call, before, 'publish'),
      ),
  },
  {
    name: 'publish of unknown outcome',
    sentence: 'The broker takes a message, and its publisher is told that it failed.',
    count: (history) => countDoneButFailed(history, isPublish, 'publish'),
  },
  {
    name: 'publish held back',
    sentence: 'A publish is held back while the component answers something else.',
    count: (history) => countHeld(history, 'publish'),
  },
] as const satisfies readonly Situation[];

const CONFLICTS: readonly string[] = ['ABORTED', 'FAILED_PRECONDITION', 'ALREADY_EXISTS'];
const COMMITS: readonly string[] = ['Commit', 'BatchWrite'];

const isCommit = ({ method }: CallEvent): boolean => COMMITS.includes(method);
const isPublish = ({ method }: CallEvent): boolean => method === 'Publish';
const isFailed = ({ outcome }: CallEvent): boolean => outcome !== 'OK';

/** Count failed calls after which one of the kind that shares a mark works. */
function countRecoveries(
  history: History,
  isKind: (call: CallEvent) => boolean,
  isFailure: (call: CallEvent, before: History) => boolean,
): number {
  return sumOverDates(history, (events) => {
    const calls = events.filter((event): event is CallEvent => event.kind === 'call' && isKind(event));
    return calls.filter(
      (call) =>
        isFailure(call, events) &&
        calls.some(({ sequence, outcome }) => sequence > call.sequence && outcome === 'OK'),
    ).length;
  });
}

function countDoneButFailed(
  history: History,
  isKind: (call: CallEvent) => boolean,
  effect: 'commit' | 'publish',
): number {
  return sumOverDates(
    history,
    (events) =>
      events.filter(
        (event) =>
          event.kind === 'call' && isKind(event) && isFailed(event) && wasDone(event, events, effect),
      ).length,
  );
}

/** The cloud tells of an effect before it tells how its call ended, so an effect that no call has claimed yet is this one's. */
function wasDone(call: CallEvent, history: History, effect: 'commit' | 'publish'): boolean {
  let unclaimed = 0;
  for (const event of history) {
    if (event.sequence > call.sequence) break;
    if (event.kind === effect) unclaimed += 1;
    if (event === call) return unclaimed > 0;
    if (event.kind === 'call' && (effect === 'publish' ? isPublish(event) : isCommit(event))) {
      unclaimed = Math.max(0, unclaimed - 1);
    }
  }
  return false;
}

/** A fault holds its calls from where it strikes to where it ends; an answer in between is to something else. */
function countHeld(history: History, what: 'commit' | 'publish'): number {
  const struck = history.filter((event) => isHold(event, what));
  return struck.filter((strike) => {
    const end = history.find(
      (event) => event.kind === 'fault' && event.change === 'ends' && event.fault === strike.fault,
    );
    return history.some(
      (event) =>
        event.kind === 'answer' &&
        event.sequence > strike.sequence &&
        event.sequence < (end?.sequence ?? Number.POSITIVE_INFINITY),
    );
  }).length;
}

function countBetweenReadAndCommit(history: History): number {
  const answers = answersOf(history);
  const all = deliveries(history);
  return all.filter((again) => {
    const strike = history.findLast((event) => event.sequence < again.sequence && isHold(event, 'commit'));
    if (strike === undefined) return false;
    return all.some((first) => {
      const answered = answers.get(first.sequence)?.sequence ?? Number.POSITIVE_INFINITY;
      if (first.sequence > strike.sequence || answered < again.sequence || !isAlike(first, again))
        return false;
      const is_committed = history.some(
        (event) =>
          event.kind === 'commit' && event.sequence > strike.sequence && event.sequence < again.sequence,
      );
      return !is_committed;
    });
  }).length;
}

function isHold(event: HistoryEvent, what: 'commit' | 'publish'): event is FaultEvent {
  if (event.kind !== 'fault' || event.change !== 'strikes') return false;
  return event.fault.startsWith(`each ${what}`) && event.fault.includes('is held back');
}
