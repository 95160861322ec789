import { beforeAll, describe, expect, test } from 'vitest';
import {
  dateView,
  documentsRow,
  joinDocuments,
  rowOf,
  schedulerJobViews,
} from '../../../reference/console/dates/show.ts';
import { watchDates } from '../../../reference/console/dates/watch-dates.ts';
import { diagnose } from '../../../reference/operations/dates/decide-diagnosis.ts';
import type { DateSnapshot } from '../../../reference/operations/dates/snapshot.ts';
import { NO_PLAYERS } from '../../../reference/predictions/status/decide-status.ts';
import type { MemoryPorts } from '../memory-ports.ts';
import {
  atFanIn,
  beforePhase5,
  DATE,
  LOST_TRIGGER,
  NOW,
  runInMemory,
  snapshotOf,
} from '../operations/snapshots.ts';

let ports: MemoryPorts;
let whole: DateSnapshot;
beforeAll(async () => {
  ports = await runInMemory();
  whole = await snapshotOf(ports);
});

const statesOf = (snapshot: DateSnapshot, now = NOW) =>
  rowOf(diagnose(snapshot, now)).cells.map(({ state }) => state);

describe('a date as a row', () => {
  test('that went through is done in every phase', () => {
    expect(statesOf(whole)).toEqual(['done', 'done', 'done', 'done', 'done']);
  });

  test('that lost its trigger waits behind Phase 3, and says the command and the act that mend it', () => {
    const row = rowOf(diagnose(atFanIn(whole, LOST_TRIGGER), NOW), 'nba-staging');
    expect(row.verdict).toBe('stuck');
    expect(row.cells.map(({ state }) => state).slice(0, 4)).toEqual(['done', 'done', 'done', 'waiting']);
    expect(row.findings[0]).toMatchObject({
      code: 'TRIGGER_PENDING',
      command: 'npx pipeline trigger sweep --project nba-staging',
      act: { kind: 'trigger', target: 'sweep' },
    });
  });

  test('that has no predictions when they are due is late', () => {
    expect(
      statesOf(
        atFanIn({ ...whole, batch: null, players: NO_PLAYERS }, LOST_TRIGGER),
        '2024-01-15T15:00:00.000Z',
      ).at(-1),
    ).toBe('late');
  });

  test('that is old is shown by its documents alone', () => {
    const [documents] = joinDocuments(
      [{ id: DATE, value: whole.phase3 ?? {} }],
      [{ id: DATE, value: whole.phase4 ?? {} }],
      whole.batch === null ? [] : [{ id: DATE, value: whole.batch }],
    );
    if (documents === undefined) throw new Error('expected a date');
    const states = documentsRow(documents).cells.map(({ state }) => state);
    expect(states).toEqual(['unread', 'unread', 'done', 'done', 'done']);
  });
});

test('dates and runs of three collections are joined, the latest first', () => {
  const ids = ['2024-01-14', '2024-01-15', '2024-01-15.r2'].map((id) => ({ id, value: {} }));
  const joined = joinDocuments(ids.slice(0, 2), ids.slice(2), []);
  expect(joined.map(({ game_date, run }) => `${game_date} ${run}`)).toEqual([
    '2024-01-15 2',
    '2024-01-15 1',
    '2024-01-14 1',
  ]);
});

test('a date shows who has reported and which triggers are out', () => {
  const view = dateView(diagnose(whole, NOW), whole);
  const [fan_in, cascade] = view.orchestrators;
  expect(fan_in).toMatchObject({ document: `phase3_completion/${DATE}`, missing: [] });
  expect(fan_in?.reported).toHaveLength(5);
  expect(cascade?.triggers.map(({ level, status }) => `${level} ${status}`)).toEqual([
    '2 published',
    '3 published',
  ]);
  expect(view.phases.flatMap(({ processors }) => processors).every(({ state }) => state === 'done')).toBe(
    true,
  );
});

test('the clock lists the schedules of the contract', () => {
  expect(schedulerJobViews().find(({ cron }) => cron === '0 6 * * *')).toMatchObject({
    time_zone: 'America/Los_Angeles',
    call: 'POST /start on phase5-coordinator',
  });
});

test('a date is read again only when something of it came, or the read is old', async () => {
  let reads = 0;
  const warehouse = {
    ...ports.warehouse,
    runs: (where: Parameters<typeof ports.warehouse.runs>[0]) => {
      reads += 1;
      return ports.warehouse.runs(where);
    },
  };
  const watch = watchDates({
    ports: { ...ports, warehouse },
    letters: { peek: async () => [], take: async () => undefined, publish: async () => '' },
    fresh_ms: 60_000,
  });
  await watch.date(DATE, 1);
  const first = reads;
  await watch.date(DATE, 1);
  expect(reads).toBe(first);
  watch.touch(DATE);
  await watch.date(DATE, 1);
  expect(reads).toBeGreaterThan(first);
  const [row] = await watch.overview();
  expect(row).toMatchObject({ game_date: DATE, verdict: 'complete' });
});

describe('the documents of an old date', () => {
  const none = { phase3: null, phase4: null, batch: null };
  test('that are missing are told as such', () => {
    const texts = documentsRow({ game_date: DATE, run: 1, ...none }).cells.map(({ text }) => text);
    expect(texts).toEqual(['not read', 'not read', 'no document', 'no document', 'no batch']);
  });

  test('with a pending trigger owe it, and with too few completions wait', () => {
    const pending = { ...none, phase3: atFanIn(whole, LOST_TRIGGER).phase3 };
    expect(documentsRow({ game_date: DATE, run: 1, ...pending }).cells[2]?.state).toBe('owed');
    const { _trigger, player_game_summary, ...few } = whole.phase3 ?? {};
    expect([_trigger, player_game_summary].every((record) => record !== undefined)).toBe(true);
    const waiting = documentsRow({ game_date: DATE, run: 1, ...none, phase3: few }).cells[2];
    expect(waiting).toMatchObject({ state: 'waiting', text: '4 of 5' });
  });

  test('with a batch that runs say how many were asked', () => {
    if (whole.batch === null) throw new Error('expected a batch');
    const batch = { ...whole.batch, state: 'running' as const };
    const [cell] = documentsRow({ game_date: DATE, run: 1, ...none, batch }).cells.slice(-1);
    expect(cell).toMatchObject({ state: 'working', text: `running, ${batch.players_requested} asked` });
  });
});

describe('the cell of the batch', () => {
  const EARLY = '2024-01-14T10:00:00.000Z';
  const LATE = '2024-01-15T18:30:00.000Z';
  const cellAt = (snapshot: DateSnapshot, now: string) => rowOf(diagnose(snapshot, now)).cells.at(-1);
  const runs = () => {
    if (whole.batch === null) throw new Error('expected a batch');
    return { ...whole, batch: { ...whole.batch, state: 'running' as const, completed_at: null } };
  };

  test('that has not begun waits, is due when Phase 4 is done, and is late after the hour of the predictions', () => {
    const none = { ...whole, batch: null, players: NO_PLAYERS };
    expect(cellAt(none, EARLY)).toMatchObject({ state: 'waiting', text: 'no batch' });
    expect(cellAt(none, NOW)).toMatchObject({ state: 'due', text: 'no batch' });
    expect(cellAt(none, LATE)).toMatchObject({ state: 'late', text: 'no batch' });
    expect(cellAt(beforePhase5(whole), EARLY)).toMatchObject({ state: 'waiting' });
  });

  test('that runs is at work, and stuck when it should have ended', () => {
    expect(cellAt(runs(), EARLY)).toMatchObject({ state: 'working' });
    expect(cellAt(runs(), NOW)).toMatchObject({ state: 'stuck' });
  });
});

test('a run that failed is shown with its error', () => {
  const [first, ...rest] = whole.history;
  if (first === undefined) throw new Error('expected runs');
  const failed = {
    ...first,
    status: 'failed' as const,
    error_type: 'SourceUnavailable',
    error_message: 'the source gave no answer',
  };
  const snapshot = { ...whole, history: [failed, ...rest] };
  const view = JSON.stringify(dateView(diagnose(snapshot, NOW), snapshot));
  expect(view).toContain('SourceUnavailable: the source gave no answer');
});
