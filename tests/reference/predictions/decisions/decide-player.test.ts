import { describe, expect, test } from 'vitest';
import { batchId, roundExecutionId } from '../../../../reference/predictions/batch/address.ts';
import {
  decideCount,
  decidePrepare,
  decideRequested,
  decideWithdraw,
} from '../../../../reference/predictions/batch/decide-player.ts';
import { decideStragglers } from '../../../../reference/predictions/batch/decide-stragglers.ts';
import { batchDocument, FAILED, lookup, playerDocument, resultOf } from '../fixtures.ts';

const NOW = '2024-01-15T12:30:00.000Z';
const SUCCESS = resultOf({ batch_id: 'batch-1', player_lookup: lookup(1) });
const FAILURE = { ...SUCCESS, ...FAILED };
const ANSWERED = { answer_execution_id: SUCCESS.execution_id };

describe('a round prepares its players before it asks anybody', () => {
  const EVENT = { batch: batchDocument({ round: 2 }), player_lookup: lookup(1), now: NOW };
  const PENDING = playerDocument({
    state: 'pending',
    round: 2,
    execution_id: EVENT.batch.execution_id,
    updated_at: NOW,
  });

  test('who is new to the batch is pending at attempt 1', () => {
    expect(decidePrepare(undefined, EVENT)).toEqual([PENDING, undefined]);
  });

  test("an older batch's document is replaced", () => {
    const older = playerDocument({ batch_id: 'batch-0', state: 'completed', attempt: 5, ...ANSWERED });
    expect(decidePrepare(older, EVENT)).toEqual([PENDING, undefined]);
  });

  test("a later batch's document stays, whoever comes back from an earlier one", () => {
    const [first, second] = [undefined, '2024-01-15.r1.9-3d8f2a44'].map((before) =>
      batchId({ game_date: '2024-01-15', run: 1 }, before, '00000000-0000-4000-8000-00000000000a'),
    );
    const event = { ...EVENT, batch: batchDocument({ batch_id: first ?? '' }) };
    const later = playerDocument({ batch_id: second ?? '' });
    expect([first, second]).toEqual(['2024-01-15.r1.1-0000000a', '2024-01-15.r1.10-0000000a']);
    expect(decidePrepare(later, event)).toEqual([later, undefined]);
    const unnumbered = playerDocument({ batch_id: '2024-01-15.r1.3d8f2a44' });
    expect(decidePrepare(unnumbered, event)[0].batch_id).toBe(first);
  });

  test.each(['pending', 'requested', 'failed'] as const)('who was %s is asked one attempt later', (state) => {
    const known = playerDocument({ state, ...ANSWERED });
    expect(decidePrepare(known, EVENT)).toEqual([{ ...PENDING, ...ANSWERED, attempt: 2 }, undefined]);
  });

  test.each([
    playerDocument({ state: 'completed' }),
    playerDocument({ state: 'requested', round: 2 }),
    playerDocument({ state: 'failed', round: 2 }),
    playerDocument({ state: 'pending', round: 3 }),
  ])('who is $state in round $round stays as he is', (known) => {
    const [next] = decidePrepare(known, EVENT);
    expect(next).toBe(known);
  });
});

describe('COORD-011 a confirmed request is on record', () => {
  const EVENT = { batch_id: 'batch-1', attempt: 1, now: NOW };

  test('pending becomes requested', () => {
    const pending = playerDocument({ state: 'pending' });
    expect(decideRequested(pending, EVENT)).toEqual([playerDocument({ updated_at: NOW }), undefined]);
  });

  test.each([
    ['an answer that was faster', playerDocument({ state: 'completed' })],
    ['a later attempt', playerDocument({ state: 'pending', attempt: 2 })],
    ['another batch', playerDocument({ state: 'pending', batch_id: 'batch-2' })],
    ['nobody', undefined],
  ])('%s stays', (_, current) => {
    expect(decideRequested(current, EVENT)).toEqual([current, undefined]);
  });
});

describe('who is ready no longer is withdrawn', () => {
  const EVENT = { batch_id: 'batch-1', now: NOW };

  test.each(['pending', 'requested'] as const)('%s becomes failed', (state) => {
    const next = playerDocument({ state: 'failed', updated_at: NOW });
    expect(decideWithdraw(playerDocument({ state }), EVENT)).toEqual([next, undefined]);
  });

  test.each([
    ['an answer', playerDocument({ state: 'completed' })],
    ['another batch', playerDocument({ batch_id: 'batch-2' })],
    ['nobody', undefined],
  ])('%s stays', (_, current) => {
    expect(decideWithdraw(current, EVENT)).toEqual([current, undefined]);
  });
});

describe('COORD-007 a result counts once, and only if its batch requested the player', () => {
  test.each(['pending', 'requested', 'failed'] as const)(
    'a success of a player who is %s counts',
    (state) => {
      const next = playerDocument({ state: 'completed', updated_at: NOW, ...ANSWERED });
      const decided = decideCount(playerDocument({ state }), { result: SUCCESS, now: NOW });
      expect(decided).toEqual([next, 'counted']);
    },
  );

  test.each(['pending', 'requested'] as const)('a failure of a player who is %s counts', (state) => {
    const next = playerDocument({ state: 'failed', updated_at: NOW, ...ANSWERED });
    const decided = decideCount(playerDocument({ state }), { result: FAILURE, now: NOW });
    expect(decided).toEqual([next, 'counted']);
  });

  test.each([
    ['a second success', playerDocument({ state: 'completed' }), SUCCESS],
    ['a failure after a success', playerDocument({ state: 'completed' }), FAILURE],
    ['a second failure', playerDocument({ state: 'failed' }), FAILURE],
    ['a repeat of the failure before a retry', playerDocument({ state: 'requested', ...ANSWERED }), FAILURE],
  ])('%s is a duplicate', (_, current, result) => {
    expect(decideCount(current, { result, now: NOW })).toEqual([current, 'duplicate']);
  });

  test.each(['pending', 'requested'] as const)(
    'COORD-028 a failure of an earlier attempt leaves who is %s again open',
    (state) => {
      const current = playerDocument({ state, attempt: 2, round: 2 });
      const late = { ...FAILURE, attempt: 1 };
      expect(decideCount(current, { result: late, now: NOW })).toEqual([current, 'superseded']);
      const [own] = decideCount(current, { result: { ...FAILURE, attempt: 2 }, now: NOW });
      expect(own).toMatchObject({ state: 'failed' });
      const [unsaid] = decideCount(current, { result: FAILURE, now: NOW });
      expect(unsaid).toMatchObject({ state: 'failed' });
    },
  );

  test('COORD-028 a prediction counts whichever attempt it answers', () => {
    const current = playerDocument({ attempt: 2, round: 2 });
    const decided = decideCount(current, { result: { ...SUCCESS, attempt: 1 }, now: NOW });
    expect(decided).toEqual([{ ...current, state: 'completed', updated_at: NOW, ...ANSWERED }, 'counted']);
  });

  test.each([
    ['a player whom nobody requested', undefined],
    ['a player of another batch', playerDocument({ batch_id: 'batch-2' })],
  ])('the result of %s is a stranger', (_, current) => {
    expect(decideCount(current, { result: SUCCESS, now: NOW })).toEqual([current, 'stranger']);
  });
});

describe('COORD-009 stragglers are the ready players without a prediction', () => {
  const players = (['pending', 'requested', 'completed', 'failed'] as const).map((state, index) =>
    playerDocument({ state, player_lookup: lookup(index + 1) }),
  );

  test('never asked, not answered, failed, and ready only now', () => {
    const ready = [lookup(5), lookup(4), lookup(3), lookup(2), lookup(1)];
    expect(decideStragglers(ready, players)).toEqual({
      request: [lookup(1), lookup(2), lookup(4), lookup(5)],
      withdraw: [],
    });
  });

  test('who is open and ready no longer is withdrawn, who has answered is not', () => {
    expect(decideStragglers([], players)).toEqual({ request: [], withdraw: [lookup(1), lookup(2)] });
  });
});

test('a round of a batch always has the same execution_id, and no other round has it', () => {
  expect(roundExecutionId('batch-1', 1)).toBe(roundExecutionId('batch-1', 1));
  const ids = [
    roundExecutionId('batch-1', 1),
    roundExecutionId('batch-1', 2),
    roundExecutionId('batch-2', 1),
  ];
  expect(new Set(ids).size).toBe(3);
});
