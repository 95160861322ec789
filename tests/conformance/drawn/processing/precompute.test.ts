import { describe, expect, test } from 'vitest';
import { PRECOMPUTE_RECEIVER } from '../../../../conformance/checks/drawn/receivers/precompute.ts';
import { levelOf } from '../../../../conformance/checks/owed/orchestrators.ts';
import type { Overrides } from '../../../../conformance/harness/messages/build.ts';
import type { Payload } from '../../../../conformance/history/events.ts';
import { DATE, message, type Story, uuid } from '../../checks/story.ts';
import { begun, MOMENT, within } from '../begun.ts';

const COMPONENT = 'phase4-precompute';
const TRIGGER = 'nba-phase4-trigger';
const ANALYSED = 'nba-phase3-analytics-complete';
const OWN = 'nba-phase4-processor-complete';
const PHASE_5 = 'nba-phase4-precompute-complete';
const ZONE = 'team_defense_zone_analysis';
const NOW: Overrides = { timestamp: MOMENT, duration_seconds: 0 };
const EMPTY: Overrides = { status: 'no_data', record_count: 0 };

const judged = (told: Story): readonly string[] => [
  ...new Set(
    PRECOMPUTE_RECEIVER.judge(told.history()).map(({ requirement, anomaly }) => `${requirement} ${anomaly}`),
  ),
];

/** All that level 1 waits for is told of. */
function filled(told: Story, names: readonly string[] = levelOf(1).waits_for): readonly Payload[] {
  return names.map((name) => {
    const made = message('AnalyticsCompletion', { processor_name: name, output_table: name, ...NOW });
    told.publish(ANALYSED, made);
    return made;
  });
}

function trigger(processors: readonly string[], overrides: Overrides = {}): Payload {
  return message('Phase4Trigger', { metadata: { level: 1, processors }, ...overrides });
}

const tell = (told: Story, cause: Payload, sent: readonly (readonly [string, Payload])[] = []): void =>
  within(
    told,
    () => told.deliver(COMPONENT, TRIGGER, cause, { message_id: `m${cause['execution_id']}` }),
    () => {
      for (const [topic, one] of sent) told.publish(topic, one);
    },
  );

/** The completion of a run that a trigger caused. */
function computed(cause: Payload, processor = ZONE, overrides: Overrides = {}): Payload {
  return message('PrecomputeCompletion', {
    processor_name: processor,
    output_table: processor,
    parent_processor: String(cause['processor_name']),
    trigger_message_id: `m${cause['execution_id']}`,
    correlation_id: cause['correlation_id'] ?? '',
    ...NOW,
    ...overrides,
  });
}

describe('the model of Phase 4 and its triggers', () => {
  test('accepts one run for a trigger and its repeat, and says nothing where nobody asks', () => {
    const told = begun();
    expect(judged(told)).toEqual([]);
    filled(told);
    const cause = trigger([ZONE]);
    tell(told, cause, [[OWN, computed(cause)]]);
    tell(told, cause);
    expect(judged(told)).toEqual([]);
  });

  test('names a trigger without a run, with two, and with one that finds nothing in full tables', () => {
    const lost = begun();
    tell(lost, trigger([ZONE]));
    expect(judged(lost)).toEqual(['IDEM-003 lost message']);
    const twice = begun();
    const cause = trigger([ZONE]);
    tell(twice, cause, [[OWN, computed(cause)]]);
    tell(twice, cause, [[OWN, computed(cause)]]);
    expect(judged(twice)).toEqual(['IDEM-003 double run']);
    const hollow = begun();
    filled(hollow);
    tell(hollow, cause, [[OWN, computed(cause, ZONE, EMPTY)]]);
    expect(judged(hollow)).toEqual(expect.arrayContaining(['IDEM-018 wrong status']));
  });

  test('accepts an empty run and one that counts after it, and names a missing second one', () => {
    const [first, second] = [trigger([ZONE]), trigger([ZONE])];
    for (const [sent, kind] of [
      [[[OWN, computed(second)] as const], []],
      [[], ['IDEM-007 lost message']],
    ] as const) {
      const told = begun();
      tell(told, first, [[OWN, computed(first, ZONE, EMPTY)]]);
      filled(told);
      tell(told, second, sent);
      expect(judged(told)).toEqual(kind);
    }
  });

  test('names a run whose trigger failed, was to be silent, or did not name it', () => {
    const failed = begun();
    const cause = trigger([ZONE], { status: 'failed', error_message: 'x', error_type: 'y' });
    tell(failed, cause, [[OWN, computed(cause)]]);
    expect(judged(failed)).toEqual(['IDEM-017 phantom completion']);
    const silent = begun();
    const quiet = trigger([ZONE], { skip_downstream_trigger: true });
    tell(silent, quiet, [[OWN, computed(quiet)]]);
    expect(judged(silent)).toEqual(['BACK-001 backfill leak']);
    const other = begun();
    const named = trigger(['player_daily_cache']);
    tell(other, named, [
      [OWN, computed(named)],
      [OWN, computed(named, 'player_daily_cache')],
    ]);
    expect(judged(other)).toContain('IDEM-003 phantom completion');
  });

  test('names a feature store that tells of its run on one topic only, and a wrong level', () => {
    const told = begun();
    const cause = trigger(['ml_feature_store_v2'], { processor_name: 'phase4-orchestrator' });
    const run = computed(cause, 'ml_feature_store_v2', {
      output_dataset: 'nba_predictions',
      metadata: { level: 3 },
    });
    tell(told, cause, [[OWN, run]]);
    expect(judged(told)).toEqual(['IDEM-003 lost message']);
    const both = begun();
    tell(both, cause, [
      [OWN, run],
      [PHASE_5, run],
    ]);
    expect(judged(both)).toEqual([]);
    const wrong = begun();
    tell(wrong, cause, [
      [OWN, { ...run, metadata: { run: 1, level: 1 } }],
      [PHASE_5, run],
    ]);
    expect(judged(wrong)).toEqual(['TOPO-004 invalid message']);
  });
});

describe('the model of Phase 4 and the clock', () => {
  const call = (told: Story, sent: readonly Payload[], body: object = {}, status = 200, by = {}): void =>
    within(
      told,
      () =>
        told.request(
          '/process-date',
          status,
          'POST',
          null,
          COMPONENT,
          { level: 1, game_date: DATE, ...body },
          by,
        ),
      () => {
        for (const one of sent) told.publish(OWN, one);
      },
    );
  const called = (inputs: readonly Payload[], overrides: Overrides = {}): readonly Payload[] =>
    levelOf(1).runs.map((processor) =>
      computed(inputs[0] ?? {}, processor, {
        trigger_source: 'manual',
        trigger_message_id: null,
        parent_processor: null,
        execution_id: uuid(),
        ...overrides,
      }),
    );

  test('accepts 503 before a level is complete, then one run each, and no second by its trigger', () => {
    const told = begun();
    const inputs = filled(told, levelOf(1).waits_for.slice(1));
    call(told, [], {}, 503);
    const all = [...inputs, ...filled(told, levelOf(1).waits_for.slice(0, 1))];
    call(told, called(all));
    call(told, []);
    tell(told, trigger(levelOf(1).runs));
    expect(judged(told)).toEqual([]);
  });

  test('a run that a trigger caused lists what the trigger lists, also after a call; one that a call caused does not (CORR-010)', () => {
    const upstream = [
      { processor: 'team_defense_game_summary', execution_id: uuid(), correlation_id: 'of its trigger' },
    ];
    const cause = trigger([ZONE], { metadata: { level: 1, processors: [ZONE], upstream } });
    const metadata = { run: 1, level: 1, upstream };
    const told = begun();
    call(told, [], {}, 503);
    tell(told, cause, [[OWN, computed(cause, ZONE, { metadata })]]);
    expect(judged(told)).toEqual([]);
    const copied = begun();
    tell(copied, { ...cause, status: 'no_data', record_count: 0 });
    call(copied, called(filled(copied), { metadata }));
    expect(judged(copied)).toContain('CORR-010 broken provenance');
  });

  test('names a level that runs too early, not at all, or in part', () => {
    const early = begun();
    call(early, called(filled(early, levelOf(1).waits_for.slice(1))));
    expect(judged(early)).toEqual(['CASC-019 wrong answer', 'CASC-019 phantom completion']);
    const odd = begun();
    call(odd, [], {}, 500);
    expect(judged(odd)).toEqual(['CASC-019 wrong answer']);
    const refused = begun();
    filled(refused);
    call(refused, [], {}, 503);
    expect(judged(refused)).toEqual(['CASC-020 refused message']);
    const some = begun();
    call(some, called(filled(some)).slice(1));
    expect(judged(some)).toEqual(['CASC-020 lost message']);
  });

  test('names a body that is wrong and served, and a run that says another caller', () => {
    const told = begun();
    call(told, [], { level: 4 });
    expect(judged(told)).toEqual(['CASC-021 wrong answer']);
    const other = begun();
    call(other, called(filled(other)), {}, 200, { 'X-CloudScheduler': 'true' });
    expect(judged(other)).toEqual(['CORR-009 broken provenance']);
  });
});
