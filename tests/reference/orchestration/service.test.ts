import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { createMemoryPorts } from '../memory-ports.ts';
import { completion, deliverFive, FIVE, ids, start } from './started.ts';

describe('ACK-006 when the store is unavailable the delivery is nacked and its redelivery completes the work', () => {
  test.each(['refuse', 'lose_answer'] as const)(
    'every store call of the last delivery may %s',
    async (fault) => {
      // Read, commit, read, commit.
      for (let broken = 1; broken <= 4; broken += 1) {
        const { ports, deliver } = start();
        for (const name of FIVE.slice(0, 4)) await deliver(completion(name));
        let calls = 0;
        ports.faults.store = () => {
          calls += 1;
          return calls === broken ? fault : undefined;
        };
        const last = completion('upcoming_team_game_context');
        const first = await deliver(last);
        if (calls >= broken) expect([200, 503]).toContain(first);
        expect(await deliver(last)).toBe(200);
        expect(new Set(ids(ports))).toEqual(new Set(['a53f2a00-c4ab-5f29-b1b1-622b641dbdca']));
        expect(ports.stored.get('phase3_completion/2024-01-15')).toMatchObject({
          _trigger: { status: 'published' },
        });
      }
    },
  );

  test('the first call refused leaves no state', async () => {
    const { ports, deliver } = start();
    ports.faults.store = () => 'refuse';
    expect(await deliver(completion('player_game_summary'))).toBe(503);
    expect(ports.stored.size).toBe(0);
  });
});

describe('FANIN-006, FANIN-011 concurrent completions make one trigger', () => {
  const deliveries = fc.array(fc.constantFrom(...FIVE), { maxLength: 6 }).map((again) => [...FIVE, ...again]);

  property.prop([fc.scheduler(), deliveries], { numRuns: 60 })(
    'without a fault exactly one message, whatever the interleaving of two instances',
    async (scheduler, names) => {
      const ports = createMemoryPorts();
      const instances = [
        start('phase3-to-phase4-orchestrator', ports),
        start('phase3-to-phase4-orchestrator', ports),
      ];
      ports.faults.pause = (step) => scheduler.schedule(Promise.resolve(), step);
      const statuses = names.map((name, index) =>
        instances[index % 2]?.deliver(completion(name), `m${index}`),
      );
      await scheduler.waitIdle();
      for (const status of await Promise.all(statuses)) expect([200, 409]).toContain(status);
      expect(ids(ports)).toEqual(['a53f2a00-c4ab-5f29-b1b1-622b641dbdca']);
      expect(ports.stored.get('phase3_completion/2024-01-15')).toMatchObject({
        _trigger: { status: 'published' },
      });
    },
  );

  property.prop([fc.scheduler(), deliveries, fc.array(fc.constantFrom('refuse', 'lose_answer', undefined))], {
    numRuns: 60,
  })(
    'with faults never a second id, and never lost once everything was redelivered',
    async (scheduler, names, faults) => {
      const { ports, deliver } = start();
      ports.faults.publish = (_topic, _message, nth) => faults[nth] as 'refuse';
      ports.faults.store = (_operation, _path, nth) => faults[nth % 40] as 'refuse';
      ports.faults.pause = (step) => scheduler.schedule(Promise.resolve(), step);
      const statuses = names.map((name, index) => deliver(completion(name), `m${index}`));
      await scheduler.waitIdle();
      await Promise.all(statuses);
      ports.faults.publish = () => undefined;
      ports.faults.store = () => undefined;
      ports.faults.pause = () => Promise.resolve();
      for (const name of FIVE) expect(await deliver(completion(name))).toBe(200);
      expect(new Set(ids(ports)).size).toBe(1);
    },
  );
});

describe('what an orchestrator takes for a completion', () => {
  test('BACK-002 a completion with skip_downstream_trigger is acked and leaves no state', async () => {
    const { ports, deliver } = start();
    expect(await deliver(completion('player_game_summary', { skip_downstream_trigger: true }))).toBe(200);
    expect(ports.stored.size).toBe(0);
  });

  test('MSG-006 an alias counts as its canonical name', async () => {
    const { ports, deliver } = start();
    await deliver(completion('PlayerGameSummaryProcessor'));
    expect(Object.keys(ports.stored.get('phase3_completion/2024-01-15') ?? {})).toEqual([
      'player_game_summary',
    ]);
  });

  test('ACK-003 a name that is not registered is nacked and counts for nobody', async () => {
    const { ports, deliver } = start();
    expect(await deliver(completion('player_game_summaries'))).toBe(400);
    expect(ports.stored.size).toBe(0);
  });

  test('a correlation_id that no attribute can hold is refused at the door and blocks no date', async () => {
    const { ports, deliver } = start();
    for (const name of FIVE.slice(0, 4)) await deliver(completion(name));
    const before = structuredClone(ports.stored.get('phase3_completion/2024-01-15'));
    const last = completion('upcoming_team_game_context', { correlation_id: 'x'.repeat(129) });
    expect(await deliver(last)).toBe(400);
    expect(ports.stored.get('phase3_completion/2024-01-15')).toEqual(before);
    expect(await deliver(completion('upcoming_team_game_context', { correlation_id: 'é'.repeat(128) }))).toBe(
      200,
    );
    const longest = Object.values(ports.published[0]?.attributes ?? {}).map((value) =>
      Buffer.byteLength(value),
    );
    expect(Math.max(...longest)).toBeLessThanOrEqual(1024);
  });

  test('FANIN-008, IDEM-004 dates and runs are kept apart', async () => {
    const { ports, deliver } = start();
    await deliverFive(deliver);
    await deliverFive(deliver, { game_date: '2024-01-16' });
    await deliverFive(deliver, { metadata: { run: 2 } });
    expect(new Set(ids(ports)).size).toBe(3);
    expect([...ports.stored.keys()].sort()).toEqual([
      'phase3_completion/2024-01-15',
      'phase3_completion/2024-01-15.r2',
      'phase3_completion/2024-01-16',
    ]);
  });

  test('the sweep names what a date still waits for', async () => {
    const { deliver, sweep } = start();
    for (const name of FIVE.slice(1)) await deliver(completion(name));
    expect(await sweep()).toMatchObject({
      status: 200,
      body: { waiting: [{ game_date: '2024-01-15', run: 1, missing: ['player_game_summary'] }] },
    });
  });
});
