import { describe, expect, test } from 'vitest';
import { createMemoryPorts, type MemoryPorts } from '../../memory-ports.ts';
import { writeDocuments } from '../../write-documents.ts';
import {
  ADDRESS,
  BATCH_PATH,
  batchDocument,
  COMPLETES,
  completion,
  GAME_DATE,
  NOON_UTC,
  newInstance,
  phase4Run,
  REQUESTS,
  readSchedule,
  readyPorts,
  resultOf,
  SCRAPER_RUN,
  seedPhase4,
  sent,
} from '../fixtures.ts';

const SCHEDULER = { 'x-cloudscheduler': 'true' };
const TODAY = { game_date: GAME_DATE };

async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

async function finishedPorts(): Promise<MemoryPorts> {
  const ports = await readyPorts(100);
  await newInstance(ports).start(TODAY);
  for (const request of sent(ports, REQUESTS)) await newInstance(ports).complete(resultOf(request));
  return ports;
}

describe('POST /start starts a batch', () => {
  test('COORD-005 without body and content type it is the business day', async () => {
    const ports = createMemoryPorts('2024-01-16T07:30:00.000Z');
    await seedPhase4(ports, { ready: 100 });
    const answer = await newInstance(ports).start(undefined, SCHEDULER);
    expect(answer).toMatchObject({ status: 202, body: { status: 'started', ...ADDRESS, requests: 100 } });
    expect(ports.stored.get(BATCH_PATH)).toMatchObject({
      trigger_source: 'scheduler',
      trigger_message_id: null,
    });
  });

  test('it goes on with the correlation_id, upstream and backfill of the feature store', async () => {
    const ports = createMemoryPorts(NOON_UTC);
    await seedPhase4(ports, {
      ready: 100,
      history: { backfill_mode: true, backfill_reason: 'reprocessing' },
    });
    await newInstance(ports).start(TODAY);
    expect(ports.stored.get(BATCH_PATH)).toMatchObject({
      correlation_id: SCRAPER_RUN,
      upstream: [{ processor: 'ml_feature_store_v2', correlation_id: SCRAPER_RUN }],
      backfill_mode: true,
      backfill_reason: 'reprocessing',
      trigger_source: 'manual',
    });
  });

  test.each([
    ['scheduler', 'scheduler'],
    ['manual', 'manual'],
    ['pubsub', 'manual'],
  ])('a caller that says %s is recorded as %s', async (trigger_source, expected) => {
    const ports = await readyPorts(100);
    await newInstance(ports).start({ ...TODAY, trigger_source });
    expect(ports.stored.get(BATCH_PATH)).toMatchObject({ trigger_source: expected });
  });

  test('min_minutes leaves out players below it, also from every retry', async () => {
    const ports = await readyPorts(100);
    await newInstance(ports).start({ ...TODAY, min_minutes: 100 });
    expect(sent(ports, REQUESTS)).toHaveLength(11);
    expect(await newInstance(ports).retry(TODAY)).toMatchObject({ status: 202, body: { players: 11 } });
  });

  test('LIVE-002 a batch without players ends at once and says no_data', async () => {
    const ports = await readyPorts(100);
    expect((await newInstance(ports).start({ ...TODAY, min_minutes: 1000 })).status).toBe(202);
    expect(sent(ports, COMPLETES)).toMatchObject([
      { status: 'no_data', record_count: 0, metadata: { players_requested: 0, coverage_percent: 0 } },
    ]);
  });

  test('between the thresholds it goes on degraded, though Phase 4 has not ended', async () => {
    const ports = createMemoryPorts(NOON_UTC);
    await seedPhase4(ports, { ready: 60, completed: false });
    expect((await newInstance(ports).start(TODAY)).status).toBe(202);
    expect(ports.stored.get(BATCH_PATH)).toMatchObject({ degraded: true, upstream: [] });
    expect(ports.lines.some((line) => line.sentence.includes('its correlation_id is new'))).toBe(true);
  });

  test('a past date may be started by hand', async () => {
    const ports = createMemoryPorts('2024-03-01T12:00:00.000Z');
    await seedPhase4(ports, { ready: 100 });
    expect((await newInstance(ports).start(TODAY)).status).toBe(202);
  });
});

describe('POST /start starts nothing', () => {
  test('COORD-003 while the batch is running, forced or not', async () => {
    const ports = await readyPorts(100);
    await newInstance(ports).trigger();
    for (const force of [false, true]) {
      expect(await newInstance(ports).start({ ...TODAY, force })).toEqual({
        status: 200,
        body: { status: 'already_running', ...ADDRESS },
      });
    }
    expect(sent(ports, REQUESTS)).toHaveLength(100);
  });

  test('while another instance publishes its requests', async () => {
    const ports = await readyPorts(100);
    const claim = { claimed_by: 'other', claim_expires_at: '2024-01-15T12:00:59.000Z' };
    await writeDocuments(ports.documents, [
      { path: BATCH_PATH, value: batchDocument({ state: 'starting', ...claim }) },
    ]);
    expect(await newInstance(ports).start(TODAY)).toMatchObject({ body: { status: 'already_running' } });
    expect(ports.published).toEqual([]);
  });

  test('when the batch is complete; force begins another batch_id', async () => {
    const ports = await finishedPorts();
    const first = sent(ports, REQUESTS)[0]?.batch_id;
    expect(await newInstance(ports).start(TODAY)).toEqual({
      status: 200,
      body: { status: 'already_complete', ...ADDRESS },
    });
    expect((await newInstance(ports).start({ ...TODAY, force: true })).status).toBe(202);
    expect(sent(ports, REQUESTS)).toHaveLength(200);
    expect(sent(ports, REQUESTS)[100]).toMatchObject({ attempt: 1 });
    expect(sent(ports, REQUESTS)[100]?.batch_id).not.toBe(first);
    const status = await newInstance(ports).status(TODAY);
    expect(status.body).toMatchObject({ state: 'running', players_requested: 100, players_open: 100 });
  });

  test('COORD-006 with nothing on its way: insufficient_data, a critical alert, no state', async () => {
    const ports = createMemoryPorts(NOON_UTC);
    expect(await newInstance(ports).start(TODAY)).toEqual({
      status: 503,
      body: { status: 'insufficient_data', ...ADDRESS, completed: false, players_ready: 0, players_total: 0 },
    });
    expect([ports.published, [...ports.stored]]).toEqual([[], []]);
    expect(ports.lines.filter((line) => line.fields['alert_severity'] === 'critical')).toHaveLength(1);
  });

  test('while Phase 4 is on its way: waiting_for_phase4', async () => {
    const ports = createMemoryPorts(NOON_UTC);
    await ports.warehouse.recordRun(phase4Run({ processor_name: 'player_daily_cache' }));
    expect(await newInstance(ports).start(TODAY)).toMatchObject({
      status: 200,
      body: { status: 'waiting_for_phase4', completed: false },
    });
    expect([ports.published, [...ports.stored]]).toEqual([[], []]);
  });

  test.each([
    ['is not JSON', Buffer.from('{')],
    ['has a date that is none', Buffer.from('{"game_date":"TODAY"}')],
    ['has a mistyped field', Buffer.from('{"gamedate":"2024-01-15"}')],
    ['has negative minutes', Buffer.from('{"min_minutes":-1}')],
  ])('when the body %s: 400', async (_, body) => {
    const ports = await readyPorts(100);
    expect((await newInstance(ports).call({ path: '/start', body })).status).toBe(400);
    expect([ports.published, [...ports.stored]]).toEqual([[], []]);
  });
});

describe('X-CloudScheduler makes /start wait for Phase 4', () => {
  test('it looks every minute and starts as soon as the feature store is complete', async () => {
    const ports = createMemoryPorts(NOON_UTC);
    const waiting = newInstance(ports).start(TODAY, SCHEDULER);
    await settle();
    expect(ports.clock.waiting()).toBe(1);
    await ports.clock.advance(60_000);
    await settle();
    await seedPhase4(ports, { ready: 100 });
    await ports.clock.advance(59_999);
    await settle();
    expect(ports.published).toEqual([]);
    await ports.clock.advance(1);
    expect(await waiting).toMatchObject({ status: 202, body: { status: 'started' } });
  });

  test('it gives up before the scheduler does, 1740 s after it was called', async () => {
    const ports = createMemoryPorts(NOON_UTC);
    const waiting = newInstance(ports).start(TODAY, SCHEDULER);
    for (let minute = 0; minute < 29; minute += 1) {
      await settle();
      await ports.clock.advance(60_000);
    }
    expect(await waiting).toMatchObject({ status: 503, body: { status: 'insufficient_data' } });
    expect(ports.clock.now().toISOString()).toBe('2024-01-15T12:29:00.000Z');
  });

  test.each([SCHEDULER, {}])(
    'a date without games is told at once, by %j, and alerts nobody',
    async (headers) => {
      const ports = createMemoryPorts(NOON_UTC);
      await readSchedule(ports, ['no_data', 'no_data']);
      expect(await newInstance(ports).start(TODAY, headers)).toMatchObject({
        status: 200,
        body: { status: 'no_games', ...ADDRESS },
      });
      expect([ports.notices, ports.published, [...ports.stored]]).toEqual([[], [], []]);
    },
  );

  test('features of a date whose list of games is empty are predicted all the same', async () => {
    const ports = await readyPorts(100);
    await readSchedule(ports, ['no_data']);
    expect(await newInstance(ports).start(TODAY, SCHEDULER)).toMatchObject({ status: 202 });
  });

  test('listed players of whom nobody is ready are a problem, whatever the schedule says', async () => {
    const ports = createMemoryPorts(NOON_UTC);
    await seedPhase4(ports, { ready: 0, total: 384 });
    await readSchedule(ports, ['no_data']);
    expect(await newInstance(ports).start(TODAY)).toMatchObject({ status: 503 });
    expect(ports.notices).toMatchObject([{ severity: 'critical', alert: 'insufficient_data' }]);
  });

  test('it stops waiting when the trigger has started the batch meanwhile', async () => {
    const ports = createMemoryPorts(NOON_UTC);
    const waiting = newInstance(ports).start(TODAY, SCHEDULER);
    await settle();
    await writeDocuments(ports.documents, [{ path: BATCH_PATH, value: batchDocument() }]);
    await ports.clock.advance(60_000);
    expect(await waiting).toMatchObject({ status: 200, body: { status: 'already_running' } });
    expect(ports.published).toEqual([]);
  });

  test('COORD-002 a scheduler that calls twice and a trigger in between make one batch', async () => {
    const ports = createMemoryPorts(NOON_UTC);
    const waiting = [newInstance(ports), newInstance(ports)].map((instance) =>
      instance.start(TODAY, SCHEDULER),
    );
    await settle();
    await seedPhase4(ports, { ready: 100 });
    const trigger = newInstance(ports).trigger(completion());
    await ports.clock.advance(60_000);
    const answers = await Promise.all([...waiting, trigger]);
    expect(answers.filter((answer) => answer.status === 202)).toHaveLength(1);
    expect(sent(ports, REQUESTS)).toHaveLength(100);
  });
});
