import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import {
  type CompletionEvent,
  decideCompletion,
  decidePublished,
} from '../../../reference/orchestration/decide.ts';
import { type CompletionState, recordOf, triggerOf } from '../../../reference/orchestration/state.ts';
import { CASCADE, event, FAN_IN, FIVE, NOW, stateAfter } from './states.ts';

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
