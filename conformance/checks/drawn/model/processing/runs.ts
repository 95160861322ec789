import type { RequirementId } from '../../../../../generated/requirements.ts';
import type { History, PublishEvent } from '../../../../history/events.ts';
import { text } from '../../../../history/select.ts';
import type { AnomalyName } from '../../../anomalies.ts';
import type { Anomaly } from '../../../check.ts';
import { counts } from '../../../owed/names.ts';
import { isBeforeFaults, isBusyAt, type Span } from '../predictions/spans.ts';

/** One run as its messages tell of it: those that carry its execution_id, in order. */
export interface Run {
  readonly execution_id: string;
  readonly first: PublishEvent;
  readonly messages: readonly PublishEvent[];
  /** Whether it ended success or partial. */
  readonly counts: boolean;
}

/** Group messages by the run that they tell of, in the order of their first message. */
export function runsIn(messages: readonly PublishEvent[]): readonly Run[] {
  const found = new Map<string, PublishEvent[]>();
  for (const event of messages) {
    const id = text(event.message, 'execution_id');
    found.set(id, [...(found.get(id) ?? []), event]);
  }
  return [...found].flatMap(([execution_id, own]) => {
    const [first] = own;
    if (first === undefined) return [];
    return [{ execution_id, first, messages: own, counts: counts(first.message) }];
  });
}

/** Make an anomaly whose proof is a few sentences about some events. */
export function broken(
  requirement: RequirementId,
  anomaly: AnomalyName,
  events: readonly number[],
  ...sentences: readonly string[]
): Anomaly {
  return { requirement, anomaly, proof: sentences.join(' '), events: [...events].sort((a, b) => a - b) };
}

/**
 * Judge that nobody tells of a run again once its first message was out and nothing was in hand any more, while nothing failed.
 * What two deliveries at once say twice under one id is left open.
 */
export function judgeTwice(
  history: History,
  spans: readonly Span[],
  runs: readonly Run[],
  requirement: RequirementId,
): readonly Anomaly[] {
  return runs.flatMap(({ execution_id, messages }) =>
    [...new Set(messages.map(({ topic }) => topic))].flatMap((topic): readonly Anomaly[] => {
      const [first, ...others] = messages.filter((event) => event.topic === topic);
      // Who was told that it went wrong asks again, and may be told of the same run.
      const is_owing = spans.some(
        ({ from, to, acked }) => !acked && from < (first?.sequence ?? 0) && to > (first?.sequence ?? 0),
      );
      if (first === undefined || is_owing) return [];
      const again = others.find(
        ({ sequence }) =>
          isBeforeFaults(history, { to: sequence }) && isQuietBetween(spans, first.sequence, sequence),
      );
      if (again === undefined) return [];
      return [
        broken(
          requirement,
          'repeated message',
          [first.sequence, again.sequence],
          `#${first.sequence} told of run ${execution_id} on ${topic}; when that was over, #${again.sequence} told of it again, although nothing had failed.`,
        ),
      ];
    }),
  );
}

/** Whether there was a moment between two others at which nothing was in hand. */
function isQuietBetween(spans: readonly Span[], from: number, to: number): boolean {
  return spans.some((span) => span.to > from && span.to < to && !isBusyAt(spans, span.to));
}
