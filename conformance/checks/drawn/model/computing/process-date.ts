import type { RequirementId } from '../../../../../generated/requirements.ts';
import { TOPIC } from '../../../../../generated/topology.ts';
import type { History, PublishEvent } from '../../../../history/events.ts';
import { publishes, text } from '../../../../history/select.ts';
import type { Anomaly } from '../../../check.ts';
import { statusOf } from '../../../judging/answers.ts';
import { dateAndRun, processorOf } from '../../../owed/names.ts';
import { isAlone, isBeforeFaults, type Span } from '../predictions/spans.ts';
import { broken } from '../processing/runs.ts';
import { isFilled, type LevelCall, type ToldRun, type TriggerAsk } from './precompute-asks.ts';

/** What `judgeLevelCalls` may call broken. */
export const CALL_REQUIREMENTS = [
  'CASC-019',
  'CASC-020',
  'CASC-021',
  'CORR-009',
] as const satisfies readonly RequirementId[];

/** Judge how calls of POST /process-date were answered, and what came of them. */
export function judgeLevelCalls(
  history: History,
  calls: readonly LevelCall[],
  asks: readonly TriggerAsk[],
  tables: readonly ToldRun[],
  spans: readonly Span[],
): readonly Anomaly[] {
  const outputs = publishes(history, TOPIC.phase4ProcessorComplete);
  return calls.flatMap((call) => {
    if (call.span.to === Infinity || call.span.status === null) return [];
    if (call.is_wrong) return judgeWrong(call);
    // What was worked on in silence tells nobody that it is there.
    if (asks.some((ask) => ask.is_silent && ask.place === call.place && ask.span.from < call.span.to))
      return [];
    const own = outputs.filter(
      ({ message, sequence }) =>
        sequence > call.span.from && sequence < call.span.to && dateAndRun(message) === call.place,
    );
    const is_quiet = isAlone(call.span, spans) && isBeforeFaults(history, call.span);
    // Otherwise a run may be on record whose completion is not out yet.
    if (!is_quiet) return [];
    return isFilled(call.waits_for, call.place, tables, call.span.to)
      ? judgeServed(call, own, outputs, tables)
      : judgeEarly(call, own);
  });
}

function judgeWrong({ span }: LevelCall): readonly Anomaly[] {
  if (span.status === 400) return [];
  const told = `#${span.from} called POST /process-date with a body that is wrong, and was answered ${statusOf(span)} (#${span.to})`;
  return [broken('CASC-021', 'wrong answer', [span.from, span.to], `${told} instead of 400.`)];
}

function judgeEarly(call: LevelCall, own: readonly PublishEvent[]): readonly Anomaly[] {
  const { span, place, waits_for } = call;
  const told = `#${span.from} called for a level of ${place} that waits for ${waits_for.join(', ')}; not all of them had a run that counts`;
  const found: Anomaly[] = [];
  // Who still holds one of its processors may say so.
  if (span.status !== 503 && span.status !== 409) {
    const answer = `it was answered ${statusOf(span)} (#${span.to}) instead of 503`;
    found.push(broken('CASC-019', 'wrong answer', [span.from, span.to], `${told}, and ${answer}.`));
  }
  const [first] = own;
  if (first !== undefined) {
    found.push(
      broken(
        'CASC-019',
        'phantom completion',
        [span.from, first.sequence],
        `${told}, and #${first.sequence} told of a run.`,
      ),
    );
  }
  return found;
}

/** Served alone: each processor of the level has told of a run by now, and who ran now says who called. */
function judgeServed(
  call: LevelCall,
  own: readonly PublishEvent[],
  outputs: readonly PublishEvent[],
  tables: readonly ToldRun[],
): readonly Anomaly[] {
  const { span, place, processors, waits_for, source } = call;
  // Complete only since the call came: either answer is right.
  if (!isFilled(waits_for, place, tables, span.from)) return [];
  const told = `#${span.from} called for a level of ${place} whose upstream is complete`;
  if (!span.acked) {
    const answer = `it was answered ${statusOf(span)} (#${span.to}) instead of 200`;
    return [broken('CASC-020', 'refused message', [span.from, span.to], `${told}, and ${answer}.`)];
  }
  const found: Anomaly[] = [];
  for (const processor of processors) {
    const is_told = outputs.some(
      ({ message, sequence }) =>
        sequence < span.to &&
        dateAndRun(message) === place &&
        processorOf('phase_4_precompute', message) === processor,
    );
    if (is_told) continue;
    const lack = `it was answered ${statusOf(span)} (#${span.to}), and no run of ${processor} was told of`;
    found.push(broken('CASC-020', 'lost message', [span.from, span.to], `${told}; ${lack}.`));
  }
  for (const { message, sequence } of own) {
    const said = text(message, 'trigger_source');
    if (said === source || said === 'pubsub') continue;
    const what = `#${sequence} says trigger_source ${said} of a run that #${span.from} called for; the call was by ${source === 'scheduler' ? 'Cloud Scheduler' : 'hand'}`;
    found.push(broken('CORR-009', 'broken provenance', [span.from, sequence], `${what}.`));
  }
  return found;
}
