import type { RequirementId } from '../../../../../generated/requirements.ts';
import { ORCHESTRATORS } from '../../../../../generated/topology.ts';
import { aboutCalls } from '../../../../harness/faults/faults.ts';
import type { FaultEvent, History } from '../../../../history/events.ts';
import { metadataOf, neighbourCalls, publishes } from '../../../../history/select.ts';
import type { Anomaly } from '../../../check.ts';
import { counts, dateAndRun, processorOf, skips } from '../../../owed/names.ts';
import { LISTENS, type OrchestratorName } from '../../../owed/orchestrators.ts';
import { CLAIMS_OVER } from '../../run/begin.ts';
import { isAlone, type Span, spansOf } from '../predictions/spans.ts';

/**
 * Judge that a sweep which is answered 200 leaves nothing pending: a trigger whose publish was refused before, or in the sweep
 * itself, is out by its answer, unless another call may have it in hand. A trigger that nobody tried to publish may not be
 * decided yet, and obliges a sweep to nothing.
 */
export function judgeSweeps(
  history: History,
  orchestrator: OrchestratorName,
  requirement: RequirementId,
): readonly Anomaly[] {
  const spans = spansOf(history, orchestrator);
  const strikes = history.flatMap((event) =>
    event.kind === 'fault' && event.change === 'strikes' && aboutCalls(event.fault) === 'publish'
      ? [event.sequence]
      : [],
  );
  if (strikes.length === 0) return [];
  const overdue = judgeOverdue(history, orchestrator, spans, requirement);
  if (overdue.length > 0) return overdue;
  return spans.flatMap((sweep): readonly Anomaly[] => {
    const { event, from, to, status } = sweep;
    if (event.kind !== 'request' || event.path !== '/sweep' || status !== 200) return [];
    // What another call has in hand is not for this sweep to send: a neighbour's sweep reaches every date too.
    if (!isAlone(sweep, spans) || neighbourCalls(history, orchestrator, from, to).length > 0) return [];
    const pending = strikes.flatMap((strike) => {
      const struck = spans.filter((span) => span.from < strike && span.to > strike);
      const [one] = struck;
      // What was struck is known where one delivery or call was in hand.
      if (one === undefined || struck.length > 1 || strike > to) return [];
      if (one !== sweep && one.to > from) return [];
      return pendingAt(history, orchestrator, spans, one, strike);
    });
    const left = pending.find((key) => !isOut(history, orchestrator, key, to));
    if (left === undefined) return [];
    return [
      {
        requirement,
        anomaly: 'wrong answer',
        proof: `#${from} swept ${orchestrator} and was answered 200 (#${to}), which says that nothing is pending. The publish of ${left} was refused before, and by then it was not out.`,
        events: [from, to],
      },
    ];
  });
}

/**
 * When every claim that a fault left has run out, a sweep that nothing else runs beside sends what is pending, whatever it
 * answers: the triggers of days whose publishes were refused once and never again.
 */
function judgeOverdue(
  history: History,
  orchestrator: OrchestratorName,
  spans: readonly Span[],
  requirement: RequirementId,
): readonly Anomaly[] {
  const over = history.find((event) => event.kind === 'marker' && event.name === CLAIMS_OVER);
  const sweep = spans.find(
    ({ event, from }) =>
      event.kind === 'request' && event.path === '/sweep' && from > (over?.sequence ?? Infinity),
  );
  if (sweep === undefined || sweep.status === null || !isAlone(sweep, spans)) return [];
  const { from, to } = sweep;
  // A sweep of a neighbour reaches every date too, and may have the trigger in hand.
  if (neighbourCalls(history, orchestrator, over?.sequence ?? 0, to).length > 0) return [];
  const strikes = history.flatMap((event) =>
    event.kind === 'fault' && event.change === 'strikes' ? [event] : [],
  );
  const left = strikes.flatMap((strike) => {
    const [one, another] = spans.filter((span) => span.from < strike.sequence && span.to > strike.sequence);
    if (one === undefined || another !== undefined || one.to > from || one.event.kind !== 'delivery')
      return [];
    const [day = ''] = dateAndRun(one.event.message).split(' ');
    // A day that was struck again may be so still.
    if (strikes.some((other) => other !== strike && isAbout(other, day))) return [];
    return pendingAt(history, orchestrator, spans, one, strike.sequence).filter(
      (key) => !isOut(history, orchestrator, key, to),
    );
  });
  if (left.length === 0) return [];
  return [
    {
      requirement,
      anomaly: 'wrong answer',
      proof: `#${from} swept ${orchestrator} after every claim had run out, and was answered ${sweep.status} (#${to}). The publish of ${left[0]} was refused before, but not in this sweep, and by then it was not out.`,
      events: [from, to],
    },
  ];
}

/** A call that was struck may have carried messages of other days, which fail with it. */
function isAbout({ fault, marks }: FaultEvent, day: string): boolean {
  return fault.includes(day) || marks.includes(day);
}

/**
 * The triggers of which one was refused at a moment: those of complete sets that were not out, of the date and run in hand. A
 * completion that was not acked by then may not be on record, so only the one in hand counts beside those that were.
 */
function pendingAt(
  history: History,
  orchestrator: OrchestratorName,
  spans: readonly Span[],
  in_hand: Span,
  at: number,
): readonly string[] {
  const phase = LISTENS[orchestrator];
  const { event } = in_hand;
  const counted = spans.flatMap((span) => {
    if (span !== in_hand && !(span.acked && span.to < at)) return [];
    const { event: other } = span;
    return other.kind === 'delivery' &&
      other.message !== null &&
      counts(other.message) &&
      !skips(other.message)
      ? [{ place: dateAndRun(other.message), processor: processorOf(phase, other.message) }]
      : [];
  });
  const places = [...new Set(counted.map(({ place }) => place))];
  const complete = places.flatMap((place) =>
    ORCHESTRATORS[orchestrator].levels.flatMap(({ level, waits_for }) => {
      const is_complete = waits_for.every((name) =>
        counted.some((one) => one.place === place && one.processor === name),
      );
      const key = `level ${level} of ${place}`;
      return is_complete && !isOut(history, orchestrator, key, at) ? [{ place, key }] : [];
    }),
  );
  if (event.kind === 'delivery') {
    return complete.filter(({ place }) => place === dateAndRun(event.message)).map(({ key }) => key);
  }
  // A sweep may have been at any of them.
  return complete.length === 1 ? complete.map(({ key }) => key) : [];
}

function isOut(history: History, orchestrator: OrchestratorName, key: string, before: number): boolean {
  return publishes(history, ORCHESTRATORS[orchestrator].triggers).some(
    ({ message, sequence }) =>
      sequence < before && key === `level ${metadataOf(message)['level']} of ${dateAndRun(message)}`,
  );
}
