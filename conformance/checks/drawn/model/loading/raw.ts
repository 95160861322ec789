import type { RequirementId } from '../../../../../generated/requirements.ts';
import { TOPIC } from '../../../../../generated/topology.ts';
import type { History, PublishEvent } from '../../../../history/events.ts';
import { executionOf, metadataOf, publishes, text } from '../../../../history/select.ts';
import type { Anomaly } from '../../../check.ts';
import { dateAndRun, processorOf } from '../../../owed/names.ts';
import { isBusyAt, type Span, spansOf } from '../predictions/spans.ts';
import { broken, judgeTwice, type Run, runsIn } from '../processing/runs.ts';
import { judgeSaid } from '../processing/said.ts';
import { type RawAsk, rawAsks } from './raw-asks.ts';

/** What `judgeRaw` may call broken. */
export const RAW_REQUIREMENTS = [
  'ACK-001',
  'ACK-004',
  'BACK-001',
  'BACK-003',
  'BACK-004',
  'BACK-007',
  'CORR-001',
  'CORR-002',
  'CORR-010',
  'IDEM-001',
  'IDEM-012',
  'IDEM-013',
  'IDEM-014',
  'LIVE-002',
  'LIVE-004',
] as const satisfies readonly RequirementId[];

/** Judge the raw runs that Phase 2 told of against the scraper runs that it was told of, one by one. */
export function judgeRaw(history: History): readonly Anomaly[] {
  const asks = rawAsks(history);
  const spans = spansOf(history, 'phase2-raw');
  const keyed = publishes(history, TOPIC.phase2RawComplete).map((output) => ({
    output,
    key: keyOf(output, asks),
  }));
  const keys = [...new Set(asks.map(({ key }) => key))];
  return [
    ...keyed.flatMap(({ output, key }) => (key === undefined ? [judgePhantom(output)] : [])),
    ...keys.flatMap((key) => {
      const own = asks.filter((ask) => ask.key === key);
      const outputs = keyed.flatMap((one) => (one.key === key ? [one.output] : []));
      return judgeKey(history, own, outputs, asks, spans);
    }),
  ];
}

/** A run names the delivery that caused it, or the scraper run that it has read. */
function keyOf(output: PublishEvent, asks: readonly RawAsk[]): string | undefined {
  const { message, sequence } = output;
  const table = processorOf('phase_2_raw', message);
  const own = asks.filter(
    (ask) =>
      ask.span.from < sequence && ask.table === table && ask.place === `${table} of ${dateAndRun(message)}`,
  );
  const { upstream } = metadataOf(message);
  const above = Array.isArray(upstream) ? executionOf(upstream[0] as object | null) : '';
  const named = own.find(({ message_id }) => message_id === text(message, 'trigger_message_id'));
  return (named ?? own.find((ask) => executionOf(ask.message) === above))?.key;
}

function judgePhantom({ sequence, message, topic }: PublishEvent): Anomaly {
  return broken(
    'IDEM-012',
    'phantom completion',
    [sequence],
    `#${sequence} told on ${topic} of a run of ${text(message, 'processor_name')} for ${dateAndRun(message)}; no scraper run of which Phase 2 was told before asks for it.`,
  );
}

function judgeKey(
  history: History,
  asks: readonly RawAsk[],
  outputs: readonly PublishEvent[],
  all: readonly RawAsk[],
  spans: readonly Span[],
): readonly Anomaly[] {
  const runs = runsIn(outputs);
  const [first] = asks;
  if (first === undefined) return [];
  const files = new Set(asks.map(({ message }) => text(message, 'gcs_path')));
  const told = `${first.key}, of which #${asks.map(({ span }) => span.from).join(', #')} told,`;
  const events = [...asks.map(({ span }) => span.from), ...outputs.map(({ sequence }) => sequence)];
  const found: Anomaly[] = [];
  if (runs.length > files.size) {
    found.push(broken('IDEM-001', 'double run', events, `${told} has ${runs.length} raw runs.`));
  }
  return [
    ...found,
    ...judgeLost(asks, runs, told, spans, all),
    ...judgeTwice(history, spans, runs, 'ACK-004'),
    ...runs.flatMap((run) => [...judgeCause(run, asks), ...judgeStatus(run, asks, all)]),
    ...outputs.flatMap((output) =>
      judgeSaid(
        output,
        asks.filter(({ span }) => span.from < output.sequence),
        asks.map(({ message, scraper }) => ({ message, processor: scraper })),
      ),
    ),
  ];
}

/** One each: who told of a scraper run and was acked has its raw run, by the first of these acks. */
function judgeLost(
  asks: readonly RawAsk[],
  runs: readonly Run[],
  told: string,
  spans: readonly Span[],
  all: readonly RawAsk[],
): readonly Anomaly[] {
  const live = asks.filter(({ is_silent, is_failed }) => !is_silent && !is_failed);
  const acked = live.find(({ span }) => span.acked);
  if (acked === undefined) return [];
  const { span } = acked;
  const [run] = runs;
  if (run === undefined) {
    // Where one of two messages about a file has no id, the name of the file may be taken for it.
    if (all.some((ask) => ask.key !== acked.key && isSameFile(ask, acked))) return [];
    const is_after_silence = asks.some((ask) => ask.is_silent && ask.span.from < span.from);
    const requirement = is_after_silence ? 'BACK-004' : 'IDEM-012';
    return [
      broken(
        requirement,
        'lost message',
        [span.from, span.to],
        `${told} was acked by #${span.to}, and no raw run of it was ever told of.`,
      ),
    ];
  }
  if (run.first.sequence < span.to || isBusyAt(spans, span.to)) return [];
  return [
    broken(
      'ACK-001',
      'early ack',
      [span.from, span.to, run.first.sequence],
      `${told} was acked by #${span.to}, when nothing else was in hand; its raw run was told of only by #${run.first.sequence}.`,
    ),
  ];
}

function isSameFile(one: RawAsk, other: RawAsk): boolean {
  const [path, other_path] = [one, other].map(({ message }) => text(message, 'gcs_path'));
  const has_ids = [one, other].every(({ message }) => text(message, 'execution_id') !== '');
  return path === other_path && path !== '' && !has_ids;
}

/** A run whose only causes were to be silent, or had failed, must not be. */
function judgeCause({ first }: Run, asks: readonly RawAsk[]): readonly Anomaly[] {
  const before = asks.filter(({ span }) => span.from < first.sequence);
  const events = [...before.map(({ span }) => span.from), first.sequence];
  if (before.some(({ is_silent, is_failed }) => !is_silent && !is_failed)) return [];
  if (before.some(({ is_failed }) => is_failed)) {
    return [
      broken(
        'IDEM-013',
        'phantom completion',
        events,
        `#${first.sequence} told of a raw run of a scraper run that had failed.`,
      ),
    ];
  }
  return [
    broken(
      'BACK-001',
      'backfill leak',
      events,
      `#${first.sequence} told of a raw run, although every message about it said skip_downstream_trigger.`,
    ),
  ];
}

function judgeStatus(run: Run, asks: readonly RawAsk[], all: readonly RawAsk[]): readonly Anomaly[] {
  const { sequence, message } = run.first;
  const own = asks.filter(({ span, is_failed }) => span.from < sequence && !is_failed);
  const status = text(message, 'status');
  const wrong = (requirement: RequirementId, what: string): readonly Anomaly[] => [
    broken(
      requirement,
      'wrong status',
      [...own.map(({ span }) => span.from), sequence],
      `#${sequence} says ${status} of ${asks[0]?.key}; ${what}.`,
    ),
  ];
  if (own.length === 0) return [];
  if (own.every((ask) => ask.file === 'nowhere')) {
    const found_nothing = own.filter((ask) => text(ask.message, 'status') === 'no_data');
    const is_empty = found_nothing.length > 0;
    // Told of both ways it has found nothing, or has no file.
    if (status === 'failed' && found_nothing.length < own.length) return [];
    if (is_empty && status === 'no_data') return [];
    return is_empty
      ? wrong('LIVE-002', 'its scraper found nothing, so that there is nothing to load')
      : wrong('LIVE-004', 'its file does not exist, so that it has failed for good');
  }
  const is_sure = own.every(
    (ask) =>
      ask.file === 'there' && text(ask.message, 'status') !== 'no_data' && !isOlder(ask, sequence, all),
  );
  if (!is_sure || run.counts) return [];
  return wrong('IDEM-014', 'its file is there, and the table holds nothing that was collected later');
}

/** Whether Phase 2 had been told of a file of the same table that was, or may have been, collected later. */
function isOlder(ask: RawAsk, before: number, all: readonly RawAsk[]): boolean {
  const earliest = ask.collected_ms.length === 0 ? -Infinity : Math.min(...ask.collected_ms);
  return all.some(
    (other) =>
      other.place === ask.place &&
      other.key !== ask.key &&
      other.span.from < before &&
      (other.collected_ms.length === 0 || Math.max(...other.collected_ms) > earliest),
  );
}
