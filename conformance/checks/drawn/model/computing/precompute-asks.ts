import { canonicalProcessorName, PROCESSORS } from '../../../../../generated/registry.ts';
import { TOPIC } from '../../../../../generated/topology.ts';
import { validate } from '../../../../../generated/validation.ts';
import type { History, Payload } from '../../../../history/events.ts';
import { metadataOf, publishes, runOf, text } from '../../../../history/select.ts';
import { counts, dateAndRun, skips } from '../../../owed/names.ts';
import { levelOf } from '../../../owed/orchestrators.ts';
import { refusalOf } from '../orchestration/inputs.ts';
import type { Span } from '../predictions/spans.ts';
import { sourceOfCall } from '../processing/served.ts';

/** A trigger that was delivered. */
export interface TriggerAsk {
  readonly span: Span;
  readonly message: Payload;
  readonly message_id: string;
  readonly place: string;
  /** Canonical names. */
  readonly processors: readonly string[];
  readonly is_silent: boolean;
  /** Its status is one that counts. */
  readonly counts: boolean;
}

/** A call of POST /process-date. */
export interface LevelCall {
  readonly span: Span;
  readonly place: string;
  /** Whom its level runs, and waits for; nobody where its body is wrong. */
  readonly processors: readonly string[];
  readonly waits_for: readonly string[];
  readonly is_wrong: boolean;
  readonly source: string;
}

/** A run of Phase 3 or 4 that was told of. */
export interface ToldRun {
  /** Canonical name. */
  readonly processor: string;
  readonly place: string;
  readonly message: Payload;
  readonly from: number;
  /** Whether it ended success or partial, so that its table can be read. */
  readonly counts: boolean;
}

/** Say why the contract wants a trigger refused: by its schema, or since it names somebody who is not of Phase 4. */
export function refusalOfTrigger(message: Payload): 'schema' | 'processor' | undefined {
  const by_door = refusalOf({ message: 'Phase4Trigger', phase: null }, message);
  if (by_door !== undefined) return by_door;
  const names = namesIn(message);
  const is_known = names.every((name) => canonicalProcessorName('phase_4_precompute', name) !== undefined);
  return is_known ? undefined : 'processor';
}

/** Read the triggers that Phase 4 was told of; what must be refused is left out. */
export function triggerAsks(spans: readonly Span[]): readonly TriggerAsk[] {
  return spans.flatMap((span) => {
    const { event } = span;
    if (event.kind !== 'delivery' || event.message === null) return [];
    const { message, message_id } = event;
    if (refusalOfTrigger(message) !== undefined) return [];
    const names = namesIn(message).flatMap(
      (name) => canonicalProcessorName('phase_4_precompute', name) ?? [],
    );
    return [
      {
        span,
        message,
        message_id,
        place: dateAndRun(message),
        processors: [...new Set(names)],
        is_silent: skips(message),
        counts: counts(message),
      },
    ];
  });
}

/** Read the calls by the clock. @param today  the date that a call without one means */
export function levelCalls(spans: readonly Span[], today: string): readonly LevelCall[] {
  return spans.flatMap((span) => {
    const { event } = span;
    if (event.kind !== 'request' || event.path !== '/process-date') return [];
    const body = (typeof event.body === 'object' ? event.body : null) as Payload | null;
    const is_wrong = validate('ProcessDateRequest', 'send', event.body).length > 0;
    const level = is_wrong ? undefined : levelOf(Number(body?.['level']));
    return [
      {
        span,
        place: `${text(body, 'game_date') || today} run ${runOf(body)}`,
        processors: level?.runs ?? [],
        waits_for: level?.waits_for ?? [],
        is_wrong,
        source: sourceOfCall(event),
      },
    ];
  });
}

/** List the runs of Phases 3 and 4 that were told of, in order. */
export function toldRuns(history: History): readonly ToldRun[] {
  const phases = [
    ['phase_3_analytics', TOPIC.phase3AnalyticsComplete],
    ['phase_4_precompute', TOPIC.phase4ProcessorComplete],
  ] as const;
  return phases.flatMap(([phase, topic]) =>
    publishes(history, topic).flatMap(({ message, sequence }) => {
      const processor = canonicalProcessorName(phase, text(message, 'processor_name'));
      if (message === null || processor === undefined) return [];
      return [{ processor, place: dateAndRun(message), message, from: sequence, counts: counts(message) }];
    }),
  );
}

/** Tell whether each of some processors had told of a run that counts before a moment. */
export function isFilled(
  processors: readonly string[],
  place: string,
  told: readonly ToldRun[],
  before: number,
): boolean {
  return processors.every((name) =>
    told.some((run) => run.counts && run.processor === name && run.place === place && run.from < before),
  );
}

/** The cascade level of a processor of Phase 4, by the registry. */
export function levelIn(processor: string): number | null {
  const entries = Object.entries<{ readonly level: number | null }>(PROCESSORS.phase_4_precompute);
  return entries.find(([name]) => name === processor)?.[1].level ?? null;
}

function namesIn(message: Payload): readonly string[] {
  const names = metadataOf(message)['processors'];
  return Array.isArray(names) ? names.map(String) : [];
}
