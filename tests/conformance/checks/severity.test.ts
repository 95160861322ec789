import { describe, expect, test } from 'vitest';
import { CHECKS } from '../../../conformance/checks/all.ts';
import type { Check } from '../../../conformance/checks/check.ts';
import { judgeOutputs } from '../../../conformance/checks/judging/outputs.ts';
import type { History, Payload } from '../../../conformance/history/events.ts';
import { findRequirement } from '../../../conformance/requirements/catalogue.ts';
import { CASCADE, completions, deliverSet, FAN_IN, TRIGGER, triggerOf } from './pipeline-story.ts';
import { message, type Story, story, uuid } from './story.ts';

const REQUESTS = 'nba-phase5-prediction-request';
const END = 'nba-phase5-predictions-complete';
const COORDINATOR = 'phase5-coordinator';

/** What each receiver publishes, twice under the same execution_id, after it was asked rightly and nothing failed. */
const REPEATS: readonly (readonly [string, (told: Story) => void])[] = [
  [FAN_IN, (told) => trigger(told, 1)],
  [CASCADE, (told) => trigger(told, 2)],
  [COORDINATOR, requests],
  [COORDINATOR, ends],
];

function trigger(told: Story, level: 1 | 2): void {
  const set = completions(level);
  deliverSet(told, level, set);
  for (const _ of [1, 2]) told.publish(TRIGGER, triggerOf(level, set));
}

function requests(told: Story): void {
  told.seed('2031-03-05', ['one']);
  const ready = message('FeatureStoreCompletion', { processor_name: 'ml_feature_store_v2' });
  told.deliver(COORDINATOR, 'nba-phase4-precompute-complete', ready);
  const request = message('PredictionRequest', { player_lookup: 'one', batch_id: 'b', run: 1, attempt: 1 });
  for (const _ of [1, 2]) told.publish(REQUESTS, request);
}

function ends(told: Story): void {
  const asked = message('PredictionRequest', { player_lookup: 'one', batch_id: 'b', run: 1, attempt: 1 });
  told.publish(REQUESTS, asked);
  const result = message('PredictionReady', { player_lookup: 'one', batch_id: 'b', run: 1, attempt: 1 });
  told.deliver(COORDINATOR, 'nba-phase5-prediction-ready', result);
  for (const _ of [1, 2]) told.publish(END, ended());
}

const END_ID = uuid();
function ended(): Payload {
  const counts = { players_requested: 1, players_completed: 1, players_failed: 0, coverage_percent: 100 };
  return message('PredictionsComplete', {
    execution_id: END_ID,
    metadata: { run: 1, batch_id: 'b', ...counts, upstream: [] },
  });
}

const about = (component: string): readonly Check[] =>
  CHECKS.filter(
    ({ components, needs }) => components.at(-1) === component && !needs.includes('interleavings'),
  );

describe('FANIN-011, CASC-014, COORD-032 a repeat under the same execution_id, with no call failed, breaks no MUST', () => {
  test.each(
    REPEATS.flatMap(([component, tell]) =>
      about(component).map((check) => [check.name, check, tell] as const),
    ),
  )('%s', (_, check, tell) => {
    const told = story();
    tell(told);
    const repeats = check.judge(told.history()).filter(({ anomaly }) => anomaly === 'repeated message');
    const levels = repeats.map(({ requirement }) => findRequirement(requirement)?.level);
    expect(levels.filter((level) => level === 'MUST')).toEqual([]);
  });
});

describe('ACK-004 a duplicate of what was acked has no effect', () => {
  const check = CHECKS.find(({ name }) => name === `duplicates-to-${CASCADE}`);
  const judged = (history: History) => check?.judge(history).map(({ requirement }) => requirement);

  test('a trigger that a duplicate repeats after everything was acked breaks ACK-004', () => {
    const told = story();
    const set = completions(2);
    deliverSet(told, 2, set);
    told.publish(TRIGGER, triggerOf(2, set));
    told.mark('done');
    deliverSet(told, 2, set);
    told.publish(TRIGGER, triggerOf(2, set));
    expect(judged(told.history())).toEqual(['ACK-004']);
  });
  test('a trigger that is repeated before that breaks a SHOULD alone', () => {
    const told = story();
    trigger(told, 2);
    told.mark('done');
    expect(judged(told.history())).toEqual(['CASC-014']);
  });
});

describe('a repeat has a reason', () => {
  const judged = (tell: (told: Story) => void) => {
    const told = story();
    tell(told);
    trigger(told, 1);
    return judgeOutputs(told.history(), FAN_IN, { repeated: 'FANIN-011' });
  };
  test('no publish failed: it has none', () => expect(judged(() => {})).toHaveLength(1));
  test('a publish of the target failed', () =>
    expect(judged((told) => told.call('pubsub', 'Publish', 'UNAVAILABLE'))).toEqual([]));
  test('a commit that lost a race is none', () =>
    expect(judged((told) => told.call('firestore', 'Commit', 'ABORTED'))).toHaveLength(1));
  test('a failed run before the successful one is no repeat', () => {
    const told = story();
    const failed = { status: 'failed', record_count: 0, error_message: 'x', error_type: 'X' };
    told.publish('nba-phase3-analytics-complete', message('AnalyticsCompletion', failed));
    told.publish('nba-phase3-analytics-complete', message('AnalyticsCompletion'));
    expect(judgeOutputs(told.history(), 'phase3-analytics', { repeated: 'ACK-004' })).toEqual([]);
  });
});
