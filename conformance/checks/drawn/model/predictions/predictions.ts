import type { RequirementId } from '../../../../../generated/requirements.ts';
import { TOPIC } from '../../../../../generated/topology.ts';
import type { History, Payload, PublishEvent } from '../../../../history/events.ts';
import { publishes, text } from '../../../../history/select.ts';
import type { AnomalyName } from '../../../anomalies.ts';
import type { Anomaly } from '../../../check.ts';
import { dateAndRun } from '../../../owed/names.ts';
import { predictionKey } from '../../../owed/processors.ts';
import { seedBefore } from './batch.ts';
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
      // A newer batch of the date may take the place of an older one; who asks for that is not owed its result.
      if (asks.some((ask) => isOfAnotherBatch(ask, own[0]))) return [];
      return judgePlayer(
        history,
        own,
        results.filter(({ message }) => predictionKey(message) === key),
      );
    }),
    ...results.flatMap((result) => judgeResult(result, asks)),
  ];
}

function isOfAnotherBatch({ message }: Ask, own: Ask | undefined): boolean {
  return (
    own !== undefined &&
    text(message, 'player_lookup') === text(own.message, 'player_lookup') &&
    predictionKey(message) !== predictionKey(own.message)
  );
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
    if (disturbed || !is_alone || !span.acked) return [];
    const made = after.filter(({ sequence }) => sequence < span.to);
    const earlier = others.filter(({ span: other }) => other.to < span.from).map((other) => other.attempt);
    const latest = Math.max(0, ...earlier);
    if (attempt < latest) return [];
    if (attempt === latest) {
      // What a late repeat of an earlier attempt leaves behind is open.
      if (made.length === 0 || earlier.at(-1) !== attempt) return [];
      return [
        wrong(
          'IDEM-009',
          'repeated message',
          ask,
          `The same attempt was answered before, and it was answered again by #${made[0]?.sequence}`,
        ),
      ];
    }
    return judgeNew(history, ask, before, made);
  });
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
