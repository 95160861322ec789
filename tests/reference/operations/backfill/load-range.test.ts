import { describe, expect, test } from 'vitest';
import { loadRange } from '../../../../reference/operations/backfill/load-range.ts';
import type { ComponentAnswer } from '../../../../reference/operations/calls/component-calls.ts';
import { createMemoryPorts, type MemoryPorts } from '../../memory-ports.ts';
import { DATE, runInMemory } from '../snapshots.ts';

const BACKFILL = {
  dates: [DATE],
  game_days: null,
  reason: 'historical_load',
  through: 2 as const,
  concurrency: 1,
  patience_seconds: 2,
  interrupted: () => false,
};

/** Loads one date, with Phase 1 answering as given and a clock that passes by waiting alone. */
async function load(answer: ComponentAnswer, ports: MemoryPorts = createMemoryPorts(), changes: object = {}) {
  let now_ms = Date.parse('2024-01-15T11:00:00Z');
  const clock = {
    now: () => new Date(now_ms),
    wait: (ms: number) => {
      now_ms += ms;
      return Promise.resolve();
    },
  };
  const calls = { call: () => Promise.resolve(answer) };
  const wish = { ...BACKFILL, ...changes };
  const [outcome] = await loadRange({ ...ports, clock } as MemoryPorts, calls, wish, () => undefined);
  return outcome;
}

const loaded = { skip_downstream_trigger: true, backfill_mode: true, backfill_reason: 'historical_load' };

describe('BACK-001 what becomes of one date of a backfill', () => {
  test('loaded before, it is not asked for again', async () => {
    const outcome = await load({ status: 500, body: null }, await runInMemory(loaded));
    expect(outcome).toMatchObject({ outcome: 'before', problem: null });
    expect(outcome?.records).toBeGreaterThan(0);
  });

  test('without games, when the game days are known', async () => {
    const outcome = await load({ status: 500, body: null }, undefined, {
      game_days: new Set(['2024-01-16']),
    });
    expect(outcome).toMatchObject({ outcome: 'no_games', records: 0 });
  });

  test.each([
    [{ error: 'UNKNOWN_GAME_DATE', message: 'no figures' }, 'no_figures', null],
    [{ error: 'INVALID_REQUEST', message: 'a wrong field' }, 'refused', 'a wrong field'],
    [null, 'refused', 'phase1-scrapers answered 400'],
  ])('Phase 1 answers 400 with %j: %s', async (body, outcome, problem) => {
    expect(await load({ status: 400, body })).toMatchObject({ outcome, problem });
  });

  test('a Phase 1 that is unavailable ends the range, since every further date would meet the same', async () => {
    await expect(load({ status: 503, body: { message: 'starting' } })).rejects.toThrow(
      '[COMPONENT_UNAVAILABLE] starting',
    );
  });

  test('tables that do not come within the patience are late', async () => {
    expect(await load({ status: 200, body: {} })).toMatchObject({
      outcome: 'late',
      problem: expect.stringContaining('not every raw table came within 2 s'),
    });
  });

  test('a table whose run failed is named', async () => {
    const ports = await runInMemory(loaded);
    for (const [key, run] of ports.history) {
      if (run.processor_name === 'nbac_game_scores') ports.history.set(key, { ...run, status: 'failed' });
    }
    expect(await load({ status: 200, body: {} }, ports)).toMatchObject({
      outcome: 'failed',
      problem: expect.stringContaining('nbac_game_scores failed'),
    });
  });

  test('interrupted, it begins no further date', async () => {
    expect(await load({ status: 200, body: {} }, undefined, { interrupted: () => true })).toBeUndefined();
  });
});
