import { describe, expect, test } from 'vitest';
import { MONITORING, ORCHESTRATORS } from '../../../generated/topology.ts';
import { createMemoryPorts, type MemoryPorts } from '../memory-ports.ts';
import { completion, deliverFive, FIVE, ids, precomputed, start } from './started.ts';

describe('FANIN-007 a trigger whose publish failed is sent later, under the same id', () => {
  test('the last delivery is nacked, and a redelivery of any of the five publishes', async () => {
    const { ports, deliver } = start();
    ports.faults.publish = () => 'refuse';
    expect(await deliverFive(deliver)).toEqual([200, 200, 200, 200, 503]);
    ports.faults.publish = () => undefined;
    expect(await deliver(completion('player_game_summary'))).toBe(200);
    expect(ids(ports)).toEqual(['a53f2a00-c4ab-5f29-b1b1-622b641dbdca']);
  });

  test('FANIN-012 so does the sweep, which then has nothing left', async () => {
    const { ports, deliver, sweep } = start();
    ports.faults.publish = () => 'refuse';
    await deliverFive(deliver);
    const entry = { game_date: '2024-01-15', run: 1, entry: '_trigger' };
    expect(await sweep()).toEqual({ status: 503, body: { published: [], pending: [entry], waiting: [] } });
    ports.faults.publish = () => undefined;
    expect(await sweep()).toEqual({ status: 200, body: { published: [entry], pending: [], waiting: [] } });
    expect(await sweep()).toEqual({ status: 200, body: { published: [], pending: [], waiting: [] } });
    expect(ids(ports)).toHaveLength(1);
  });

  test('a confirmation that got lost costs a repeat of the same id and no second one', async () => {
    const { ports, deliver } = start();
    ports.faults.publish = () => 'lose_answer';
    await deliverFive(deliver);
    ports.faults.publish = () => undefined;
    await deliver(completion('player_game_summary'));
    await deliver(completion('player_game_summary'));
    expect(ids(ports)).toEqual([ids(ports)[0], ids(ports)[0]]);
  });
});

describe('FANIN-012 a sweep tells what is on record, and leaves nothing claimed', () => {
  const turn = () => new Promise((resolve) => setImmediate(resolve));

  /** Stops a port before its next step of that name, until the returned function is called. */
  async function stopAt(ports: MemoryPorts, name: string, act: () => Promise<unknown>) {
    let goOn = () => {};
    let stopped = false;
    ports.faults.pause = (step) => {
      if (stopped || step !== name) return Promise.resolve();
      stopped = true;
      return new Promise<void>((resolve) => {
        goOn = resolve;
      });
    };
    const acting = act();
    while (!stopped) await turn();
    return { acting, goOn: () => goOn() };
  }

  test('a trigger that is published between the query and the look is neither pending nor its own', async () => {
    const { ports, deliver, sweep } = start();
    for (const name of FIVE.slice(0, 4)) await deliver(completion(name));
    const last = completion('upcoming_team_game_context');
    const publishing = await stopAt(ports, 'publish nba-phase4-trigger', () => deliver(last));
    const sweeping = await stopAt(ports, 'read phase3_completion/2024-01-15', sweep);
    publishing.goOn();
    expect(await publishing.acting).toBe(200);
    sweeping.goOn();
    const nothing = { published: [], pending: [], waiting: [] };
    expect(await sweeping.acting).toEqual({ status: 200, body: nothing });
    expect(ports.lines.filter(({ level }) => level === 'warn')).toEqual([]);
    expect(ids(ports)).toHaveLength(1);
  });

  test('a trigger that went out is told although the next of its date was refused', async () => {
    const { ports, deliver, sweep } = start('phase4-orchestrator');
    const four = ORCHESTRATORS['phase4-orchestrator'].levels[1].waits_for;
    ports.faults.publish = () => 'refuse';
    for (const name of four) await deliver(precomputed(name));
    ports.faults.publish = (_topic, message) =>
      (message['metadata'] as { level: number }).level === 3 ? 'refuse' : undefined;
    const date = { game_date: '2024-01-15', run: 1 };
    expect(await sweep()).toMatchObject({
      status: 503,
      body: {
        published: [{ ...date, entry: '_trigger_level_2' }],
        pending: [{ ...date, entry: '_trigger_level_3' }],
      },
    });
  });

  test('a claim whose answer was lost is given back, so that another instance need not wait', async () => {
    const { ports, deliver, sweep } = start();
    ports.faults.publish = () => 'refuse';
    await deliverFive(deliver);
    ports.faults.publish = () => undefined;
    let commits = 0;
    ports.faults.store = (operation) => {
      if (operation === 'commit') commits += 1;
      return operation === 'commit' && commits === 1 ? 'lose_answer' : undefined;
    };
    expect((await sweep()).status).toBe(503);
    await turn();
    expect((await start('phase3-to-phase4-orchestrator', ports).sweep()).status).toBe(200);
    expect(ids(ports)).toHaveLength(1);
  });

  test('of the dates that nothing hangs on it reads none, however many there are', async () => {
    const { ports, deliver, sweep } = start();
    await deliverFive(deliver);
    ports.faults.publish = () => 'refuse';
    await deliverFive(deliver, { metadata: { run: 2 } });
    await deliver(completion('player_game_summary', { metadata: { run: 3 } }));
    await ports.clock.advance(MONITORING.state_age_seconds_max * 1000 + 3_600_000);
    const { query } = ports.documents;
    const read = new Set<string>();
    Object.assign(ports.documents, {
      query: async (...asked: Parameters<typeof query>) => {
        const found = await query(...asked);
        for (const { id } of found) read.add(id);
        return found;
      },
    });
    expect((await sweep()).status).toBe(503);
    expect([...read]).toEqual(['2024-01-15.r2']);
  });
});

describe('FANIN-013 a trigger outlives the instance that committed it', () => {
  test('a rival is kept out while the claim stands and takes over when it has expired', async () => {
    const ports = createMemoryPorts();
    const dead = start('phase3-to-phase4-orchestrator', ports);
    for (const name of FIVE.slice(0, 4)) await dead.deliver(completion(name));
    // The instance dies in the middle of its publish: nothing of it ever comes back.
    ports.faults.publish = () => 'refuse';
    ports.faults.pause = (step) =>
      step.startsWith('publish') ? new Promise(() => undefined) : Promise.resolve();
    void dead.deliver(completion('upcoming_team_game_context'));
    await new Promise((resolve) => setImmediate(resolve));
    ports.faults.publish = () => undefined;
    ports.faults.pause = () => Promise.resolve();

    const heir = start('phase3-to-phase4-orchestrator', ports);
    expect(await heir.deliver(completion('player_game_summary'))).toBe(409);
    expect(ids(ports)).toEqual([]);
    await ports.clock.advance(60_000);
    expect(await heir.deliver(completion('player_game_summary'))).toBe(200);
    expect(ids(ports)).toEqual(['a53f2a00-c4ab-5f29-b1b1-622b641dbdca']);
  });
});
