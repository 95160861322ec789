import { describe, expect, test } from 'vitest';
import type { ProcessorClaim, ProcessorRunHistory, RunStatus } from '../../../generated/models.ts';
import {
  type ClaimRequest,
  decideClaim,
  decideFinish,
  decideRelease,
  decideSettled,
} from '../../../reference/runs/decide.ts';

const NOW = '2024-01-15T11:00:00.000Z';
const LEASE_END = '2024-01-15T11:10:00.000Z';

const asking: ClaimRequest = {
  now: NOW,
  holder: 'run-2',
  lease_seconds: 600,
  publish_claim_seconds: 60,
  skip_downstream_trigger: false,
  inputs: 'a,b',
  cause: 'm-2',
  repeats: 'once',
  abandoned: new Set(),
};

const running: ProcessorClaim = {
  state: 'running',
  owner: 'run-1',
  held_by: 'run-1',
  lease_expires_at: LEASE_END,
  completions: [],
  status: null,
  skip_downstream_trigger: false,
  inputs: 'a,b',
  cause: 'm-1',
  history: null,
  expire_at: '2024-04-14T11:00:00.000Z',
};

const entry = { topic: 't', message: { execution_id: 'run-1' }, published_at: null };
const history = { execution_id: 'run-1' } as ProcessorRunHistory;
const finished: ProcessorClaim = {
  ...running,
  state: 'finished',
  status: 'success',
  completions: [entry],
  history,
};

function settled(status: RunStatus, changes: Partial<ProcessorClaim> = {}): ProcessorClaim {
  return {
    ...finished,
    status,
    held_by: null,
    history: null,
    completions: [{ ...entry, published_at: NOW }],
    ...changes,
  };
}

const mine: ProcessorClaim = {
  ...running,
  owner: 'run-2',
  held_by: 'run-2',
  lease_expires_at: LEASE_END,
  cause: 'm-2',
};

describe('IDEM-003 one run per key', () => {
  test('a free key is claimed with a lease', () => {
    expect(decideClaim(undefined, asking)).toEqual([mine, { kind: 'work' }]);
  });

  test('while the lease stands another has to wait', () => {
    expect(decideClaim(running, asking)).toEqual([running, { kind: 'in_progress', until: LEASE_END }]);
  });

  test('an expired lease is taken over', () => {
    const late = { ...asking, now: LEASE_END };
    expect(decideClaim(running, late)[1]).toEqual({ kind: 'work' });
    expect(decideClaim(running, late)[0].owner).toBe('run-2');
  });

  test('a released claim and one that this process abandoned are taken over at once', () => {
    expect(decideClaim({ ...running, held_by: null }, asking)).toEqual([mine, { kind: 'work' }]);
    expect(decideClaim(running, { ...asking, abandoned: new Set(['run-1']) })).toEqual([
      mine,
      { kind: 'work' },
    ]);
  });

  test('a claim whose answer was lost is understood on the second look', () => {
    expect(decideClaim(mine, asking)).toEqual([mine, { kind: 'work' }]);
  });
});

describe('ACK-005 a finished run that owes its message is settled and never repeated', () => {
  const freed = { ...finished, held_by: null };
  const held = { ...finished, held_by: 'run-2', lease_expires_at: '2024-01-15T11:01:00.000Z' };

  test('the redelivery holds it and is given the message', () => {
    expect(decideClaim(freed, asking)).toEqual([held, { kind: 'settle', claim: held }]);
  });

  test('nobody else settles it meanwhile', () => {
    expect(decideClaim(finished, asking)[1]).toEqual({ kind: 'in_progress', until: LEASE_END });
  });

  test('a missing history row is owed too', () => {
    const owing = settled('success', { history });
    expect(decideClaim(owing, asking)[1].kind).toBe('settle');
  });
});

describe('x-idempotency: what occupies a key', () => {
  test.each(['success', 'partial'] as const)('%s makes everything a duplicate', (status) => {
    const state = settled(status);
    const other = { ...asking, inputs: 'other', cause: 'other' };
    const { completions } = state;
    expect(decideClaim(state, other)).toEqual([
      state,
      { kind: 'duplicate', execution_id: 'run-1', status, completions },
    ]);
  });

  test('no_data gives way to other inputs only', () => {
    expect(decideClaim(settled('no_data'), asking)[1].kind).toBe('duplicate');
    expect(decideClaim(settled('no_data'), { ...asking, inputs: 'a,c' })).toEqual([
      { ...mine, inputs: 'a,c' },
      { kind: 'work' },
    ]);
  });

  test('failed gives way to other inputs and to another asker', () => {
    expect(decideClaim(settled('failed'), { ...asking, cause: 'm-1' })[1].kind).toBe('duplicate');
    expect(decideClaim(settled('failed'), asking)[1].kind).toBe('work');
    expect(decideClaim(settled('failed'), { ...asking, cause: 'm-1', inputs: 'c' })[1].kind).toBe('work');
  });

  test('a failed run is repeated for no cause that asked before, however many failed since', () => {
    const again = decideClaim(settled('failed'), asking)[0];
    expect(again.cause).toBe('m-1, m-2');
    const failed = settled('failed', { cause: again.cause });
    expect(decideClaim(failed, { ...asking, cause: 'm-1' })[1].kind).toBe('duplicate');
    expect(decideClaim(failed, { ...asking, cause: 'm-3' })[1].kind).toBe('work');
    expect(decideClaim(failed, { ...asking, cause: 'm-1', inputs: 'c' })[0].cause).toBe('m-1');
  });

  test('a run that was given up has answered no cause', () => {
    const given_up = { ...running, held_by: null, cause: 'm-0, m-1' };
    expect(decideClaim(given_up, asking)[0].cause).toBe('m-0, m-2');
  });

  test('BACK-004 a backfill that published nothing gives way to the live run, not to itself', () => {
    const backfill = settled('success', { skip_downstream_trigger: true, completions: [] });
    expect(decideClaim(backfill, asking)[1].kind).toBe('work');
    expect(decideClaim(backfill, { ...asking, skip_downstream_trigger: true })[1].kind).toBe('duplicate');
  });

  test('a scraper that is called again runs again', () => {
    expect(decideClaim(settled('success'), { ...asking, repeats: 'always' })[1].kind).toBe('work');
  });
});

describe('decideFinish', () => {
  const request = {
    now: NOW,
    holder: 'run-1',
    publish_claim_seconds: 60,
    status: 'success',
    completions: [{ topic: 't', message: { execution_id: 'run-1' } }],
  } as const;
  const committed = { ...finished, lease_expires_at: '2024-01-15T11:01:00.000Z', history: null };

  test('the holder commits its outbox, and owes no history, which goes with the commit', () => {
    expect(decideFinish(running, request)).toEqual([committed, { kind: 'settle', claim: committed }]);
  });

  test('a commit whose answer was lost is understood on the second look', () => {
    expect(decideFinish(committed, request)).toEqual([committed, { kind: 'settle', claim: committed }]);
  });

  test('a run whose claim was taken over neither overwrites nor publishes', () => {
    expect(decideFinish(mine, request)).toEqual([mine, { kind: 'lost' }]);
    expect(decideFinish(undefined, request)).toEqual([undefined, { kind: 'lost' }]);
  });
});

describe('decideSettled and decideRelease', () => {
  const request = { now: NOW, holder: 'run-1', owner: 'run-1', history_stored: true, published: ['t'] };

  test('what is confirmed is recorded and the claim is free', () => {
    expect(decideSettled(finished, request)).toEqual([
      { ...finished, held_by: null, history: null, completions: [{ ...entry, published_at: NOW }] },
      null,
    ]);
  });

  test('what is not confirmed stays owed', () => {
    expect(decideSettled(finished, { ...request, history_stored: false, published: [] })).toEqual([
      { ...finished, held_by: null },
      null,
    ]);
  });

  test('a run that has replaced this one is left alone', () => {
    expect(decideSettled(mine, request)).toEqual([mine, null]);
    expect(decideSettled(undefined, request)).toEqual([undefined, null]);
  });

  test('only the holder releases', () => {
    expect(decideRelease(running, 'run-1')).toEqual([{ ...running, held_by: null }, true]);
    expect(decideRelease(running, 'run-2')).toEqual([running, false]);
    expect(decideRelease(undefined, 'run-2')).toEqual([undefined, false]);
  });
});
