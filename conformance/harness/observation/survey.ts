import type { CloudCall, CloudEvent, Observer } from '../../cloud/calls.ts';
import { TargetUnavailableError } from '../../targets/starting/running.ts';
import { publishedTopic } from '../faults/marks.ts';

/** What a process asked of the cloud, whatever it was about. */
export interface CloudUse {
  /** The instance; null for what came through the ports that all share. */
  readonly instance: string | null;
  /** Calls about the project of the run. */
  readonly own: number;
  /** Calls about other projects, by project. */
  readonly elsewhere: ReadonlyMap<string, number>;
  /** Publishes to topics that do not exist, by the topic's name. */
  readonly missing_topics: ReadonlyMap<string, number>;
}

/** Watches from outside whether the target uses the cloud that it was given. */
export interface Survey {
  readonly observe: Observer;
  readonly uses: () => readonly CloudUse[];
  /** Aborts, with a TargetUnavailableError that says what was seen, when an instance asks for another project alone. */
  readonly astray: AbortSignal;
}

/** So many calls about another project, and none about the run's, are no slip. */
const STRAY_CALLS = 5;

/** Calls that the judge itself makes through the shared ports say nothing of the target. */
const OF_TARGETS_ALONE: readonly string[] = ['Publish', 'BeginTransaction', 'RunQuery', 'Listen'];

interface Count {
  own: number;
  readonly elsewhere: Map<string, number>;
  readonly missing_topics: Map<string, number>;
}

/**
 * Create the survey of a run in `project`.
 *
 * @param variable the environment variable that carries the project; `file` is the target's.
 */
export function surveyCloud(
  project: string,
  { file, variable }: { readonly file: string; readonly variable: string },
): Survey {
  const counts = new Map<string | null, Count>();
  const controller = new AbortController();
  const note = (call: CloudCall, outcome: string): void => {
    const count = counts.get(call.origin) ?? { own: 0, elsewhere: new Map(), missing_topics: new Map() };
    counts.set(call.origin, count);
    const topic =
      outcome === 'NOT_FOUND' && call.method === 'Publish' ? publishedTopic(call.request) : undefined;
    if (topic !== undefined) increase(count.missing_topics, topic);
    if (call.project === project) {
      if (call.origin !== null || OF_TARGETS_ALONE.includes(call.method)) count.own += 1;
      return;
    }
    if (call.project === '') return;
    const times = increase(count.elsewhere, call.project);
    if (times < STRAY_CALLS || count.own > 0) return;
    const who = call.origin ?? 'the target';
    controller.abort(
      new TargetUnavailableError(
        `${who} called project "${call.project}" (${times} calls) and never this run's, "${project}"; the judge passes the project in ${variable}: read it there, or set environment_names.project in ${file}`,
      ),
    );
  };
  return {
    observe: (event: CloudEvent) => {
      if (event.kind === 'call') note(event.call, event.outcome);
    },
    uses: () => [...counts].map(([instance, count]) => ({ instance, ...count })),
    astray: controller.signal,
  };
}

function increase(counts: Map<string, number>, key: string): number {
  const times = (counts.get(key) ?? 0) + 1;
  counts.set(key, times);
  return times;
}
