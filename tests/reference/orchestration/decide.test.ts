import { describe, expect, test } from 'vitest';
import { validate } from '../../../generated/validation.ts';
import {
  type Asker,
  claimPublishes,
  decideCompletion,
  decidePublished,
  decideReleased,
  findMissing,
} from '../../../reference/orchestration/decide.ts';
import { recordOf, triggerOf } from '../../../reference/orchestration/state.ts';
import { event, FAN_IN, FIVE, NOW, stateAfter } from './states.ts';

function asker(claimant: string, now = NOW): Asker {
  return { now, claimant, publish_claim_seconds: 60, abandoned: new Set() };
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
