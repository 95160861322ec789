import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { EXAMPLES } from '../../../generated/examples.ts';
import { MONITORING, ORCHESTRATORS } from '../../../generated/topology.ts';
import { createShell } from '../../../reference/http/shell.ts';
import { createOrchestrator } from '../../../reference/orchestration/service.ts';
import type { OrchestratorName } from '../../../reference/orchestration/state.ts';
import { push, request, SETTINGS } from '../deliveries.ts';
import { createMemoryPorts, type MemoryPorts } from '../memory-ports.ts';

const EXAMPLE = EXAMPLES.find(({ message }) => message === 'AnalyticsCompletion')?.payload as object;
const FIVE = [
  'player_game_summary',
  'team_defense_game_summary',
  'team_offense_game_summary',
  'upcoming_player_game_context',
  'upcoming_team_game_context',
];

function completion(processor_name: string, changes: object = {}): object {
  return { ...EXAMPLE, processor_name, ...changes };
}

function precomputed(processor_name: string): object {
  const example = EXAMPLES.find(({ message }) => message === 'PrecomputeCompletion')?.payload as object;
  return { ...example, processor_name };
}

function start(name: OrchestratorName = 'phase3-to-phase4-orchestrator', ports = createMemoryPorts()) {
  const handler = createShell(createOrchestrator(name, ports, SETTINGS), ports.log);
  const deliver = async (message: object, message_id = 'm-1') =>
    (await handler(push('/', message, message_id))).status;
  return { ports, handler, deliver, sweep: () => handler(request('POST', '/sweep')) };
}

async function deliverFive(deliver: (message: object) => Promise<number>, changes: object = {}) {
  const statuses: number[] = [];
  for (const name of FIVE) statuses.push(await deliver(completion(name, changes)));
  return statuses;
}

const ids = (ports: MemoryPorts) => ports.published.map(({ message }) => message['execution_id']);

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

describe('ACK-006 when the store is unavailable the delivery is nacked and its redelivery completes the work', () => {
  test.each(['refuse', 'lose_answer'] as const)(
    'every store call of the last delivery may %s',
    async (fault) => {
      // Read, commit, history, read, commit.
      for (let broken = 1; broken <= 5; broken += 1) {
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
