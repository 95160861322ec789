import { CHECKS } from '../checks/all.ts';
import type { History } from '../history/events.ts';
import { judgeHistory } from '../verdict/anomalies.ts';
import { caseOf } from '../verdict/recorded.ts';

/** A promise that a history shows to be broken. */
export interface BrokenPromise {
  /** Such as `FANIN-001`. */
  readonly requirement: string;
  /** What reports call it, such as `lost trigger`. */
  readonly anomaly: string;
  /** Sentences that cite events by number, such as `#12`. */
  readonly proof: string;
  /** The numbers of the events that prove it. */
  readonly events: readonly number[];
}

/** List the names of the checks whose judge a history may be given to. */
export function checkNames(): readonly string[] {
  return CHECKS.map(({ name }) => name);
}

/**
 * Judge a history by one check: the same history gives the same answer, and nothing is started or called.
 *
 * @throws {Error} when there is no check of that name, or the history has nothing of the components that it is about.
 */
export function judgeBy(check_name: string, history: History): readonly BrokenPromise[] {
  const { check, name } = caseOf(history, check_name);
  return judgeHistory(check, name, history).map(({ requirement, anomaly, proof, events }) => ({
    requirement,
    anomaly,
    proof,
    events,
  }));
}
