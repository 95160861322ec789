import { describe, expect, test } from 'vitest';
import type { PredictionBatch } from '../../../../generated/models.ts';
import { claimFrom, decideRelease } from '../../../../reference/predictions/batch/claim.ts';
import { decideStart } from '../../../../reference/predictions/batch/decide-start.ts';
import { batchDocument } from '../fixtures.ts';

const NOW = '2024-01-15T12:00:30.000Z';
const CLAIM = { owner: 'me', expires_at: '2024-01-15T12:01:30.000Z' };
const FRESH = batchDocument({ batch_id: 'fresh', state: 'starting' });
const EVENT = { now: NOW, claim: CLAIM, abandoned: new Set<string>(), force: false, fresh: FRESH };
const CLAIMED = { claimed_by: 'other', claim_expires_at: '2024-01-15T12:00:31.000Z' };
const EXPIRED = { claimed_by: 'other', claim_expires_at: NOW };

function mine(batch: PredictionBatch): PredictionBatch {
  return { ...batch, claimed_by: CLAIM.owner, claim_expires_at: CLAIM.expires_at };
}

describe('COORD-002 concurrent starts of one date make one batch', () => {
  test('the first start claims a fresh batch', () => {
    const batch = mine(FRESH);
    expect(decideStart(undefined, EVENT)).toEqual([batch, { outcome: 'started', batch }]);
  });

  test('a start that another instance publishes right now stays with it', () => {
    const batch = batchDocument({ state: 'starting', ...CLAIMED });
    expect(decideStart(batch, EVENT)).toEqual([batch, { outcome: 'publishing_elsewhere', batch }]);
  });

  test.each([
    ['was given back', { claimed_by: null, claim_expires_at: null }],
    ['ran out', EXPIRED],
  ])('an interrupted start whose claim %s is resumed as the same batch and round', (_, claim) => {
    const current = batchDocument({ state: 'starting', round: 2, ...claim });
    const batch = mine(current);
    expect(decideStart(current, EVENT)).toEqual([batch, { outcome: 'resumed', batch }]);
  });

  test('a claim that this process could not give back is free for it', () => {
    const current = batchDocument({ state: 'starting', ...CLAIMED });
    const batch = mine(current);
    expect(decideStart(current, { ...EVENT, abandoned: new Set(['other']) })).toEqual([
      batch,
      { outcome: 'resumed', batch },
    ]);
  });
});

describe('COORD-003 a start changes nothing of a batch that is running or complete', () => {
  test.each([false, true])('running, force %s', (force) => {
    const batch = batchDocument({ state: 'running' });
    const [next, decision] = decideStart(batch, { ...EVENT, force });
    expect(next).toBe(batch);
    expect(decision).toEqual({ outcome: 'already_running', batch });
  });

  test('complete', () => {
    const batch = batchDocument({ state: 'complete', announced_round: 1 });
    expect(decideStart(batch, EVENT)).toEqual([batch, { outcome: 'already_complete', batch }]);
  });

  test('complete, announced and forced begins a new batch', () => {
    const current = batchDocument({ state: 'complete', announced_round: 1 });
    const batch = mine(FRESH);
    expect(decideStart(current, { ...EVENT, force: true })).toEqual([batch, { outcome: 'started', batch }]);
  });

  test('complete and forced waits while its announcement is still due', () => {
    const batch = batchDocument({ state: 'complete', announced_round: 0 });
    expect(decideStart(batch, { ...EVENT, force: true })).toEqual([
      batch,
      { outcome: 'already_running', batch },
    ]);
  });
});

describe('a claim', () => {
  test('stands for as many seconds as it was made for', () => {
    expect(claimFrom('me', new Date('2024-01-15T12:00:30.000Z'), 60)).toEqual(CLAIM);
  });

  test('is cleared by its owner', () => {
    expect(decideRelease(mine(FRESH), 'me')).toEqual([FRESH, undefined]);
  });

  test('is not cleared by anybody else, nor where there is no batch', () => {
    const batch = batchDocument(CLAIMED);
    expect(decideRelease(batch, 'me')).toEqual([batch, undefined]);
    expect(decideRelease(undefined, 'me')).toEqual([undefined, undefined]);
  });
});
