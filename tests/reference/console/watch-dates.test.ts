import { beforeEach, describe, expect, test } from 'vitest';
import { watchDates } from '../../../reference/console/dates/watch-dates.ts';
import type { MemoryPorts } from '../memory-ports.ts';
import { createMemoryPorts } from '../memory-ports.ts';
import { DATE, runInMemory } from '../operations/snapshots.ts';

const LETTERS = { peek: async () => [], take: async () => undefined, publish: async () => '' };
/** No read is ever old in these tests. */
const FOREVER_MS = 3_600_000;

/** Ports that count what is asked of them. */
function counted(ports: MemoryPorts) {
  const asked = { runs: 0, queries: 0 };
  const warehouse = {
    ...ports.warehouse,
    runs: (where: Parameters<typeof ports.warehouse.runs>[0]) => {
      asked.runs += 1;
      return ports.warehouse.runs(where);
    },
  };
  const documents = {
    ...ports.documents,
    query: ((collection: string) => {
      asked.queries += 1;
      return ports.documents.query(collection);
    }) as typeof ports.documents.query,
  };
  return { asked, ports: { ...ports, warehouse, documents } };
}

let ports: MemoryPorts;
beforeEach(async () => {
  ports = await runInMemory();
});

describe('the list of dates', () => {
  test('is read once for many looks, and again after a drill', async () => {
    const { asked, ports: watched } = counted(ports);
    const watch = watchDates({ ports: watched, letters: LETTERS, fresh_ms: FOREVER_MS });
    await watch.overview();
    const first = asked.queries;
    await watch.overview();
    expect(asked.queries).toBe(first);
    watch.touchAll();
    await watch.overview();
    expect(asked.queries).toBe(2 * first);
  });

  test('is read again when it is old', async () => {
    const { asked, ports: watched } = counted(ports);
    const watch = watchDates({ ports: watched, letters: LETTERS, fresh_ms: 0 });
    await watch.overview();
    const first = asked.queries;
    await watch.overview();
    expect(asked.queries).toBe(2 * first);
  });

  test('has a date of which a message came and no document is written yet, the latest date first', async () => {
    const watch = watchDates({ ports, letters: LETTERS, fresh_ms: FOREVER_MS });
    expect((await watch.overview()).map(({ game_date }) => game_date)).toEqual([DATE]);
    watch.touch('2024-01-20');
    watch.touch('2024-01-02');
    watch.touch(DATE);
    const dates = (await watch.overview()).map(({ game_date }) => game_date);
    expect(dates).toEqual(['2024-01-20', DATE, '2024-01-02']);
  });

  test('has a date of today that has runs and no document', async () => {
    const early = createMemoryPorts(`${DATE}T09:00:00.000Z`);
    for (const [id, run] of ports.history) {
      if (run.phase === 'phase_1_scrapers' || run.phase === 'phase_2_raw') early.history.set(id, run);
    }
    const watch = watchDates({ ports: early, letters: LETTERS, fresh_ms: FOREVER_MS });
    expect(await watch.overview()).toMatchObject([{ game_date: DATE, run: 1 }]);
  });

  test('has every run of a date, the latest first', async () => {
    for (const [id, run] of [...ports.history])
      ports.history.set(`again-${id}`, { ...run, execution_id: `again-${id}`, run: 2 });
    const watch = watchDates({ ports, letters: LETTERS, fresh_ms: FOREVER_MS });
    expect((await watch.overview()).map(({ game_date, run }) => [game_date, run])).toEqual([
      [DATE, 2],
      [DATE, 1],
    ]);
  });
});

describe('one date', () => {
  test('is shown by its latest run unless a run is asked for', async () => {
    for (const [id, run] of [...ports.history])
      ports.history.set(`again-${id}`, { ...run, execution_id: `again-${id}`, run: 2 });
    const watch = watchDates({ ports, letters: LETTERS, fresh_ms: FOREVER_MS });
    expect(await watch.date(DATE, undefined)).toMatchObject({ run: 2 });
    expect(await watch.date(DATE, 1)).toMatchObject({ run: 1 });
    expect(await watch.date('2024-02-01', undefined)).toMatchObject({ run: 1 });
  });

  test('that could not be read is read again at the next look', async () => {
    const watch = watchDates({ ports, letters: LETTERS, fresh_ms: FOREVER_MS });
    ports.faults.store = () => 'refuse';
    await expect(watch.snapshot(DATE, 1)).rejects.toThrow('STORE_UNAVAILABLE');
    ports.faults.store = () => undefined;
    expect((await watch.snapshot(DATE, 1)).history.length).toBeGreaterThan(0);
  });
});
