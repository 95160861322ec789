import { PROCESSORS } from '../../../../../generated/registry.ts';
import type { RequirementId } from '../../../../../generated/requirements.ts';
import { TOPIC } from '../../../../../generated/topology.ts';
import type { History, Payload, PublishEvent } from '../../../../history/events.ts';
import { executionOf, metadataOf, publishes, text } from '../../../../history/select.ts';
import type { Anomaly } from '../../../check.ts';
import { dateAndRun, processorOf, requiredBy } from '../../../owed/names.ts';
import { isBusyAt, type Span, spansOf } from '../predictions/spans.ts';
import { broken, judgeTwice, type Run, runsIn } from '../processing/runs.ts';
import { judgeSaid } from '../processing/said.ts';
import {
  isEmptiedIn,
  mayBeEmpty,
  type Readiness,
  readinessOf,
  type TableAsk,
  type TableFact,
  tableAsks,
  tableFacts,
} from './tables.ts';

/** What `judgeAnalytics` may call broken. */
export const ANALYTICS_REQUIREMENTS = [
  'ACK-001',
  'ACK-004',
  'BACK-001',
  'BACK-003',
  'BACK-004',
  'BACK-007',
  'CORR-001',
  'CORR-002',
  'CORR-010',
  'IDEM-002',
  'IDEM-007',
  'IDEM-015',
  'IDEM-016',
  'LIVE-002',
] as const satisfies readonly RequirementId[];

/** Everything about one processor of one date and run. */
interface Work {
  readonly what: string;
  readonly required: readonly string[];
  readonly asks: readonly TableAsk[];
  readonly facts: readonly TableFact[];
  readonly runs: readonly Run[];
  readonly spans: readonly Span[];
}

/** Judge the analytics runs against the raw tables, processor by processor, date by date. */
export function judgeAnalytics(history: History, isTaken: (message: Payload) => boolean): readonly Anomaly[] {
  const asks = tableAsks(history, isTaken);
  const facts = tableFacts(history, asks);
  const spans = spansOf(history, 'phase3-analytics');
  const outputs = publishes(history, TOPIC.phase3AnalyticsComplete);
  const places = [
    ...new Set([...asks.map(({ place }) => place), ...outputs.map(({ message }) => dateAndRun(message))]),
  ];
  return places.flatMap((place) =>
    Object.keys(PROCESSORS.phase_3_analytics).flatMap((processor) => {
      const required = requiredBy('phase_3_analytics', processor);
      const own = outputs.filter(
        ({ message }) =>
          dateAndRun(message) === place && processorOf('phase_3_analytics', message) === processor,
      );
      const is_own = (one: { readonly place: string; readonly table: string }): boolean =>
        one.place === place && required.includes(one.table);
      const work: Work = {
        what: `${processor} of ${place}`,
        required,
        asks: asks.filter(is_own),
        facts: facts.filter(is_own),
        runs: runsIn(own),
        spans,
      };
      return judgeWork(history, work, own);
    }),
  );
}

function judgeWork(history: History, work: Work, outputs: readonly PublishEvent[]): readonly Anomaly[] {
  return [
    ...judgeOnce(work),
    ...judgeOwed(work),
    ...judgeTwice(history, work.spans, work.runs, 'ACK-004'),
    ...work.runs.flatMap((run) => judgeRun(work, run)),
    ...outputs.flatMap((output) =>
      judgeSaid(
        output,
        work.asks.filter(({ span }) => span.from < output.sequence),
        sourcesOf(work).filter(({ from }) => from < output.sequence),
      ),
    ),
  ];
}

/** What was told of a raw run may say less, such as no correlation_id, than what was published. */
function sourcesOf({ facts, asks }: Work) {
  return [
    ...facts.map(({ message, table, from }) => ({ message, processor: table, from })),
    ...asks.map(({ message, table, span }) => ({ message, processor: table, from: span.from })),
  ];
}

function known(
  facts: readonly TableFact[],
  required: readonly string[],
  by: (fact: TableFact) => boolean,
): Readiness {
  return readinessOf(required, facts.filter(by));
}

/** One run that counts is the last; one that found nothing is repeated only for other inputs. */
function judgeOnce({ runs, facts, required, what }: Work): readonly Anomaly[] {
  const done = runs.findIndex((run) => run.counts);
  const events = runs.map(({ first }) => first.sequence);
  if (done >= 0 && done < runs.length - 1) {
    return [
      broken(
        'IDEM-002',
        'double run',
        events,
        `${what} had a run that counts (#${runs[done]?.first.sequence}), and was run again.`,
      ),
    ];
  }
  return runs.flatMap((run, index): readonly Anomaly[] => {
    const inputs = facts.filter(({ from }) => from < run.first.sequence).length;
    if (run.counts || index <= Math.max(0, inputs - required.length)) return [];
    return [
      broken(
        'IDEM-002',
        'double run',
        events,
        `${what} had found nothing, and was run again (#${run.first.sequence}) although no raw run had been told of since.`,
      ),
    ];
  });
}

/** Once all tables are told of there is a run by the last ack; one that counts, if they can be read. */
function judgeOwed({ required, facts, runs, asks, spans, what }: Work): readonly Anomaly[] {
  const moments = [...new Set(facts.map((fact) => fact.known))].filter(Number.isFinite).sort((a, b) => a - b);
  const at = (moment: number): Readiness => known(facts, required, (fact) => fact.known <= moment);
  const isEmptied = (moment: number): boolean =>
    isEmptiedIn(
      facts.filter(({ from }) => from <= moment),
      required,
    );
  const ready = moments.find((moment) => at(moment).is_ready && !isEmptied(moment));
  const settled = moments.find((moment) => at(moment).is_settled);
  const found: Anomaly[] = [];
  const owe = (
    moment: number | undefined,
    run: Run | undefined,
    requirement: RequirementId,
    lack: string,
  ): void => {
    if (moment === undefined) return;
    const events = [...asks.map(({ span }) => span.from), moment];
    if (run === undefined) {
      found.push(
        broken(
          requirement,
          'lost message',
          events,
          `Every raw table that ${what} needs was told of and acked by #${moment}, and ${lack}.`,
        ),
      );
    } else if (run.first.sequence > moment && !isBusyAt(spans, moment)) {
      found.push(
        broken(
          'ACK-001',
          'early ack',
          [...events, run.first.sequence],
          `Every raw table that ${what} needs was told of and acked by #${moment}, when nothing else was in hand; its run was told of only by #${run.first.sequence}.`,
        ),
      );
    }
  };
  const counting = runs.find((run) => run.counts);
  if (ready !== undefined) {
    const is_after_silence = asks.some(({ is_silent }) => is_silent);
    const requirement = runs.length > 0 ? 'IDEM-007' : is_after_silence ? 'BACK-004' : 'IDEM-002';
    owe(ready, counting, requirement, 'no run that counts was ever told of');
  } else {
    owe(settled, runs[0], 'LIVE-002', 'no run was ever told of');
  }
  return found;
}

function judgeRun(work: Work, run: Run): readonly Anomaly[] {
  const { required, facts, asks, what } = work;
  const { sequence, message } = run.first;
  const readiness = known(facts, required, ({ from }) => from < sequence);
  const causes = asks.filter(({ span }) => span.from < sequence);
  const named = causes.filter(({ message_id }) => message_id === text(message, 'trigger_message_id'));
  const events = [...causes.map(({ span }) => span.from), sequence];
  const status = text(message, 'status');
  const told = `#${sequence} says ${status} of ${what}`;
  const found: Anomaly[] = [];
  if (!readiness.is_settled) {
    found.push(
      broken(
        'IDEM-002',
        'phantom completion',
        events,
        `${told}, before every raw table that it needs was loaded.`,
      ),
    );
  } else if (run.counts ? !readiness.is_ready : !readiness.is_empty) {
    const state = readiness.is_ready ? 'each of its tables can be read' : 'a table that must not be empty is';
    found.push(broken('IDEM-016', 'wrong status', events, `${told}, although ${state}.`));
  }
  if (causes.length > 0 && causes.every(({ is_silent }) => is_silent)) {
    found.push(
      broken(
        'BACK-001',
        'backfill leak',
        events,
        `${told}, although all that was delivered about it was to trigger nobody.`,
      ),
    );
  } else if (named.length > 0 && named.every(({ is_silent }) => is_silent)) {
    found.push(
      broken(
        'BACK-001',
        'backfill leak',
        events,
        `${told}; the message that caused it was to trigger nobody.`,
      ),
    );
  } else if (named.length > 0 && named.every(({ is_failed }) => is_failed)) {
    found.push(
      broken(
        'IDEM-015',
        'phantom completion',
        events,
        `${told}; the message that caused it says that a raw run failed, which makes nothing ready.`,
      ),
    );
  }
  return [...found, ...judgeUpstream(work, run)];
}

/** A run that counts has read tables that can be read, one each. */
function judgeUpstream({ required, facts, what }: Work, run: Run): readonly Anomaly[] {
  const { upstream } = metadataOf(run.first.message);
  if (!Array.isArray(upstream) || upstream.length === 0 || !run.counts) return [];
  const listed = upstream as readonly object[];
  const names = listed.map((entry) => text(entry, 'processor'));
  const wrong = (why: string): readonly Anomaly[] => [
    broken(
      'CORR-010',
      'broken provenance',
      [run.first.sequence],
      `#${run.first.sequence}, a run of ${what}, ${why}.`,
    ),
  ];
  if ([...names].sort().join() !== [...required].sort().join()) {
    return wrong(`lists the upstream runs of ${names.join(', ')}; it has read ${required.join(', ')}`);
  }
  const hollow = listed.find((entry) => {
    const of_run = facts.filter(({ execution_id }) => execution_id === executionOf(entry));
    return of_run.length > 0 && of_run.every(({ state, table }) => state === 'empty' && !mayBeEmpty(table));
  });
  if (hollow === undefined) return [];
  return wrong(`lists ${executionOf(hollow)} of ${text(hollow, 'processor')}, a run that found nothing`);
}
