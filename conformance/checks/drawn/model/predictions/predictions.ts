import type { RequirementId } from '../../../../../generated/requirements.ts';
import { TOPIC } from '../../../../../generated/topology.ts';
import type { History, Payload, PublishEvent, SeedEvent } from '../../../../history/events.ts';
import { executionOf, publishes, text } from '../../../../history/select.ts';
import type { AnomalyName } from '../../../anomalies.ts';
import type { Anomaly } from '../../../check.ts';
import { dateAndRun } from '../../../owed/names.ts';
import { predictionKey } from '../../../owed/processors.ts';
import { isFeatureStore, seedBefore } from './batch.ts';
import { isDisturbed, type Span, spansOf } from './spans.ts';

const COMPONENT = 'phase5-worker';

/** A request that was delivered. */
interface Ask {
  readonly span: Span;
  readonly message: Payload;
  readonly attempt: number;
}

/** Judge the results of a worker against what it was asked, request by request. */
export function judgePredictions(history: History): readonly Anomaly[] {
  const asks = spansOf(history, COMPONENT).flatMap((span): readonly Ask[] => {
    const { event } = span;
    if (event.kind !== 'delivery' || event.message === null) return [];
    return [{ span, message: event.message, attempt: Number(event.message['attempt']) }];
  });
  const results = publishes(history, TOPIC.phase5PredictionReady);
  const keys = [...new Set(asks.map(({ message }) => predictionKey(message)))];
  return [
    ...keys.flatMap((key) => {
      const own = asks.filter(({ message }) => predictionKey(message) === key);
      const said = results.filter(({ message }) => predictionKey(message) === key);
      return [...judgePlayer(history, own, said), ...judgeRuns(own, said)];
    }),
    ...judgeIds(results, isDisturbed(history)),
    ...results.flatMap((result) => [...judgeResult(result, asks), ...judgeStatus(history, result, asks)]),
  ];
}

/**
 * A run answers for one player once: only its success is said again, for a later attempt. Whoever counts results takes the second
 * one under an id for a repeat of the first.
 */
function judgeIds(results: readonly PublishEvent[], disturbed: boolean): readonly Anomaly[] {
  const byId = new Map<string, PublishEvent>();
  return results.flatMap((result): readonly Anomaly[] => {
    const id = executionOf(result.message);
    const first = byId.get(id) ?? result;
    byId.set(id, first);
    const a = saidBy(first);
    const b = saidBy(result);
    const is_same = a.status === b.status && (a.status === 'success' || a.attempt === b.attempt);
    // Whoever takes an interrupted run over carries it on under its id, for the attempt that asks, and with the features of that time.
    if (id === '' || (a.key === b.key && (is_same || disturbed))) return [];
    return [
      {
        requirement: 'CORR-005',
        anomaly: 'broken provenance',
        proof: `#${first.sequence} says ${a.status} of ${a.key}, attempt ${a.attempt}, and #${result.sequence} says ${b.status} of ${b.key}, attempt ${b.attempt}: two runs, and both call themselves ${id}. Whoever counts results takes the second one for a repeat of the first.`,
        events: [first.sequence, result.sequence],
      },
    ];
  });
}

function saidBy({ message }: PublishEvent): {
  readonly key: string;
  readonly status: string;
  readonly attempt: string;
} {
  // A result may leave its attempt out.
  const attempt = String(message?.['attempt'] ?? 'unsaid');
  return { key: predictionKey(message ?? {}), status: text(message, 'status'), attempt };
}

/** Whatever happened, a player of a batch is predicted by one run. */
function judgeRuns(asks: readonly Ask[], results: readonly PublishEvent[]): readonly Anomaly[] {
  const [ask] = asks;
  const predicted = results.filter(({ message }) => text(message, 'status') === 'success');
  const ids = [...new Set(predicted.map(({ message }) => text(message, 'execution_id')))];
  if (ask === undefined || ids.length < 2) return [];
  const what = `${predicted.map(({ sequence }) => `#${sequence}`).join(', ')} say success, as runs ${ids.join(', ')}`;
  return [wrong('IDEM-010', 'double run', ask, what)];
}

function judgePlayer(
  history: History,
  asks: readonly Ask[],
  results: readonly PublishEvent[],
): readonly Anomaly[] {
  const disturbed = isDisturbed(history);
  return asks.flatMap((ask): readonly Anomaly[] => {
    const { span, attempt } = ask;
    const before = results.filter(({ sequence }) => sequence < span.from);
    const after = results.filter(({ sequence }) => sequence > span.from);
    if (span.acked && results.length === 0)
      return [wrong('IDEM-009', 'lost message', ask, 'It was acked, and no result was ever published')];
    const others = asks.filter((other) => other !== ask);
    const is_alone = others.every(({ span: other }) => other.to < span.from || other.from > span.to);
    if (!is_alone || !span.acked) return [];
    if (disturbed) return judgeAcked(ask, others, results);
    const made = after.filter(({ sequence }) => sequence < span.to);
    const earlier = others.filter(({ span: other }) => other.to < span.from);
    // One that was nacked may have done its work or not.
    if (earlier.some(({ span: other }) => !other.acked)) return [];
    const answered = earlier.map((other) => other.attempt);
    if (answered.includes(attempt)) {
      // Whoever remembers the last answer alone may take it for a later attempt than the one that came after it.
      if (made.length === 0 || wasOvertaken(attempt, earlier)) return [];
      return [
        wrong(
          'IDEM-009',
          'repeated message',
          ask,
          `The same attempt was answered before, and it was answered again by #${made[0]?.sequence}`,
        ),
      ];
    }
    // Whether one that was overtaken before it came is answered is open.
    return attempt < Math.max(0, ...answered) ? [] : judgeNew(history, ask, before, made);
  });
}

/** Whatever failed: with an ack some result of the attempt is out, or nobody would ever ask for it again. */
function judgeAcked(ask: Ask, others: readonly Ask[], results: readonly PublishEvent[]): readonly Anomaly[] {
  const { span, attempt } = ask;
  const before = others.filter(({ span: other }) => other.from < span.from);
  // Whether one that was overtaken is answered is open.
  if (before.some((other) => other.attempt > attempt)) return [];
  const first = before.find((other) => other.attempt === attempt)?.span.from ?? span.from;
  if (results.some(({ sequence }) => sequence > first && sequence < span.to)) return [];
  const later = results.find(({ sequence }) => sequence > span.to);
  const next =
    later === undefined ? 'None came later' : `#${later.sequence} came when the player was asked for again`;
  return [
    wrong(
      results.some(({ sequence }) => sequence < first) ? 'IDEM-010' : 'IDEM-009',
      later === undefined ? 'lost message' : 'early ack',
      ask,
      `It was acked (#${span.to}), and by then no result of this attempt was published. ${next}`,
    ),
  ];
}

/** Whether an earlier attempt came after this one, so that both may count as the last. */
function wasOvertaken(attempt: number, asks: readonly Ask[]): boolean {
  return asks.some(
    (other) =>
      other.attempt < attempt &&
      asks.some((same) => same.attempt === attempt && same.span.to < other.span.from),
  );
}

/** An attempt that was not asked for before. */
function judgeNew(
  history: History,
  ask: Ask,
  before: readonly PublishEvent[],
  made: readonly PublishEvent[],
): readonly Anomaly[] {
  const predicted = before.find(({ message }) => text(message, 'status') === 'success');
  const requirement = before.length === 0 ? 'IDEM-009' : 'IDEM-010';
  const [result] = made;
  if (result === undefined)
    return [
      wrong(
        requirement,
        'lost message',
        ask,
        'It was acked, and by its answer no result of this attempt was published',
      ),
    ];
  if (made.length > 1)
    return [wrong(requirement, 'double run', ask, `It was answered by ${made.length} results`)];
  if (predicted !== undefined) {
    const id = text(predicted.message, 'execution_id');
    if (text(result.message, 'execution_id') === id && text(result.message, 'status') === 'success')
      return [];
    return [
      wrong(
        'IDEM-010',
        'double run',
        ask,
        `The player was predicted by run ${id}, and #${result.sequence} says ${text(result.message, 'status')} of run ${text(result.message, 'execution_id')}`,
      ),
    ];
  }
  const seed = seedBefore(history, dateAndRun(ask.message), ask.span.from);
  const said = result.message?.['attempt'];
  if (said !== undefined && said !== ask.attempt) {
    const what = `#${result.sequence}, its answer, says attempt ${String(said)}, so that its receiver takes it for that of another request`;
    return [wrong(requirement, 'wrong count', ask, what)];
  }
  const is_ready = seed?.players_ready.includes(text(ask.message, 'player_lookup')) === true;
  const status = is_ready ? 'success' : 'failed';
  if (text(result.message, 'status') === status) return [];
  return [
    wrong(
      is_ready ? requirement : 'IDEM-011',
      'wrong answer',
      ask,
      `The player is ${is_ready ? '' : 'not '}ready, and #${result.sequence} says ${text(result.message, 'status')}`,
    ),
  ];
}

function wrong(
  requirement: RequirementId,
  anomaly: AnomalyName,
  { span, message, attempt }: Ask,
  what: string,
): Anomaly {
  return {
    requirement,
    anomaly,
    proof: `#${span.from} asked for ${predictionKey(message)} of ${dateAndRun(message)}, attempt ${attempt}. ${what}.`,
    events: [span.from],
  };
}

/** Whatever failed meanwhile: who was ready all the time is not told to have failed, nor is anybody predicted who never was. */
function judgeStatus(history: History, result: PublishEvent, asks: readonly Ask[]): readonly Anomaly[] {
  const { message, sequence } = result;
  const own = asks.filter((ask) => predictionKey(ask.message) === predictionKey(message));
  const [first] = own;
  // What nothing disturbed is judged request by request.
  if (first === undefined || first.span.from > sequence || !isDisturbed(history)) return [];
  const place = dateAndRun(first.message);
  const isReady = (seed: SeedEvent | undefined): boolean =>
    seed?.players_ready.includes(text(message, 'player_lookup')) === true;
  const is_ready = isReady(seedBefore(history, place, first.span.from));
  const is_changed = history.some(
    (event) =>
      isFeatureStore(event) &&
      event.sequence > first.span.from &&
      event.sequence < sequence &&
      `${event.game_date} run ${event.run}` === place &&
      isReady(event) !== is_ready,
  );
  if (is_changed) return [];
  if ((text(message, 'status') === 'success') === is_ready) return [];
  const what = `The player was ${is_ready ? '' : 'not '}ready all the time, and #${sequence} says ${text(message, 'status')}`;
  return [wrong(is_ready ? 'IDEM-009' : 'IDEM-011', 'wrong answer', first, what)];
}

/** What a result says must be what its request said. */
function judgeResult(result: PublishEvent, asks: readonly Ask[]): readonly Anomaly[] {
  const { message } = result;
  const own = asks.filter(
    (ask) => ask.span.from < result.sequence && predictionKey(ask.message) === predictionKey(message),
  );
  const told: Anomaly[] = [];
  const add = (requirement: RequirementId, anomaly: AnomalyName, what: string): void => {
    const proof = `#${result.sequence}, the result of ${predictionKey(message)}, ${what}.`;
    told.push({
      requirement,
      anomaly,
      proof,
      events: [...own.map(({ span }) => span.from), result.sequence],
    });
  };
  if (own.length === 0) {
    add('IDEM-009', 'phantom completion', 'answers no request that was delivered before');
    return told;
  }
  if (text(message, 'status') === 'failed' && text(message, 'error_type') === '') {
    add('IDEM-011', 'invalid message', 'says failed, and not why: it has no error_type');
  }
  if (!own.some((ask) => dateAndRun(ask.message) === dateAndRun(message))) {
    add(
      'MSG-009',
      'changed run',
      `is about ${dateAndRun(message)}; it was asked about ${dateAndRun(own[0]?.message ?? null)}`,
    );
  }
  if (!own.some((ask) => text(ask.message, 'correlation_id') === text(message, 'correlation_id'))) {
    add(
      'CORR-001',
      'broken correlation',
      `carries correlation_id ${text(message, 'correlation_id')}, which no request for the player had`,
    );
  }
  const attempt = message?.['attempt'];
  if (attempt !== undefined && !own.some((ask) => ask.attempt === attempt)) {
    add('IDEM-009', 'wrong count', `says attempt ${String(attempt)}, which was not asked for`);
  }
  return told;
}
