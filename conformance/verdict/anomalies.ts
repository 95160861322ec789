import type { AnomalyName } from '../checks/anomalies.ts';
import type { Anomaly, Check } from '../checks/check.ts';
import { explained } from '../checks/consequences.ts';
import { marker } from '../checks/judging/answers.ts';
import { cite } from '../checks/judging/cite.ts';
import { judgeShape, type VersionsSent } from '../checks/judging/shape.ts';
import { versionsSentBy } from '../checks/versions/sent.ts';
import type { DeliveryEvent, History, ProcessEvent } from '../history/events.ts';
import { answerTo, deliveries } from '../history/select.ts';
import type { Target } from '../targets/description.ts';
import { type JudgedCase, STUCK_MARKER } from './running/cases.ts';

/** An anomaly with the case that showed it. */
export interface ReportedAnomaly extends Anomaly {
  readonly check: string;
  readonly case: string;
  /** How many more cases showed the same anomaly; this one is the smallest of them. */
  readonly repeats: number;
  /** Other anomalies of the same events, of which it is a consequence; usually none. */
  readonly explained_by: readonly AnomalyName[];
  /** The case's history, for the smallest message sequence. */
  readonly history: History;
}

/** Judge one case that was tried. */
export function judgeCase(tried: JudgedCase, target?: Target): readonly ReportedAnomaly[] {
  const sent = target === undefined ? undefined : versionsSentBy(target);
  return judgeHistory(tried.case.check, tried.case.name, tried.scene.history(), sent);
}

/**
 * Judge the history of one case: the check's own judge, and the shape of everything that was published in it.
 *
 * A case in which a component ended by itself, or that could not go on, has shown none of its requirements to be kept.
 */
export function judgeHistory(
  check: Check,
  name: string,
  history: History,
  sent?: VersionsSent,
): readonly ReportedAnomaly[] {
  const found = [...check.judge(history), ...judgeShape(history, sent)];
  const of = (anomaly: Anomaly): ReportedAnomaly => ({
    ...anomaly,
    check: check.name,
    case: name,
    repeats: 0,
    explained_by: explained(anomaly, found),
    history: ofRun(anomaly, history),
  });
  const end = endOf(history);
  if (end === undefined) return found.map(of);
  const untold = check.requirements.filter(
    (id) => end.anomaly === 'crash' || !found.some(({ requirement }) => requirement === id),
  );
  return [...found.map(of), ...untold.map((requirement) => of({ requirement, ...end }))];
}

/** What kept a case from showing anything: a component that ended by itself, or a case that could not go on. */
function endOf(history: History): Omit<Anomaly, 'requirement'> | undefined {
  const crash = history.find((event) => event.kind === 'process' && event.change === 'ended');
  if (crash?.kind === 'process') {
    const last = unansweredAt(history, crash);
    const what = last === undefined ? '' : ` after it was given #${last.sequence}`;
    return {
      anomaly: 'crash',
      proof: `${crash.component} ended by itself (#${crash.sequence})${what}. Whatever else the instance had in hand is gone with it, and a redelivery may end the next one too.`,
      events: [...(last === undefined ? [] : [last.sequence]), crash.sequence],
    };
  }
  const stuck = marker(history, STUCK_MARKER);
  if (stuck === undefined) return undefined;
  const proof = `The case could not go on: ${stuck.sentence} (${cite(stuck)}).`;
  return { anomaly: 'stuck', proof, events: [stuck.sequence] };
}

/** The first delivery to a component that ended without an answer, after the last one that had one. */
function unansweredAt(history: History, crash: ProcessEvent): DeliveryEvent | undefined {
  const before = deliveries(history, crash.component).filter(({ sequence }) => sequence < crash.sequence);
  const answered = before.findLastIndex((delivery) => (answerTo(history, delivery)?.status ?? null) !== null);
  return before[answered + 1];
}

/** An explored case has many runs, and one that draws many histories; only the one that shows the anomaly is told. */
function ofRun({ run }: Anomaly, history: History): History {
  const own = run === undefined ? undefined : [run.mark, ...(run.days ?? [])];
  return own === undefined
    ? history
    : history.filter((event) => event.kind === 'neighbour' || event.marks.some((mark) => own.includes(mark)));
}

/**
 * Keep one anomaly of each kind and check, or of each kind that is the same in every check, and count the other cases: one that
 * nothing else explains, if there is any, and that of the smallest case by its events.
 */
export function group(anomalies: readonly ReportedAnomaly[]): readonly ReportedAnomaly[] {
  const kinds = new Map<string, ReportedAnomaly[]>();
  for (const anomaly of anomalies) {
    const key = `${anomaly.alike ?? anomaly.check} ${anomaly.anomaly}`;
    kinds.set(key, [...(kinds.get(key) ?? []), anomaly]);
  }
  return [...kinds.values()].map((alike) => {
    const own = alike.filter(({ explained_by }) => explained_by.length === 0);
    const smallest = (own.length > 0 ? own : alike).reduce((a, b) =>
      b.history.length < a.history.length ? b : a,
    );
    return { ...smallest, repeats: new Set(alike.map((anomaly) => anomaly.case)).size - 1 };
  });
}
