import { describe, expect, test } from 'vitest';
import { roundExecutionId } from '../../../../reference/predictions/batch/address.ts';
import { decideAnnounced, decideEnd } from '../../../../reference/predictions/batch/decide-end.ts';
import { decidePublished, decideRetry } from '../../../../reference/predictions/batch/decide-round.ts';
import { batchDocument, NOON_UTC } from '../fixtures.ts';

const NOW = '2024-01-15T14:15:00.000Z';
const CLAIM = { owner: 'me', expires_at: '2024-01-15T14:16:00.000Z' };
const MINE = { claimed_by: 'me', claim_expires_at: CLAIM.expires_at };
const OTHERS = { claimed_by: 'other', claim_expires_at: '2024-01-15T14:15:01.000Z' };
const WHO = { now: NOW, claim: CLAIM, abandoned: new Set<string>(), batch_id: 'batch-1', round: 1 };

describe('COORD-009 a retry begins the next round of its batch', () => {
  const EVENT = { ...WHO, announced_round: 0, players_total: 4, trigger_source: 'scheduler' } as const;

  test.each(['starting', 'running', 'complete'] as const)('from state %s', (state) => {
    const current = batchDocument({ state, announced_round: state === 'complete' ? 1 : 0 });
    const batch = {
      ...current,
      ...MINE,
      state: 'starting' as const,
      round: 2,
      completed_at: null,
      execution_id: roundExecutionId('batch-1', 2),
      round_started_at: NOW,
      players_total: 4,
      trigger_source: 'scheduler' as const,
      trigger_message_id: null,
    };
    const event = { ...EVENT, announced_round: current.announced_round };
    expect(decideRetry(current, event)).toEqual([batch, { outcome: 'claimed', batch }]);
  });

  test('but not while another instance publishes', () => {
    const batch = batchDocument({ state: 'starting', ...OTHERS });
    expect(decideRetry(batch, EVENT)).toEqual([batch, { outcome: 'publishing_elsewhere', batch }]);
  });

  test.each([
    ['another round', batchDocument({ round: 2 })],
    ['another batch', batchDocument({ batch_id: 'batch-2' })],
    ['a round whose end was announced since', batchDocument({ state: 'complete', announced_round: 1 })],
    ['no batch', undefined],
  ])('but not when the list was made for %s', (_, batch) => {
    expect(decideRetry(batch, EVENT)).toEqual([batch, { outcome: 'superseded', batch }]);
  });
});

describe('a round is running once every request is on record', () => {
  const EVENT = { owner: 'me', batch_id: 'batch-1', round: 1, players_requested: 7, asked: 7, now: NOW };

  test('the owner of the claim says so, and lets go', () => {
    const current = batchDocument({ state: 'starting', ...MINE });
    const next = batchDocument({ state: 'running', players_requested: 7 });
    expect(decidePublished(current, EVENT)).toEqual([next, true]);
  });

  test('a later round that asks nobody is over, and the end that was announced is its own', () => {
    const again = { ...EVENT, round: 2, asked: 0 };
    const current = batchDocument({ state: 'starting', round: 2, announced_round: 1, ...MINE });
    const [next] = decidePublished(current, again);
    expect(next).toMatchObject({
      state: 'complete',
      announced_round: 2,
      completed_at: NOW,
      claimed_by: null,
    });
    expect(decidePublished(current, { ...again, asked: 1 })[0]).toMatchObject({
      state: 'running',
      announced_round: 1,
    });
    const unannounced = { ...current, announced_round: 0 };
    expect(decidePublished(unannounced, again)[0]).toMatchObject({ state: 'running', announced_round: 0 });
  });

  test.each([
    ['taken over', batchDocument({ state: 'starting', ...OTHERS })],
    ['in another round', batchDocument({ state: 'starting', round: 2, ...MINE })],
    ['another batch', batchDocument({ state: 'starting', batch_id: 'batch-2', ...MINE })],
    ['gone', undefined],
  ])('nobody else: %s', (_, batch) => {
    expect(decidePublished(batch, EVENT)).toEqual([batch, false]);
  });
});

describe('COORD-008 the end of a round is announced once', () => {
  test('the first who sees nobody open claims the announcement and completes the batch', () => {
    const current = batchDocument();
    const batch = batchDocument({ state: 'complete', completed_at: NOW, ...MINE });
    expect(decideEnd(current, WHO)).toEqual([batch, { outcome: 'claimed', batch }]);
  });

  test('the second must wait while the first publishes', () => {
    const batch = batchDocument({ state: 'complete', completed_at: NOW, ...OTHERS });
    expect(decideEnd(batch, WHO)).toEqual([batch, { outcome: 'announcing_elsewhere', batch }]);
  });

  test('whoever comes after a claim ran out announces, and the time of completion stays', () => {
    const current = batchDocument({
      state: 'complete',
      completed_at: NOON_UTC,
      claimed_by: 'dead',
      claim_expires_at: NOW,
    });
    const batch = { ...current, ...MINE };
    expect(decideEnd(current, WHO)).toEqual([batch, { outcome: 'claimed', batch }]);
  });

  test.each([
    ['it is announced', batchDocument({ state: 'complete', announced_round: 1 })],
    ['requests are still being published', batchDocument({ state: 'starting' })],
    ['another round has begun', batchDocument({ round: 2 })],
    ['another batch has begun', batchDocument({ batch_id: 'batch-2' })],
    ['there is no batch', undefined],
  ])('nothing is due when %s', (_, batch) => {
    expect(decideEnd(batch, WHO)).toEqual([batch, { outcome: 'not_due', batch }]);
  });

  test('a confirmed announcement is recorded and the claim given back', () => {
    const current = batchDocument({ state: 'complete', ...MINE });
    const next = batchDocument({ state: 'complete', announced_round: 1 });
    expect(decideAnnounced(current, { owner: 'me', batch_id: 'batch-1', round: 1 })).toEqual([
      next,
      undefined,
    ]);
  });

  test("a confirmed announcement is recorded under somebody else's claim, which stays", () => {
    const current = batchDocument({ state: 'complete', ...OTHERS });
    expect(decideAnnounced(current, { owner: 'me', batch_id: 'batch-1', round: 1 })).toEqual([
      { ...current, announced_round: 1 },
      undefined,
    ]);
  });

  test.each([
    ['recorded before', batchDocument({ announced_round: 1 })],
    ['of another batch', batchDocument({ batch_id: 'batch-2' })],
    ['of no batch', undefined],
  ])('an announcement %s changes nothing', (_, batch) => {
    expect(decideAnnounced(batch, { owner: 'me', batch_id: 'batch-1', round: 1 })).toEqual([
      batch,
      undefined,
    ]);
  });
});
