import type { PredictionBatch, PredictionPlayer } from '../../../generated/models.ts';
import { READINESS, TOPIC } from '../../../generated/topology.ts';
import type { Row } from '../../../reference/ports/ports.ts';
import type { Published } from '../world/broker.ts';

/** Everything that is left of a night when nothing is under way any more. */
export interface Night {
  readonly game_date: string;
  /** Lines of the games before; none on the first date of all, which rightly ends in Phase 3. */
  readonly box_scores: number;
  /** In the order in which the broker took them. */
  readonly published: readonly Published[];
  readonly batch: PredictionBatch | undefined;
  readonly players: readonly PredictionPlayer[];
  /** Rows of the feature store, and of the predictions. */
  readonly features: readonly Row[];
  readonly predictions: readonly Row[];
  /** Deliveries that are not acked. */
  readonly open: number;
}

/** What a night came to. */
export interface NightFigures {
  readonly batches: number;
  readonly rounds_announced: number;
  /** Announcements beyond the first of a round; each has the id of the first. */
  readonly repeated: number;
  readonly predictions: number;
}

/**
 * Judge a night: nothing lost, nothing doubled, every round announced under one id, all who were ready predicted.
 *
 * @returns sentences that say what is wrong; none for a night as it should be.
 */
export function judgeNight(night: Night): readonly string[] {
  return [
    ...(night.open === 0 ? [] : [`${night.open} deliveries are not acked at the end`]),
    ...judgeRuns(night),
    ...judgeTriggers(night),
    ...(isPredicted(night) ? judgeBatch(night) : judgeNoBatch(night)),
  ].map((problem) => `${night.game_date}: ${problem}`);
}

/** Count what a night came to. */
export function countNight({ published, predictions }: Night): NightFigures {
  const announced = of(published, TOPIC.phase5PredictionsComplete);
  const rounds = distinct(announced.map(({ message }) => message['execution_id']));
  const batches = distinct(announced.map(({ message }) => metadataOf(message)['batch_id']));
  return {
    batches: batches.length,
    rounds_announced: rounds.length,
    repeated: announced.length - rounds.length,
    predictions: predictions.length,
  };
}

const readyOf = ({ features }: Night): readonly Row[] => features.filter((row) => row['ready'] === true);

/** Whether a batch starts: few players of a single game are enough where most of those listed are ready. */
function isPredicted(night: Night): boolean {
  const ready = readyOf(night).length;
  const percent = (100 * ready) / night.features.length;
  return ready >= READINESS.degraded_players_min || percent >= READINESS.ready_percent_min;
}

/** Each processor of Phases 3 and 4 says one run, whoever asked and however often. */
function judgeRuns(night: Night): readonly string[] {
  const topics = [TOPIC.phase3AnalyticsComplete, TOPIC.phase4ProcessorComplete];
  return topics.flatMap((topic) => {
    const runs = grouped(of(night.published, topic), ({ message }) => message['processor_name']);
    const doubled = [...runs].flatMap(([name, said]) => {
      const counting = said.filter(({ message }) => message['status'] !== 'no_data');
      const ids = distinct(counting.map(({ message }) => message['execution_id']));
      return ids.length > 1 ? [`${name} said ${ids.length} runs: ${ids.join(', ')}`] : [];
    });
    const missing =
      night.box_scores > 0 && runs.size !== 5 ? [`${runs.size} of 5 processors said a run on ${topic}`] : [];
    return [...doubled, ...missing];
  });
}

/** Each level is triggered under one id, and not before what it waits for. */
function judgeTriggers(night: Night): readonly string[] {
  const triggers = of(night.published, TOPIC.phase4Trigger);
  return [1, 2, 3].flatMap((level) => {
    const own = triggers.filter(({ message }) => metadataOf(message)['level'] === level);
    const ids = distinct(own.map(({ message }) => message['execution_id']));
    if (night.box_scores > 0 && ids.length !== 1) return [`level ${level} has ${ids.length} triggers`];
    return own.flatMap(({ message, at_ms }) => {
      const upstream = (metadataOf(message)['upstream'] ?? []) as readonly {
        readonly execution_id: string;
      }[];
      const early = upstream.filter(
        ({ execution_id }) =>
          !night.published.some((one) => one.message['execution_id'] === execution_id && one.at_ms <= at_ms),
      );
      return early.length > 0
        ? [`level ${level} was triggered before ${early.length} of its runs were said`]
        : [];
    });
  });
}

function judgeNoBatch({ batch, predictions, published }: Night): readonly string[] {
  const announced = of(published, TOPIC.phase5PredictionsComplete).length;
  const found = (batch?.players_requested ?? 0) + predictions.length;
  return found === 0 && announced <= 1
    ? []
    : [`hardly anybody was ready, and there are ${found} requests and predictions`];
}

function judgeBatch(night: Night): readonly string[] {
  const { batch, published, players, predictions } = night;
  if (batch === undefined) return ['there is no batch'];
  const problems: string[] = [];
  const expect = (is_right: boolean, problem: string): void => {
    if (!is_right) problems.push(problem);
  };
  expect(batch.state === 'complete', `the batch is ${batch.state}`);
  const announced = of(published, TOPIC.phase5PredictionsComplete);
  const batches = distinct(announced.map(({ message }) => metadataOf(message)['batch_id']));
  expect(batches.length === 1, `${batches.length} batches were announced: ${batches.join(', ')}`);
  const rounds = distinct(announced.map(({ message }) => message['execution_id'])).length;
  expect(rounds >= 1 && rounds <= batch.round, `${rounds} of ${batch.round} rounds were announced`);

  const ready = distinct(readyOf(night).map((row) => row['player_lookup'])).length;
  const last = metadataOf(announced.at(-1)?.message ?? {});
  const counted = [players.length, predictions.length, last['players_requested'], last['players_completed']];
  expect(
    counted.every((number) => number === ready) && last['coverage_percent'] === 100,
    `of ${ready} ready players there are ${counted.join(', ')} documents, predictions, requested and completed, coverage ${last['coverage_percent']}`,
  );
  const open = players.filter(({ state }) => state !== 'completed');
  expect(open.length === 0, `${open.length} players are not completed`);
  return [...problems, ...judgePlayers(published)];
}

/** An attempt is one request and one result, however often each is said. */
function judgePlayers(published: readonly Published[]): readonly string[] {
  return [TOPIC.phase5PredictionRequest, TOPIC.phase5PredictionReady].flatMap((topic) => {
    const attempts = grouped(
      of(published, topic),
      ({ message }) => `${message['batch_id']} ${message['player_lookup']} ${message['attempt']}`,
    );
    return [...attempts].flatMap(([name, said]) => {
      const ids = distinct(said.map(({ message }) => message['execution_id']));
      return ids.length > 1 ? [`${name} has ${ids.length} ids on ${topic}`] : [];
    });
  });
}

function of(published: readonly Published[], topic: string): readonly Published[] {
  return published.filter((one) => one.topic === topic);
}

/** As `Map.groupBy`, which Node 20 does not have. */
function grouped(
  published: readonly Published[],
  keyOf: (one: Published) => unknown,
): ReadonlyMap<unknown, readonly Published[]> {
  const groups = new Map<unknown, Published[]>();
  for (const one of published) {
    const group = groups.get(keyOf(one));
    if (group === undefined) groups.set(keyOf(one), [one]);
    else group.push(one);
  }
  return groups;
}

function distinct<Value>(values: readonly Value[]): readonly Value[] {
  return [...new Set(values)];
}

function metadataOf(message: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return (message['metadata'] ?? {}) as Readonly<Record<string, unknown>>;
}
