import type { RequirementId } from '../../../../../generated/requirements.ts';
import type { History, PublishEvent } from '../../../../history/events.ts';
import { executionOf, metadataOf, neighbourCalls } from '../../../../history/select.ts';
import type { Anomaly } from '../../../check.ts';
import { dateAndRun } from '../../../owed/names.ts';
import type { OrchestratorName } from '../../../owed/orchestrators.ts';
import { type Span, spansOf } from '../predictions/spans.ts';

/**
 * Judge that a sweep sends no trigger again that was out for good: every delivery or call in which it can have been published
 * was acked before whatever is in hand at the repeat began. No claim that ran out, and no crash, excuses that.
 */
export function judgeSweptAgain(
  history: History,
  orchestrator: OrchestratorName,
  triggers: readonly PublishEvent[],
  requirement: RequirementId,
): readonly Anomaly[] {
  const spans = spansOf(history, orchestrator);
  const firsts = new Map<string, PublishEvent>();
  return triggers.flatMap((trigger): readonly Anomaly[] => {
    const key = `level ${metadataOf(trigger.message)['level']} of ${dateAndRun(trigger.message)}`;
    const first = firsts.get(`${key} ${executionOf(trigger.message)}`);
    if (first === undefined) {
      firsts.set(`${key} ${executionOf(trigger.message)}`, trigger);
      return [];
    }
    const settled = settledBefore(history, orchestrator, spans, first.sequence, trigger.sequence);
    if (settled === undefined || !isSwept(history, orchestrator, spans, trigger.sequence)) return [];
    return [
      {
        requirement,
        anomaly: 'double trigger',
        proof: `#${first.sequence} published ${key}, and what made it was acked (#${settled}); yet a sweep that began later published it again (#${trigger.sequence}). Whoever forgets that it is out sends it at every sweep.`,
        events: [first.sequence, settled, trigger.sequence],
      },
    ];
  });
}

/**
 * Tell whether a publish was out for good before another one of the same was begun: all in which the first can have been made was
 * acked before. @returns the sequence of the last of these acks
 */
export function settledBefore(
  history: History,
  component: string,
  spans: readonly Span[],
  first: number,
  repeat: number,
): number | undefined {
  const made_in = inHand(spans, first);
  if (made_in.length === 0 || made_in.some(({ acked }) => !acked)) return undefined;
  const acked_at = Math.max(...made_in.map(({ to }) => to));
  const repeated_in = [
    ...inHand(spans, repeat).map(({ from }) => from),
    ...neighbourCalls(history, component, repeat, repeat).map(({ sequence }) => sequence),
  ];
  return repeated_in.length > 0 && repeated_in.every((from) => from > acked_at) ? acked_at : undefined;
}

function isSwept(history: History, component: string, spans: readonly Span[], at: number): boolean {
  return (
    inHand(spans, at).every(({ event }) => event.kind === 'request' && event.path === '/sweep') &&
    neighbourCalls(history, component, at, at).every(({ call }) => call === 'POST /sweep')
  );
}

function inHand(spans: readonly Span[], at: number): readonly Span[] {
  return spans.filter(({ from, to }) => from < at && to > at);
}
