import { describe, expect, test } from 'vitest';
import { createManualClock } from '../reference/manual-clock.ts';
import type { MemoryPorts } from '../reference/memory-ports.ts';
import {
  BATCH_PATH,
  GAME_DATE,
  newInstance,
  REQUESTS,
  readyPorts,
  sent,
} from '../reference/predictions/fixtures.ts';
import { pacificMidnight, scheduleDay } from './world/schedule.ts';
import { createTimeline } from './world/timeline.ts';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const PLAYERS = 120;

/** A time of day in Pacific time, such as 6 and 30, as a moment. */
const at = (hour: number, minute: number): number =>
  pacificMidnight(GAME_DATE) + hour * HOUR_MS + minute * MINUTE_MS;

/** A morning whose trigger comes at 06:10, and whose broker is away from 06:10 until a moment. No message is redelivered. */
async function morning(until_ms: number) {
  const timeline = createTimeline(at(5, 0));
  const clock = { now: () => new Date(timeline.nowMs()), wait: (ms: number) => timeline.wait(ms) };
  const ports: MemoryPorts = {
    ...(await readyPorts(PLAYERS)),
    clock: { ...createManualClock(''), ...clock },
  };
  ports.faults.publish = () =>
    timeline.nowMs() >= at(6, 10) && timeline.nowMs() < until_ms ? 'refuse' : undefined;
  const answers: { readonly job: string; readonly status: number | undefined; readonly at_ms: number }[] = [];
  const coordinator = newInstance(ports);
  scheduleDay(
    timeline,
    GAME_DATE,
    async (component, request) =>
      component === 'phase5-coordinator' && request.path !== '/start' ? coordinator.call(request) : undefined,
    (job, status) => void answers.push({ job, status, at_ms: timeline.nowMs() }),
  );
  timeline.after(at(6, 10) - timeline.nowMs(), () => void coordinator.trigger());
  return { timeline, ports, coordinator, answers };
}

const stateOf = (ports: MemoryPorts) => ports.stored.get(BATCH_PATH);

describe('COORD-011 a batch whose requests could not be published, when the broker is away over both retries', () => {
  test('is carried on by the attempts of the last retry, before the check at 07:00', async () => {
    const { timeline, ports, answers } = await morning(at(6, 50));
    await timeline.runUntil(at(6, 49));
    expect(stateOf(ports)).toMatchObject({ state: 'starting' });
    expect(sent(ports, REQUESTS)).toEqual([]);

    await timeline.runUntil(at(6, 59));
    expect(stateOf(ports)).toMatchObject({ state: 'running' });
    expect(new Set(sent(ports, REQUESTS).map(({ player_lookup }) => player_lookup)).size).toBe(PLAYERS);
    const retries = answers.filter(({ job }) => job === 'phase5-retry-2');
    expect(retries.map(({ status }) => status)).toEqual([503, 503, 503, 503, 503, 202]);
  });

  test('is told by the check at 07:00 when the broker is away for longer, and carried on by a retry by hand', async () => {
    const { timeline, ports, coordinator, answers } = await morning(at(7, 5));
    await timeline.runUntil(at(12, 0));
    expect(answers).toContainEqual({ job: 'phase5-status-check', status: 503, at_ms: at(7, 0) });
    expect(stateOf(ports)).toMatchObject({ state: 'starting' });

    expect(await coordinator.retry({ game_date: GAME_DATE })).toMatchObject({ status: 202 });
    expect(stateOf(ports)).toMatchObject({ state: 'running' });
    expect(sent(ports, REQUESTS).length).toBe(PLAYERS);
  });
});
