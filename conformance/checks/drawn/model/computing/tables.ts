import { canonicalProcessorName } from '../../../../../generated/registry.ts';
import { TABLE_READINESS, TOPIC } from '../../../../../generated/topology.ts';
import type { History, Payload } from '../../../../history/events.ts';
import { executionOf, publishes, text } from '../../../../history/select.ts';
import { counts, dateAndRun, skips } from '../../../owed/names.ts';
import { type Span, spansOf } from '../predictions/spans.ts';

/** A raw run, as Phase 2 told of it, or as Phase 3 was told of it. */
export interface TableFact {
  readonly table: string;
  /** Its date and run. */
  readonly place: string;
  readonly execution_id: string;
  readonly message: Payload;
  /** Sequence from which on it may be known. */
  readonly from: number;
  /** Sequence of the ack from which on it must be known; Infinity where Phase 3 was not told of it. */
  readonly known: number;
  /** `full`, or `empty` where it ended no_data. */
  readonly state: 'full' | 'empty';
}

/** A delivery to Phase 3, with the table that it is about. */
export interface TableAsk {
  readonly span: Span;
  readonly message: Payload;
  readonly message_id: string;
  readonly table: string;
  readonly place: string;
  readonly is_silent: boolean;
  readonly is_failed: boolean;
}

/** Read what Phase 3 was told, delivery by delivery. @param isTaken  leaves out what must be refused */
export function tableAsks(history: History, isTaken: (message: Payload) => boolean): readonly TableAsk[] {
  return spansOf(history, 'phase3-analytics').flatMap((span) => {
    const { event } = span;
    if (event.kind !== 'delivery' || event.message === null || !isTaken(event.message)) return [];
    const { message, message_id } = event;
    const table = canonicalProcessorName('phase_2_raw', text(message, 'processor_name')) ?? '';
    return [
      {
        span,
        message,
        message_id,
        table,
        place: dateAndRun(message),
        is_silent: skips(message),
        is_failed: text(message, 'status') === 'failed',
      },
    ];
  });
}

/**
 * List the raw runs that may stand for a table. One may be known from its completion, or from its delivery on; it must be once a
 * delivery of it that is not to be silent was acked.
 */
export function tableFacts(history: History, asks: readonly TableAsk[]): readonly TableFact[] {
  const found = new Map<string, TableFact>();
  const published = publishes(history, TOPIC.phase2RawComplete);
  const ends = new Map(published.map(({ message }) => [executionOf(message), stateOf(message)]));
  const add = (message: Payload | null, from: number, known: number): void => {
    const state = stateOf(message);
    const table = canonicalProcessorName('phase_2_raw', text(message, 'processor_name'));
    if (message === null || state === undefined || table === undefined) return;
    const execution_id = executionOf(message);
    const key = `${table} of ${dateAndRun(message)} ${execution_id} ${state}`;
    const before = found.get(key);
    // Who was told otherwise by Phase 2 itself may go by that.
    const is_sure = ends.get(execution_id) === state;
    found.set(key, {
      table,
      place: dateAndRun(message),
      execution_id,
      message: before?.message ?? message,
      from: Math.min(from, before?.from ?? Infinity),
      known: Math.min(is_sure ? known : Infinity, before?.known ?? Infinity),
      state,
    });
  };
  for (const { message, sequence } of published) add(message, sequence, Infinity);
  for (const { span, message, is_silent } of asks) {
    if (!is_silent) add(message, span.from, span.acked ? span.to : Infinity);
  }
  return [...found.values()];
}

/** How far the required tables of a processor are at a moment, by the facts of its date and run. */
export interface Readiness {
  /** Each has ended in a way that lets nobody wait. */
  readonly is_settled: boolean;
  /** Each can be read. */
  readonly is_ready: boolean;
  /** One that must not be empty was told of as empty. */
  readonly is_empty: boolean;
}

/** Work out how far tables are. @param facts  of one date and run, as they are known at the moment */
export function readinessOf(required: readonly string[], facts: readonly TableFact[]): Readiness {
  const states = required.map((table) => ({
    table,
    own: facts.filter((fact) => fact.table === table).map(({ state }) => state),
  }));
  return {
    is_settled: states.every(({ own }) => own.length > 0),
    is_ready: states.every(({ table, own }) => own.includes('full') || (mayBeEmpty(table) && own.length > 0)),
    is_empty: states.some(({ table, own }) => own.includes('empty') && !mayBeEmpty(table)),
  };
}

/**
 * Tell whether a table that must not be empty was found empty after it had been filled. The contract leaves open whether its rows
 * stay, so that nobody can say whether it can be read.
 *
 * @param facts  of one date and run, whoever was told of them
 */
export function isEmptiedIn(facts: readonly TableFact[], required: readonly string[]): boolean {
  return required.some((table) => {
    const own = facts.filter((fact) => fact.table === table).sort((a, b) => a.from - b.from);
    return !mayBeEmpty(table) && own.at(-1)?.state === 'empty' && own.some(({ state }) => state === 'full');
  });
}

/** Tell whether a table that is empty can be read all the same. */
export function mayBeEmpty(table: string): boolean {
  return TABLE_READINESS.may_be_empty.some((name) => name === table);
}

function stateOf(message: Payload | null): TableFact['state'] | undefined {
  if (counts(message)) return 'full';
  return text(message, 'status') === 'no_data' ? 'empty' : undefined;
}
