import { describe, expect, test } from 'vitest';
import { CASCADE_ORDER } from '../../../../conformance/checks/cascade/levels.ts';
import { FAN_IN_DATES, FAN_IN_ORDER, FAN_IN_RUNS } from '../../../../conformance/checks/fan-in/sets.ts';
import { judgeOutputs } from '../../../../conformance/checks/judging/outputs.ts';
import { changeMessage } from '../../../../conformance/harness/messages/build.ts';
import type { History, Json, Payload } from '../../../../conformance/history/events.ts';
import { group, judgeHistory } from '../../../../conformance/verdict/anomalies.ts';
import { CASCADE, completions, deliverSet, FAN_IN, TRIGGER, triggerOf } from '../pipeline-story.ts';
import { DATE, message, story, uuid } from '../story.ts';

const ANOTHER = '2031-03-06';
const BEHAVIOUR = [
  'lost trigger',
  'lost message',
  'early trigger',
  'double trigger',
  'double run',
  'phantom completion',
];

/** What is wrong with what a component did; what is wrong with its messages is not told here. */
function behaviour(history: History, check: typeof FAN_IN_ORDER): readonly string[] {
  return check
    .judge(history)
    .filter(({ anomaly }) => BEHAVIOUR.includes(anomaly))
    .map(({ requirement, anomaly }) => `${requirement} ${anomaly}`);
}

const METADATA: readonly (readonly [string, (metadata: Payload) => Json | undefined])[] = [
  ['no level', ({ level: _, ...rest }) => rest],
  ['level as text', (metadata) => ({ ...metadata, level: String(metadata['level']) })],
  ['level out of range', (metadata) => ({ ...metadata, level: 9 })],
  ['no processors', ({ processors: _, ...rest }) => rest],
  ['no upstream', ({ upstream: _, ...rest }) => rest],
  ['upstream of nonsense', (metadata) => ({ ...metadata, upstream: [null, 'x', 3] })],
  ['nothing but a note', () => ({ note: 'x' })],
  ['null as metadata', () => null],
  ['metadata left out', () => undefined],
];

const FIELDS: readonly (readonly [string, Payload | ((trigger: Payload) => Payload)])[] = [
  ...METADATA.map(
    ([name, change]) =>
      [
        name,
        (trigger: Payload) => {
          const { metadata, ...rest } = trigger;
          const changed = change(metadata as Payload);
          return changed === undefined ? rest : { ...rest, metadata: changed };
        },
      ] as const,
  ),
  ['no sender', { processor_name: null }],
  ['a misspelt sender', { processor_name: 'Phase3ToPhase4Orchestrator' }],
  ['no game_date', { game_date: null }],
  ['a game_date in another format', { game_date: DATE.replaceAll('-', '/') }],
  ['a game_date with a time', { game_date: `${DATE}T00:00:00Z` }],
  ['no execution_id', { execution_id: null }],
  ['no correlation_id', { correlation_id: null }],
];

describe('a malformed trigger is published all the same: neither lost nor early nor double', () => {
  test.each(FIELDS)('%s, of the fan-in', (_, change) => {
    const told = story();
    const set = completions(1);
    deliverSet(told, 1, set);
    told.publish(TRIGGER, changed(triggerOf(1, set), change));
    expect(behaviour(told.history(), FAN_IN_ORDER)).toEqual([]);
  });
  test.each(FIELDS)('%s, of both levels of the cascade', (_, change) => {
    const told = story();
    const set = completions(2);
    const factors = message('PrecomputeCompletion', { processor_name: 'player_composite_factors' });
    deliverSet(told, 2, set);
    told.publish(TRIGGER, changed(triggerOf(2, set), change));
    deliverSet(told, 2, [factors]);
    told.publish(TRIGGER, changed(level3([...set, factors]), change));
    expect(behaviour(told.history(), CASCADE_ORDER)).toEqual([]);
  });
  test.each(FIELDS)('%s, and it is lost when it was not published', (_, change) => {
    const told = story();
    const set = completions(1);
    told.publish(TRIGGER, changed(triggerOf(1, set), change));
    deliverSet(told, 1, completions(1));
    expect(behaviour(told.history(), FAN_IN_ORDER)).toContain('FANIN-003 early trigger');
  });
  test('of two dates each has its own, although neither says its date', () => {
    const told = story();
    for (const game_date of [DATE, ANOTHER]) {
      const set = completions(1, { game_date });
      deliverSet(told, 1, set);
      told.publish(TRIGGER, changeMessage(triggerOf(1, set, { game_date }), { game_date: undefined }));
    }
    expect(behaviour(told.history(), FAN_IN_DATES)).toEqual([]);
  });
  test('of two runs each has its own, although neither says its run', () => {
    const told = story();
    for (const run of [1, 2]) {
      const set = completions(1).map((one) => changeMessage(one, { metadata: { run } }));
      deliverSet(told, 1, set);
      const trigger = triggerOf(1, set);
      const { run: _, ...rest } = trigger['metadata'] as Payload;
      told.publish(TRIGGER, { ...trigger, metadata: rest, execution_id: uuid() });
    }
    expect(behaviour(told.history(), FAN_IN_RUNS)).toEqual([]);
  });
  test('a malformed trigger beside a right one of the same set is a second one', () => {
    const told = story();
    const set = completions(1);
    deliverSet(told, 1, set);
    told.publish(TRIGGER, triggerOf(1, set));
    const { metadata: _, ...rest } = triggerOf(1, set);
    told.publish(TRIGGER, { ...rest, execution_id: uuid() });
    expect(behaviour(told.history(), FAN_IN_ORDER)).toEqual(['FANIN-002 double trigger']);
  });
  test('its author tells of which orchestrator it is, when it says nothing', () => {
    const told = story();
    deliverSet(told, 1, completions(1));
    deliverSet(told, 2, completions(2));
    told.publish(TRIGGER, { game_date: DATE });
    const history = told
      .history()
      .map((event) => (event.kind === 'publish' ? { ...event, component: CASCADE } : event));
    const lost = (component: typeof FAN_IN | typeof CASCADE) =>
      judgeOutputs(history, component, { lost: 'FANIN-001' }).length;
    expect([lost(FAN_IN), lost(CASCADE)]).toEqual([1, 0]);
  });
});

describe('a malformed completion is of the processor that the rest of it tells', () => {
  const raw = ['nbac_team_boxscores', 'nbac_game_scores'];
  const judged = (change: Payload) => {
    const told = story();
    const tables = ['nbac_team_boxscore', 'nbac_scoreboard'];
    for (const name of tables) {
      const scraped = message('ScraperCompletion', { processor_name: name, scraper_name: name, name });
      told.deliver('phase2-raw', 'nba-phase1-scrapers-complete', scraped);
      told.publish(
        'nba-phase2-raw-complete',
        changeMessage(
          message('RawCompletion', {
            processor_name: raw[tables.indexOf(name)] ?? '',
            output_table: raw[tables.indexOf(name)] ?? '',
            correlation_id: scraped['execution_id'] ?? null,
          }),
          { metadata: { upstream: [upstreamOf(name, scraped)] }, ...change },
        ),
      );
    }
    return judgeOutputs(told.history(), 'phase2-raw', {
      lost: 'IDEM-001',
      double: 'IDEM-001',
      phantom: 'IDEM-001',
    });
  };
  test.each([
    ['right', {}],
    ['no upstream', { metadata: { upstream: [] } }],
    ['no name', { processor_name: '' }],
    ['no game_date', { game_date: null }],
    ['no metadata', { metadata: null }],
  ] as const)('%s', (_, change) => expect(judged(change).map(({ proof }) => proof)).toEqual([]));
});

describe('MSG-001, MSG-002 what is malformed is one finding', () => {
  const set = completions(1);
  const broken = changeMessage(triggerOf(1, set), {
    timestamp: 'x',
    status: 'done',
    error_type: undefined,
    error_message: undefined,
  });
  const judged = (...names: readonly string[]) =>
    group(
      names.flatMap((name) => {
        const told = story();
        deliverSet(told, 1, set);
        told.publish(TRIGGER, broken);
        return judgeHistory({ ...FAN_IN_ORDER, name }, name, told.history());
      }),
    );
  test('that lists every field, once for each requirement', () => {
    const found = judged('one').map(({ requirement, proof }) => [requirement, proof] as const);
    expect(found.map(([requirement]) => requirement)).toEqual(['MSG-001', 'MSG-002']);
    expect(found[0]?.[1]).toMatch(/timestamp must be .*status must be|status must be .*timestamp must be/);
    expect(found[1]?.[1]).toMatch(/error_message .*error_type/);
  });
  test('however many cases and checks show it', () => {
    const found = judged('one', 'another', 'a third');
    expect(found.map(({ requirement, repeats }) => `${requirement} ${repeats}`)).toEqual([
      'MSG-001 2',
      'MSG-002 2',
    ]);
  });
});

function changed(trigger: Payload, change: Payload | ((trigger: Payload) => Payload)): Payload {
  return typeof change === 'function' ? change(trigger) : { ...trigger, ...change };
}

function upstreamOf(processor: string, run: Payload): Payload {
  return {
    processor,
    execution_id: run['execution_id'] ?? '',
    correlation_id: run['correlation_id'] ?? '',
  };
}

function level3(from: readonly Payload[]): Payload {
  const upstream = from.map((one) => upstreamOf(String(one['processor_name']), one));
  return triggerOf(2, from, { metadata: { level: 3, processors: ['ml_feature_store_v2'], upstream } });
}
