import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { EXAMPLES } from '../../../generated/examples.ts';
import { PROJECT } from '../../../reference/cli/operate/console.ts';
import { watchDates } from '../../../reference/console/dates/watch-dates.ts';
import type { MemoryPorts } from '../memory-ports.ts';
import { createMemoryPorts } from '../memory-ports.ts';
import { DATE, letter, runInMemory } from '../operations/snapshots.ts';

const LETTERS = { peek: async () => [], take: async () => undefined, publish: async () => '' };
const COMPLETION = EXAMPLES.find(({ message }) => message === 'AnalyticsCompletion')?.payload as object;
/** No read is ever old in these tests. */
const FOREVER_MS = 3_600_000;

/** Ports that count what is asked of them: each call, and each document that a query gives. */
function counted(ports: MemoryPorts) {
  const asked = { peeks: 0, queries: 0, calls: 0, listed: 0 };
  const warehouse = {
    ...ports.warehouse,
    runs: (where: Parameters<typeof ports.warehouse.runs>[0]) => {
      asked.calls += 1;
      return ports.warehouse.runs(where);
    },
  };
  const documents = {
    ...ports.documents,
    get: ((path: string) => {
      asked.calls += 1;
      return ports.documents.get(path);
    }) as typeof ports.documents.get,
    query: (async (collection: string) => {
      asked.queries += 1;
      asked.calls += 1;
      const found = await ports.documents.query(collection);
      asked.listed += found.length;
      return found;
    }) as typeof ports.documents.query,
  };
  const letters = {
    ...LETTERS,
    peek: async () => {
      asked.peeks += 1;
      asked.calls += 1;
      return [];
    },
  };
  const rows: typeof ports.warehouse.rows = (...where) => {
    asked.calls += 1;
    return ports.warehouse.rows(...where);
  };
  return { asked, letters, ports: { ...ports, warehouse: { ...warehouse, rows }, documents } };
}

/** Days of two seasons with games, each with the documents of the date that ran. */
const DATES = 660;
function fillSeasons(ports: MemoryPorts): void {
  const own = [...ports.stored].filter(([path]) => path.includes(DATE) && path.split('/').length === 2);
  for (let day = 1; day < DATES; day++) {
    const game_date = new Date(Date.parse(DATE) - day * 86_400_000).toISOString().slice(0, 10);
    for (const [path, value] of own) ports.stored.set(path.replaceAll(DATE, game_date), value);
  }
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

describe('an older run', () => {
  /** Four later runs, whole, before the one that is looked for. */
  function addLaterRuns(): void {
    for (const [id, run] of [...ports.history])
      for (const number of [2, 3, 4, 5])
        ports.history.set(`${number}-${id}`, { ...run, execution_id: `${number}-${id}`, run: number });
    const own = [...ports.stored].filter(([path]) => path.endsWith(`/${DATE}`));
    for (const [path, value] of own)
      for (const number of [2, 3, 4, 5]) ports.stored.set(`${path}.r${number}`, value);
  }
  const firstRow = async (watch: ReturnType<typeof watchDates>) =>
    (await watch.overview()).find(({ run }) => run === 1);

  test('that is done is not read whole', async () => {
    addLaterRuns();
    const watch = watchDates({ ports, letters: LETTERS, fresh_ms: FOREVER_MS });
    expect(await firstRow(watch)).toMatchObject({ verdict: null, findings: [] });
  });

  test('whose trigger is pending says so', async () => {
    addLaterRuns();
    const path = `phase3_completion/${DATE}`;
    const state = ports.stored.get(path) as { readonly _trigger: object };
    const held = { claimed_by: 'instance-7', claim_expires_at: `${DATE}T00:00:00.000Z` };
    ports.stored.set(path, {
      ...state,
      _trigger: { ...state._trigger, status: 'pending', published_at: null, message_id: null, ...held },
    });
    ports.stored.delete(`phase4_completion/${DATE}`);
    ports.stored.delete(`prediction_batches/${DATE}`);
    const watch = watchDates({ ports, letters: LETTERS, fresh_ms: FOREVER_MS });
    const row = await firstRow(watch);
    expect(row?.findings.map(({ code }) => code)).toContain('TRIGGER_PENDING');
  });

  test('that has dead letters says so, and no other run says that they are its own', async () => {
    addLaterRuns();
    const topic = 'nba-phase3-analytics-complete';
    const dead = letter(topic, { ...COMPLETION, game_date: DATE, processor_name: 'nobody' });
    const letters = { ...LETTERS, peek: async (asked: string) => (asked === topic ? [dead] : []) };
    const rows = await watchDates({ ports, letters, fresh_ms: FOREVER_MS }).overview();
    const told = rows.filter(({ findings }) => findings.some(({ code }) => code === 'DEAD_LETTERS'));
    expect(told.map(({ run }) => run)).toEqual([1]);
  });
});

describe('against a project a console that stands open', () => {
  const { fresh_ms, list_ms, look_again_ms } = PROJECT;
  const MINUTES = 20;
  /** A few. */
  const A_SECOND_MAX = 5;
  afterEach(() => void vi.useRealTimers());

  /** Looks for twenty minutes, as an open page does; `happens` is told before each look. */
  async function lookFor(what: 'overview' | 'date', happens: (look: number) => void) {
    vi.useFakeTimers({ toFake: ['Date'], now: 0 });
    fillSeasons(ports);
    const { asked, letters, ports: watched } = counted(ports);
    const watch = watchDates({ ports: watched, letters, fresh_ms, list_ms });
    const looks = (MINUTES * 60_000) / look_again_ms;
    for (let look = 0; look < looks; look++) {
      vi.setSystemTime(look * look_again_ms);
      happens(look);
      if (what === 'date') await watch.date(DATE, 1);
      else expect((await watch.overview()).length).toBe(DATES);
    }
    return { calls: asked.calls / (MINUTES * 60), documents: asked.listed / (MINUTES * 60) };
  }
  const change = (look: number): void => {
    const [id, run] = [...ports.history][0] ?? [];
    if (id !== undefined && run !== undefined) ports.history.set(id, { ...run, record_count: look });
  };

  const leaveUnfinished = (look: number): void => {
    if (look > 0) return;
    for (let day = 20; day < 120; day++) {
      const game_date = new Date(Date.parse(DATE) - day * 86_400_000).toISOString().slice(0, 10);
      ports.stored.delete(`prediction_batches/${game_date}`);
      ports.stored.delete(`phase4_completion/${game_date}`);
    }
  };

  test.each([
    ['660 dates, of which none changes', 'overview', () => {}],
    ['660 dates, of which one changes all the time', 'overview', change],
    ['660 dates, of which a hundred older ones are not finished', 'overview', leaveUnfinished],
    ['one date that changes all the time', 'date', change],
  ] as const)(
    'reads no more than a few times a second: %s',
    async (name, what, happens) => {
      const { calls, documents } = await lookFor(what, happens);
      console.log(`${name}: ${calls.toFixed(2)} calls and ${documents.toFixed(2)} listed documents a second`);
      expect(calls).toBeLessThan(A_SECOND_MAX);
    },
    120_000,
  );

  test('a date that does not change is read more and more seldom, and as usual once it changes', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 0 });
    const { asked, letters, ports: watched } = counted(ports);
    const watch = watchDates({ ports: watched, letters, fresh_ms: 10, list_ms: FOREVER_MS });
    const read_at: number[] = [];
    for (let at_ms = 0; at_ms < 600; at_ms += 10) {
      vi.setSystemTime(at_ms);
      if (at_ms === 400) change(400);
      const before = asked.peeks;
      await watch.overview();
      if (asked.peeks > before) read_at.push(at_ms);
    }
    expect(read_at).toEqual([0, 10, 30, 70, 150, 310, 470, 480, 500, 540]);
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
