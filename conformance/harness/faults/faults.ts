import { status } from '@grpc/grpc-js';
import type { CallVerdict, CloudCall, Gate } from '../../cloud/calls.ts';
import { instanceOf } from '../../contract/instances.ts';
import { kindOfCall } from '../../exploration/parking/calls.ts';
import type { Recorder } from '../../history/recorder.ts';
import { callMarks, countMessages, publishedTopic } from './marks.ts';

/**
 * What a fault does to the calls that it strikes.
 * `refuse`: answered with an error that clients do not retry, and not done.
 * `lose_answer`: done, but the caller is told UNAVAILABLE and cannot know.
 * `hang`: never done, never answered.
 * `hold`: waits until the fault ends, then is served.
 * `delay_answer`: done at once, and answered when the fault ends.
 */
export type FaultEffect = 'refuse' | 'lose_answer' | 'hang' | 'hold' | 'delay_answer';

/** The door by which the judge itself reads and writes documents: a fault is meant for the target. */
export const JUDGE_DOOR = 'the judge';

/** Which calls a fault strikes: publishes to a topic, commits, or reads of documents, that name the game date. */
export interface FaultRule {
  readonly on: 'publish' | 'commit' | 'read';
  /** Only for publishes; every topic when left out. */
  readonly topic?: string;
  readonly game_date: string;
  readonly effect: FaultEffect;
  /** Only calls of this component, or of nobody who is known. Default: of every component. */
  readonly by?: string;
  /** Let this many matching commits or reads, or messages of matching publishes, pass first: a call may carry many. Default 0. */
  readonly after?: number;
  /** Strike at most this many calls. Default: until it ends. */
  readonly times?: number;
  /** Strike only repeats of the first call that was struck, as clients make them before they give up; all others are served. */
  readonly alike?: true;
}

/** A fault that is set. */
export interface ActiveFault {
  /** Resolves when the first call is struck. */
  readonly struck: Promise<void>;
  /** How many calls were struck so far. */
  hits(): number;
  /** Ends the fault; held calls are served. */
  lift(): void;
}

/** The faults of a run; its gate is asked by the embedded cloud before each call. */
export interface FaultBoard {
  readonly gate: Gate;
  /**
   * @param marks of the case that sets it, where several may use one date: the beginning and the end of the fault stand in its
   *   history alone, what it strikes also in those of the struck call. Default: every history of the date has them.
   */
  add(rule: FaultRule, marks?: readonly string[]): ActiveFault;
}

interface Entry {
  readonly rule: FaultRule;
  readonly marks: readonly string[];
  seen: number;
  hits: number;
  /** What the first call that was struck asked for. */
  asked?: string;
  readonly strike: () => void;
  readonly lifted: Promise<void>;
}

/** Creates a board without faults. */
export function createFaultBoard(recorder: Recorder): FaultBoard {
  const entries = new Set<Entry>();

  return {
    gate(call) {
      if (call.origin === JUDGE_DOOR) return { kind: 'serve' };
      for (const entry of entries) {
        if (!matches(entry.rule, call)) continue;
        entry.seen += weightOf(entry.rule, call);
        if (entry.seen <= (entry.rule.after ?? 0) || entry.hits >= (entry.rule.times ?? Infinity)) continue;
        if (entry.rule.alike === true) {
          entry.asked ??= askedBy(call);
          if (entry.asked !== askedBy(call)) continue;
        }
        entry.hits += 1;
        recorder.append({
          kind: 'fault',
          change: 'strikes',
          fault: describe(entry.rule),
          // A publish may carry messages of other dates, which fail with it.
          marks: [...new Set([...entry.marks, entry.rule.game_date, ...callMarks(call)])],
        });
        entry.strike();
        return verdict(entry);
      }
      return { kind: 'serve' };
    },
    add(rule, marks = [rule.game_date]) {
      let strike = (): void => {};
      let release = (): void => {};
      const struck = new Promise<void>((resolve) => {
        strike = resolve;
      });
      const lifted = new Promise<void>((resolve) => {
        release = resolve;
      });
      const entry: Entry = { rule, marks, seen: 0, hits: 0, strike, lifted };
      entries.add(entry);
      recorder.append({ kind: 'fault', change: 'begins', fault: describe(rule), marks });
      return {
        struck,
        hits: () => entry.hits,
        lift() {
          if (!entries.delete(entry)) return;
          recorder.append({ kind: 'fault', change: 'ends', fault: describe(rule), marks });
          release();
        },
      };
    },
  };
}

const EFFECTS: Readonly<Record<FaultEffect, string>> = {
  refuse: 'is refused',
  lose_answer: 'is done, but its answer is lost',
  hang: 'is never answered',
  hold: 'is held back',
  delay_answer: 'is done, but its answer is held back',
};

/** Say a fault in words, as histories and reports show it. */
export function describe(rule: FaultRule): string {
  const calls = rule.on === 'publish' ? `publish to ${rule.topic ?? 'any topic'}` : rule.on;
  const times = rule.times === undefined ? '' : `, ${rule.times} times at most`;
  return `${rule.alike === true ? 'one' : 'each'} ${calls} for ${rule.game_date} ${EFFECTS[rule.effect]}${times}`;
}

/** Read from a fault in words which calls it is about; undefined when it does not say, as in explored runs. */
export function aboutCalls(words: string): FaultRule['on'] | undefined {
  return (['publish', 'commit', 'read'] as const).find((on) => new RegExp(`^(each|one) ${on} `).test(words));
}

/** Read from a fault in words whether it holds calls or their answers back. */
export function holds(words: string): boolean {
  return words.includes(EFFECTS.hold);
}

function matches(rule: FaultRule, call: CloudCall): boolean {
  if (rule.on === 'publish') {
    if (call.service !== 'pubsub' || call.method !== 'Publish') return false;
    if (rule.topic !== undefined && publishedTopic(call.request) !== rule.topic) return false;
  } else if (call.service !== 'firestore' || kindOfCall(call) !== rule.on) {
    return false;
  }
  return callMarks(call).has(rule.game_date) && isBy(rule, call);
}

function isBy({ by }: FaultRule, { origin }: CloudCall): boolean {
  return by === undefined || origin === null || instanceOf(origin).component === by;
}

/** Fields of a read that say in which transaction it is made. */
const OF_TRANSACTIONS = ['consistencySelector', 'transaction', 'newTransaction', 'readTime'];

/** What a call asks for, without the transaction in which it does. */
function askedBy({ method, request }: CloudCall): string {
  const asked = Object.entries(request as object).filter(([name]) => !OF_TRANSACTIONS.includes(name));
  return `${method} ${JSON.stringify(asked)}`;
}

/** A publish that carries the message which is to fail fails as a whole. */
function weightOf({ on, game_date }: FaultRule, call: CloudCall): number {
  return on === 'publish' ? Math.max(1, countMessages(call, game_date)) : 1;
}

function verdict(entry: Entry): CallVerdict | Promise<CallVerdict> {
  switch (entry.rule.effect) {
    case 'refuse':
      return { kind: 'fail', code: status.PERMISSION_DENIED, message: 'refused by the judge' };
    case 'lose_answer':
      return { kind: 'fail_after', code: status.UNAVAILABLE, message: 'the answer was lost by the judge' };
    case 'hang':
      return { kind: 'hang' };
    case 'hold':
      return entry.lifted.then(() => ({ kind: 'serve' }) as const);
    case 'delay_answer':
      return { kind: 'serve', answer_after: entry.lifted };
  }
}
