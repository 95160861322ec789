import { PROCESSORS } from '../../../../../generated/registry.ts';
import type { RequirementId } from '../../../../../generated/requirements.ts';
import { TOPIC } from '../../../../../generated/topology.ts';
import type { History, PublishEvent } from '../../../../history/events.ts';
import { metadataOf, publishes, text } from '../../../../history/select.ts';
import type { Anomaly } from '../../../check.ts';
import { dateAndRun, processorOf, requiredBy } from '../../../owed/names.ts';
import { levelOf } from '../../../owed/orchestrators.ts';
import { isAlone, isBeforeFaults, isBusyAt, spansOf } from '../predictions/spans.ts';
import { broken, judgeTwice, type Run, runsIn } from '../processing/runs.ts';
import { judgeSaid, type Source } from '../processing/said.ts';
import { isFilled, levelCalls, levelIn, type TriggerAsk, toldRuns, triggerAsks } from './precompute-asks.ts';
import { judgeLevel, judgeRun, type Work } from './precompute-runs.ts';
import { CALL_REQUIREMENTS, judgeLevelCalls } from './process-date.ts';

/** What `judgePrecompute` may call broken. */
export const PRECOMPUTE_REQUIREMENTS = [
  ...CALL_REQUIREMENTS,
  'ACK-001',
  'ACK-004',
  'BACK-001',
  'BACK-003',
  'BACK-004',
  'BACK-007',
  'CORR-001',
  'CORR-002',
  'CORR-010',
  'IDEM-003',
  'IDEM-007',
  'IDEM-017',
  'IDEM-018',
  'TOPO-004',
] as const satisfies readonly RequirementId[];

const { phase4ProcessorComplete: OWN, phase4PrecomputeComplete: PHASE_5 } = TOPIC;

/** Who works in silence tells nobody under which id. */
const UNSEEN = 'of a silent run';

/** Judge the precompute runs against triggers and calls, processor by processor, date by date. */
export function judgePrecompute(history: History, today: string): readonly Anomaly[] {
  const spans = spansOf(history, 'phase4-precompute');
  const asks = triggerAsks(spans);
  const calls = levelCalls(spans, today);
  const tables = toldRuns(history);
  const outputs = [...publishes(history, OWN), ...publishes(history, PHASE_5)].sort(
    (a, b) => a.sequence - b.sequence,
  );
  const places = [
    ...new Set(
      [...asks, ...calls].map(({ place }) => place).concat(outputs.map(({ message }) => dateAndRun(message))),
    ),
  ];
  const works = places.flatMap((place) =>
    Object.keys(PROCESSORS.phase_4_precompute).map((processor) => {
      const isOwn = (one: { readonly place: string; readonly processors: readonly string[] }): boolean =>
        one.place === place && one.processors.includes(processor);
      const own = outputs.filter(
        ({ message }) =>
          dateAndRun(message) === place && processorOf('phase_4_precompute', message) === processor,
      );
      return {
        work: {
          what: `${processor} of ${place}`,
          processor,
          place,
          asks: asks.filter(isOwn),
          silent: asks.filter((ask) => ask.is_silent && ask.place === place),
          calls: calls.filter(isOwn),
          runs: runsIn(own),
          tables: tables.filter((table) => table.place === place),
          spans,
        },
        own,
      };
    }),
  );
  return [
    ...judgeLevelCalls(history, calls, asks, tables, spans),
    ...works.flatMap(({ work, own }) => judgeWork(history, work, own)),
  ];
}

function judgeWork(history: History, work: Work, outputs: readonly PublishEvent[]): readonly Anomaly[] {
  const { asks, runs, spans } = work;
  return [
    ...judgeOnce(work),
    ...judgeOwed(work),
    ...judgeLater(history, work),
    ...judgeTwice(history, spans, runs, 'ACK-004'),
    ...runs.flatMap((run) => [...judgeReason(work, run), ...judgeRun(work, run)]),
    ...outputs.flatMap((output) => [
      ...judgeLevel(work, output),
      ...judgeSaid(
        output,
        asks.filter(({ span }) => span.from < output.sequence),
        sourcesOf(work, output),
      ),
    ]),
  ];
}

/**
 * What it may have read: the runs of its date, also silent ones; and the triggers, with the runs that they list. A run that says
 * that a call caused it looked at the tables itself.
 */
function sourcesOf(
  { tables, asks, silent, calls, processor }: Work,
  { message: said, sequence: before }: PublishEvent,
): readonly Source[] {
  const read = tablesOf(processor);
  const triggers = asks.filter(({ span }) => span.from < before);
  const listed = triggers.flatMap(({ message }) => {
    const { upstream } = metadataOf(message);
    return Array.isArray(upstream) ? (upstream as readonly Source['message'][]) : [];
  });
  const is_called = text(said, 'trigger_source') !== 'pubsub' && calls.some(({ span }) => span.from < before);
  const unseen = silent.filter(({ span }) => span.from < before);
  return [
    // A run may be on record, and be read, before its completion is out.
    ...tables.filter((table) => read.has(table.processor)),
    ...unseen.flatMap(({ message, processors }) =>
      processors.map((processor) => ({ message: { ...message, execution_id: UNSEEN }, processor })),
    ),
    ...triggers.map(({ message }) => ({ message, processor: text(message, 'processor_name') })),
    ...(is_called ? [] : listed.map((entry) => ({ message: entry, processor: text(entry, 'processor') }))),
  ];
}

/** Whose tables a processor reads, and whom its level waits for. */
function tablesOf(processor: string): ReadonlySet<string> {
  const level = levelIn(processor);
  const waits_for = level === null ? [] : levelOf(level).waits_for;
  return new Set([...requiredBy('phase_4_precompute', processor), ...waits_for]);
}

function judgeOnce({ runs, asks, calls, tables, processor, what }: Work): readonly Anomaly[] {
  const done = runs.findIndex((run) => run.counts);
  const events = runs.map(({ first }) => first.sequence);
  if (done >= 0 && done < runs.length - 1) {
    return [
      broken(
        'IDEM-003',
        'double run',
        events,
        `${what} had a run that counts (#${events[done]}), and was run again.`,
      ),
    ];
  }
  // A run that found nothing may be repeated for each that asks anew, and for whatever else there is to read since.
  const triggers = new Set(asks.map(({ message }) => text(message, 'execution_id'))).size;
  return runs.flatMap((run, index): readonly Anomaly[] => {
    const read = tables.filter(
      ({ from, processor: name }) => from < run.first.sequence && name !== processor,
    );
    if (run.counts || index < triggers + calls.length + read.length) return [];
    return [
      broken(
        'IDEM-003',
        'double run',
        events,
        `${what} was asked for by ${triggers} triggers and ${calls.length} calls, and found nothing ${runs.length} times.`,
      ),
    ];
  });
}

/** A trigger that counts and was acked has its run by then. */
function judgeOwed({ asks, runs, spans, what }: Work): readonly Anomaly[] {
  const live = asks.find(({ is_silent, counts, span }) => !is_silent && counts && span.acked);
  if (live === undefined) return [];
  const { span } = live;
  const [run] = runs;
  const told = `#${span.from} triggered ${what} and was acked by #${span.to}`;
  if (run === undefined) {
    const is_after_silence = asks.some((ask) => ask.is_silent && ask.span.from < span.from);
    const requirement = is_after_silence ? 'BACK-004' : 'IDEM-003';
    return [
      broken(requirement, 'lost message', [span.from, span.to], `${told}; no run of it was ever told of.`),
    ];
  }
  if (run.first.sequence < span.to || isBusyAt(spans, span.to)) return [];
  const late = `when nothing else was in hand, its run was told of only by #${run.first.sequence}`;
  return [broken('ACK-001', 'early ack', [span.from, span.to, run.first.sequence], `${told}; ${late}.`)];
}

/** Asked for after its tables were filled, and acked: there is a run that counts, whatever there was before. */
function judgeLater(
  history: History,
  { asks, runs, tables, spans, processor, place, what }: Work,
): readonly Anomaly[] {
  const required = requiredBy('phase_4_precompute', processor);
  const triggers = new Map<string, TriggerAsk>();
  for (const ask of asks) {
    const id = text(ask.message, 'execution_id');
    if (!triggers.has(id)) triggers.set(id, ask);
  }
  return [...triggers.values()].flatMap(({ span, is_silent, counts }): readonly Anomaly[] => {
    if (is_silent || !counts || !span.acked || !isAlone(span, spans)) return [];
    if (!isBeforeFaults(history, span)) return [];
    if (!isFilled(required, place, tables, span.from)) return [];
    if (runs.length === 0 || runs.some((run) => run.counts && run.first.sequence < span.to)) return [];
    return [
      broken(
        'IDEM-007',
        'lost message',
        [span.from, span.to],
        `#${span.from} triggered ${what} after all tables that it reads had been filled, and was acked by #${span.to}; there was no run that counts, only one that had found nothing.`,
      ),
    ];
  });
}

/** A run follows from a trigger that counts and is not to be silent, or from a call. */
function judgeReason({ asks, calls, what }: Work, run: Run): readonly Anomaly[] {
  const { sequence } = run.first;
  const before = asks.filter(({ span }) => span.from < sequence);
  const events = [...before.map(({ span }) => span.from), sequence];
  const told = `#${sequence} told of a run of ${what}`;
  if (calls.some(({ span }) => span.from < sequence)) return [];
  if (before.some(({ is_silent, counts }) => !is_silent && counts)) return [];
  if (before.length === 0)
    return [broken('IDEM-003', 'phantom completion', events, `${told}, for which nobody had asked.`)];
  if (before.some(({ counts }) => !counts)) {
    return [
      broken('IDEM-017', 'phantom completion', events, `${told}, whose trigger says failed or no_data.`),
    ];
  }
  return [
    broken(
      'BACK-001',
      'backfill leak',
      events,
      `${told}, although every trigger of it was to trigger nobody.`,
    ),
  ];
}
