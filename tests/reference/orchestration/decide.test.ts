import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { validate } from '../../../generated/validation.ts';
import {
  type Asker,
  type CompletionEvent,
  claimPublishes,
  decideCompletion,
  decidePublished,
  decideReleased,
  findMissing,
} from '../../../reference/orchestration/decide.ts';
import {
  type CompletionState,
  readOrchestrator,
  recordOf,
  triggerOf,
} from '../../../reference/orchestration/state.ts';

const FAN_IN = readOrchestrator('phase3-to-phase4-orchestrator');
const CASCADE = readOrchestrator('phase4-orchestrator');
const FIVE = FAN_IN.levels[0]?.waits_for ?? [];
const NOW = '2024-01-15T11:08:00.000Z';

function event(processor: string, changes: Partial<CompletionEvent> = {}): CompletionEvent {
  return {
    now: NOW,
    claimant: `claim-${processor}`,
    publish_claim_seconds: 60,
    abandoned: new Set(),
    received_at: NOW,
    message_id: `m-${processor}`,
    game_date: '2024-01-15',
    run: 1,
    processor,
    execution_id: '886313e1-3b8a-4372-9b90-0c9aee199e5d',
    correlation_id: `c-${processor}`,
    status: 'success',
    completed_at: '2024-01-15T11:06:00.000Z',
    backfill_mode: false,
    backfill_reason: null,
    ...changes,
  };
}

function asker(claimant: string, now = NOW): Asker {
  return { now, claimant, publish_claim_seconds: 60, abandoned: new Set() };
}

function stateAfter(processors: readonly string[], orchestrator = FAN_IN): CompletionState {
  return processors.reduce<CompletionState>(
    (state, name) => decideCompletion(state, event(name), orchestrator)[0],
    {},
  );
}

const record = (changes: object = {}) => ({
  completed_at: '2024-01-15T11:06:00.000Z',
  correlation_id: 'c-player_game_summary',
  execution_id: '886313e1-3b8a-4372-9b90-0c9aee199e5d',
  status: 'success',
  backfill_mode: false,
  backfill_reason: null,
  ...changes,
});

describe('FANIN-001 the last of the five triggers level 1', () => {
  test('the first completion is recorded and triggers nothing', () => {
    expect(decideCompletion(undefined, event('player_game_summary'), FAN_IN)).toEqual([
      { player_game_summary: record() },
      { publish: [], in_flight: [] },
    ]);
  });

  test('the commit of the last one stores the trigger and holds its claim', () => {
    const state = stateAfter(FIVE.slice(0, 4));
    const [next, effect] = decideCompletion(state, event(FIVE[4] ?? ''), FAN_IN);
    const message = effect.publish[0]?.message;
    expect(effect).toEqual({ publish: [{ entry: '_trigger', message }], in_flight: [] });
    expect(next).toEqual({
      ...state,
      upcoming_team_game_context: record({ correlation_id: 'c-upcoming_team_game_context' }),
      _trigger: {
        status: 'pending',
        execution_id: 'a53f2a00-c4ab-5f29-b1b1-622b641dbdca',
        decided_at: NOW,
        claimed_by: 'claim-upcoming_team_game_context',
        claim_expires_at: '2024-01-15T11:09:00.000Z',
        published_at: null,
        message_id: null,
        message,
      },
    });
  });

  test('FANIN-009, FANIN-010, CORR-003 the trigger names itself, its level and all that it waited for', () => {
    const [, effect] = decideCompletion(stateAfter(FIVE.slice(0, 4)), event(FIVE[4] ?? ''), FAN_IN);
    const message = effect.publish[0]?.message;
    expect(validate('Phase4Trigger', 'send', message)).toEqual([]);
    expect(message).toMatchObject({
      execution_id: 'a53f2a00-c4ab-5f29-b1b1-622b641dbdca',
      correlation_id: 'c-upcoming_team_game_context',
      parent_processor: 'upcoming_team_game_context',
      trigger_message_id: 'm-upcoming_team_game_context',
      metadata: {
        run: 1,
        level: 1,
        processors: ['team_defense_zone_analysis', 'player_shot_zone_analysis', 'player_daily_cache'],
        upstream: FIVE.map((processor) => ({
          processor,
          execution_id: '886313e1-3b8a-4372-9b90-0c9aee199e5d',
          correlation_id: `c-${processor}`,
        })),
      },
    });
  });

  test('BACK-003 one backfill among the five makes the trigger a backfill', () => {
    const early = decideCompletion(
      stateAfter(FIVE.slice(0, 3)),
      event(FIVE[3] ?? '', { backfill_mode: true, backfill_reason: 'reprocessing' }),
      FAN_IN,
    )[0];
    const [, effect] = decideCompletion(early, event(FIVE[4] ?? ''), FAN_IN);
    expect(effect.publish[0]?.message).toMatchObject({
      backfill_mode: true,
      backfill_reason: 'reprocessing',
    });
  });
});

describe('FANIN-004 failed and no_data do not count', () => {
  test.each(['failed', 'no_data'] as const)(
    '%s is recorded, triggers nothing and gives way to a success',
    (status) => {
      const last = FIVE[4] ?? '';
      const [state, effect] = decideCompletion(stateAfter(FIVE.slice(0, 4)), event(last, { status }), FAN_IN);
      expect(effect).toEqual({ publish: [], in_flight: [] });
      expect(recordOf(state, last)?.status).toBe(status);
      expect(findMissing(state, FAN_IN)).toEqual({ missing: [last], since: '2024-01-15T11:06:00.000Z' });
      expect(decideCompletion(state, event(last), FAN_IN)[1].publish).toHaveLength(1);
    },
  );

  test('FANIN-005 a success is not undone by a later failed, and nothing is written', () => {
    const state = stateAfter(['player_game_summary']);
    const late = event('player_game_summary', { status: 'failed', completed_at: '2024-01-15T13:00:00.000Z' });
    expect(decideCompletion(state, late, FAN_IN)[0]).toBe(state);
  });
});

describe('FANIN-006 one publish is in flight at a time', () => {
  const state = stateAfter(FIVE);

  test('whoever comes meanwhile publishes nothing and is told until when', () => {
    expect(decideCompletion(state, event('player_game_summary'), FAN_IN)).toEqual([
      state,
      { publish: [], in_flight: [{ entry: '_trigger', until: '2024-01-15T11:09:00.000Z' }] },
    ]);
  });

  test('FANIN-013 a claim that expired is taken over with the same message', () => {
    const [next, effect] = claimPublishes(state, asker('later', '2024-01-15T11:09:00.000Z'), FAN_IN);
    expect(effect.publish.map(({ message }) => message)).toEqual([triggerOf(state, '_trigger')?.message]);
    expect(triggerOf(next, '_trigger')).toMatchObject({
      claimed_by: 'later',
      claim_expires_at: '2024-01-15T11:10:00.000Z',
    });
  });

  test('a claim that this process could not release is taken over at once', () => {
    const abandoned = new Set(['claim-upcoming_team_game_context']);
    expect(claimPublishes(state, { ...asker('next'), abandoned }, FAN_IN)[1].publish).toHaveLength(1);
  });

  test('a commit whose answer was lost is understood on the second look', () => {
    const [next, effect] = claimPublishes(state, asker('claim-upcoming_team_game_context'), FAN_IN);
    expect(next).toBe(state);
    expect(effect.publish).toHaveLength(1);
  });

  test('FANIN-007 a released claim is free for any redelivery', () => {
    const [released] = decideReleased(state, 'claim-upcoming_team_game_context', FAN_IN);
    expect(triggerOf(released ?? {}, '_trigger')).toMatchObject({ status: 'pending', claimed_by: null });
    expect(decideCompletion(released, event('player_game_summary'), FAN_IN)[1].publish).toHaveLength(1);
  });

  test('only the holder releases', () => {
    expect(decideReleased(state, 'somebody else', FAN_IN)).toEqual([state, false]);
  });
});

describe('STATE-002 published is recorded once, after the broker confirmed', () => {
  const confirmed = { entry: '_trigger', now: '2024-01-15T11:08:02.000Z', message_id: '8861' };
  const [published = {}] = decidePublished(stateAfter(FIVE), confirmed);

  test('the record closes the entry', () => {
    expect(triggerOf(published, '_trigger')).toMatchObject({
      status: 'published',
      claimed_by: null,
      claim_expires_at: null,
      published_at: '2024-01-15T11:08:02.000Z',
      message_id: '8861',
    });
  });

  test('a late second record changes nothing', () => {
    const late = { ...confirmed, now: '2024-01-15T12:00:00.000Z', message_id: '9999' };
    expect(decidePublished(published, late)).toEqual([published, null]);
    expect(decidePublished(undefined, late)).toEqual([undefined, null]);
  });

  test.each(FIVE)('FANIN-002 afterwards a redelivery of %s has no effect', (name) => {
    const [state, effect] = decideCompletion(published, event(name), FAN_IN);
    expect(state).toBe(published);
    expect(effect).toEqual({ publish: [], in_flight: [] });
  });
});

describe('CASC-002 level 3 waits for level 2, whatever the order of arrival', () => {
  const [one = '', two = '', three = ''] = CASCADE.levels[0]?.waits_for ?? [];

  test('level 2 that reports early is recorded and triggers nothing', () => {
    const state = stateAfter([one, 'player_composite_factors', two], CASCADE);
    expect(Object.keys(state).sort()).toEqual(['player_composite_factors', one, two].sort());
  });

  test('the last of level 1 then makes both levels due, in order of level', () => {
    const state = stateAfter([one, 'player_composite_factors', two], CASCADE);
    const [, effect] = decideCompletion(state, event(three), CASCADE);
    expect(effect.publish.map(({ entry }) => entry)).toEqual(['_trigger_level_2', '_trigger_level_3']);
    expect(effect.publish[1]?.message.metadata).toMatchObject({
      level: 3,
      processors: ['ml_feature_store_v2'],
    });
  });

  test('in the usual order each level is triggered by its own last completion', () => {
    const state = stateAfter([one, two, three], CASCADE);
    expect(triggerOf(state, '_trigger_level_2')).toBeDefined();
    expect(triggerOf(state, '_trigger_level_3')).toBeUndefined();
    const [next] = decideCompletion(state, event('player_composite_factors'), CASCADE);
    expect(triggerOf(next, '_trigger_level_3')?.message.metadata.upstream).toHaveLength(4);
  });

  test('the feature store itself is recorded and triggers nothing', () => {
    const [state, effect] = decideCompletion({}, event('ml_feature_store_v2'), CASCADE);
    expect(Object.keys(state)).toEqual(['ml_feature_store_v2']);
    expect(effect.publish).toEqual([]);
  });
});

describe('FANIN-001 order, duplication and repetition never change the outcome', () => {
  const STATUSES = ['success', 'partial', 'no_data', 'failed'] as const;
  const anyCompletion = (names: readonly string[]) =>
    fc.record({
      processor: fc.constantFrom(...names),
      status: fc.constantFrom(...STATUSES),
      execution_id: fc.uuid({ version: 4 }),
      completed_at: fc.integer({ min: 0, max: 5 }).map((minute) => `2024-01-15T11:0${minute}:00.000Z`),
    });
  const CASES = [
    { orchestrator: FAN_IN, names: [...FIVE] },
    { orchestrator: CASCADE, names: [...(CASCADE.levels[1]?.waits_for ?? []), 'ml_feature_store_v2'] },
  ];

  for (const { orchestrator, names } of CASES) {
    const completions = fc.array(anyCompletion(names), { maxLength: 25 });
    const schedule = completions.chain((sent) =>
      fc.record({
        first: fc.shuffledSubarray(sent, { minLength: sent.length }),
        second: fc.shuffledSubarray([...sent, ...sent], { minLength: sent.length * 2 }),
      }),
    );

    property.prop([schedule])(
      `${orchestrator.name}: the same processors end up counted and not counted`,
      (runs) => {
        const summary = (sent: typeof runs.first) => {
          const state = play(sent, orchestrator).state;
          return names.map((name) => {
            const found = recordOf(state, name);
            if (found === undefined) return [name, 'missing'];
            const isCounting = orchestrator.counts.includes(found.status);
            return [name, isCounting ? 'counts' : found];
          });
        };
        expect(summary(runs.second)).toEqual(summary(runs.first));
      },
    );

    property.prop([completions])(
      `${orchestrator.name}: a level is triggered once, under one id, when it is due`,
      (sent) => {
        const { state, published } = play(sent, orchestrator);
        const due = orchestrator.levels.filter(({ waits_for }) =>
          waits_for.every((name) =>
            sent.some((one) => one.processor === name && orchestrator.counts.includes(one.status)),
          ),
        );
        expect(published.map(({ entry }) => entry)).toEqual(due.map(({ entry }) => entry));
        expect(new Set(published.map(({ id }) => id)).size).toBe(due.length);
        for (const { entry } of due) expect(triggerOf(state, entry)?.status).toBe('published');
      },
    );
  }

  function play(sent: readonly Partial<CompletionEvent>[], orchestrator: typeof FAN_IN) {
    let state: CompletionState = {};
    const published: { entry: string; id: string }[] = [];
    for (const [index, one] of sent.entries()) {
      const before = orchestrator.levels.filter(({ entry }) => triggerOf(state, entry) !== undefined);
      const next = event(one.processor ?? '', { ...one, claimant: `claim-${index}` });
      const [decided, effect] = decideCompletion(state, next, orchestrator);
      state = decided;
      // Once complete stays complete.
      for (const { entry } of before) expect(triggerOf(state, entry)).toBeDefined();
      for (const { entry, message } of effect.publish) {
        published.push({ entry, id: message.execution_id });
        state = decidePublished(state, { entry, now: NOW, message_id: `${index}` })[0] ?? state;
      }
    }
    return { state, published };
  }
});
