import { describe, expect, test } from 'vitest';
import { EXAMPLES } from '../../../../generated/examples.ts';
import type { FeatureStoreCompletion } from '../../../../generated/models.ts';
import { createMemoryPorts } from '../../memory-ports.ts';
import { newInstance, REQUESTS, resultOf, seedPhase4, sent } from '../fixtures.ts';

const SCHEDULER = { 'x-cloudscheduler': 'true' };
const READY = EXAMPLES.find(({ name }) => name === 'features-ready')
  ?.payload as unknown as FeatureStoreCompletion;

describe('the night that the examples of the contract tell', () => {
  test('COORD-021 the schedules of the morning, which name no date, mean the batch of the night', async () => {
    const ports = createMemoryPorts(READY.timestamp);
    const until = (time: string) => ports.clock.advance(Date.parse(time) - ports.clock.now().getTime());
    const call = newInstance(ports);
    await seedPhase4(ports, { ready: 120 });
    expect((await call.trigger(READY)).status).toBe(202);
    for (const request of sent(ports, REQUESTS)) await call.complete(resultOf(request));

    const { game_date } = READY;
    await until(`${game_date}T14:00:00.000Z`);
    expect(await call.start(undefined, SCHEDULER)).toMatchObject({
      status: 200,
      body: { status: 'already_complete', game_date },
    });
    await until(`${game_date}T14:15:00.000Z`);
    expect(await call.retry(undefined, SCHEDULER)).toMatchObject({
      status: 200,
      body: { status: 'nothing_to_retry', game_date },
    });
    await until(`${game_date}T15:00:00.000Z`);
    const status = await call.call({ method: 'GET', path: '/status', headers: SCHEDULER });
    expect(status).toMatchObject({ status: 200, body: { game_date, sla: 'met', coverage_percent: 100 } });
    expect(ports.notices.map(({ alert }) => alert)).not.toContain('insufficient_data');
  });
});
