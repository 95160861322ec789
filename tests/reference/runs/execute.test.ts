import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { EXAMPLES } from '../../../generated/examples.ts';
import type { ProcessorRunHistory } from '../../../generated/models.ts';
import { PipelineError } from '../../../reference/errors/pipeline-error.ts';
import { createRunner, type RunRequest } from '../../../reference/runs/execute.ts';
import { SETTINGS } from '../deliveries.ts';
import { createMemoryPorts } from '../memory-ports.ts';

const MESSAGE = EXAMPLES.find(({ message }) => message === 'RawCompletion')?.payload as object;
const TOPIC = 'nba-phase2-raw-complete';
const CLAIM = 'processor_claims/key';

function start(ports = createMemoryPorts()) {
  let works = 0;
  const runner = createRunner(ports, SETTINGS);
  const run = (changes: Partial<RunRequest> = {}) =>
    runner({
      key: 'key',
      inputs: 'i',
      cause: 'c',
      skip_downstream_trigger: false,
      work: ({ execution_id }) => {
        works += 1;
        return Promise.resolve({
          status: 'success',
          messages: [{ topic: TOPIC, message: { ...MESSAGE, execution_id } }],
          history: { execution_id, finished_at: 'now' } as ProcessorRunHistory,
        });
      },
      ...changes,
    });
  return { ports, run, works: () => works };
}

const codeOf = (error: unknown) => (error instanceof PipelineError ? error.code : error);
const outcome = (run: Promise<{ outcome: string }>) => run.then((ended) => ended.outcome, codeOf);

describe('IDEM-001 a run is worked on once and announced once', () => {
  test('the second request is a duplicate', async () => {
    const { ports, run, works } = start();
    expect(await outcome(run())).toBe('worked');
    expect(await outcome(run())).toBe('duplicate');
    expect([works(), ports.published.length, ports.history.size]).toEqual([1, 1, 1]);
  });

  test('BACK-001 a run that is to trigger nobody is recorded and not published', async () => {
    const { ports, run } = start();
    expect(await outcome(run({ skip_downstream_trigger: true }))).toBe('worked');
    expect([ports.published.length, ports.history.size]).toEqual([0, 1]);
    expect(await outcome(run({ skip_downstream_trigger: true }))).toBe('duplicate');
    expect(await outcome(run())).toBe('worked');
    expect(ports.published).toHaveLength(1);
  });
});

describe('ACK-005 a refused publish is made up for under the same execution_id', () => {
  test('the redelivery publishes and does not work again', async () => {
    const { ports, run, works } = start();
    ports.faults.publish = () => 'refuse';
    expect(await outcome(run())).toBe('BROKER_UNAVAILABLE');
    ports.faults.publish = () => undefined;
    expect(await outcome(run())).toBe('published');
    expect(works()).toBe(1);
    expect(ports.published.map(({ message }) => message['execution_id'])).toEqual([...ports.history.keys()]);
  });

  test('of two messages only the one that is missing is sent again', async () => {
    const { ports, run } = start();
    const two = {
      work: () =>
        Promise.resolve({
          status: 'success' as const,
          messages: [TOPIC, 'nba-phase3-analytics-complete'].map((topic) => ({
            topic,
            message: { ...MESSAGE, phase: topic === TOPIC ? 'phase_2_raw' : 'phase_3_analytics' },
          })),
          history: null,
        }),
    };
    ports.faults.publish = (topic) => (topic === TOPIC ? undefined : 'refuse');
    expect(await outcome(run(two))).toBe('BROKER_UNAVAILABLE');
    ports.faults.publish = () => undefined;
    expect(await outcome(run(two))).toBe('published');
    expect(ports.published.map(({ topic }) => topic)).toEqual([TOPIC, 'nba-phase3-analytics-complete']);
  });
});

describe('a transient failure of the work', () => {
  test('releases the claim, publishes nothing, and the redelivery works', async () => {
    const { ports, run } = start();
    const failing = { work: () => Promise.reject(new PipelineError('STORE_CONFLICT', 'no luck')) };
    expect(await outcome(run(failing))).toBe('STORE_CONFLICT');
    expect([ports.published.length, ports.history.size]).toEqual([0, 0]);
    expect(await outcome(run())).toBe('worked');
  });

  test('a message that breaks the contract is never committed', async () => {
    const { ports, run } = start();
    const invalid = {
      work: () =>
        Promise.resolve({
          status: 'success' as const,
          messages: [{ topic: TOPIC, message: {} }],
          history: null,
        }),
    };
    expect(await outcome(run(invalid))).toBe('INVALID_OUTGOING_MESSAGE');
    expect(ports.stored.get(CLAIM)).toMatchObject({ state: 'running', completions: [] });
  });
});

describe('a run whose lease has expired', () => {
  test('is taken over, and the late one neither commits nor publishes', async () => {
    const ports = createMemoryPorts();
    const slow = start(ports);
    const heir = start(ports);
    let wake = () => {};
    const late = slow.run({
      work: async ({ execution_id }) => {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        return {
          status: 'success',
          messages: [{ topic: TOPIC, message: { ...MESSAGE, execution_id } }],
          history: null,
        };
      },
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(await outcome(heir.run())).toBe('WORK_IN_PROGRESS');
    await ports.clock.advance(600_000);
    expect(await outcome(heir.run())).toBe('worked');
    wake();
    expect(await outcome(late)).toBe('WORK_IN_PROGRESS');
    expect(ports.published).toHaveLength(1);
    expect(ports.published[0]?.message['execution_id']).toBe([...ports.history.keys()][0]);
  });
});

describe('a finished claim that still owes its history', () => {
  test('is settled by the next request: history, publish, record', async () => {
    const { ports, run, works } = start();
    ports.faults.publish = () => 'refuse';
    await outcome(run());
    const [history] = ports.history.values();
    ports.history.clear();
    ports.stored.set(CLAIM, { ...ports.stored.get(CLAIM), history });
    ports.faults.publish = () => undefined;
    await outcome(run());
    expect([works(), ports.published.length, [...ports.history.values()]]).toEqual([1, 1, [history]]);
    expect(ports.stored.get(CLAIM)).toMatchObject({ history: null });
  });
});

describe('ACK-006 any store call may fail and the redelivery completes the work', () => {
  test.each(['refuse', 'lose_answer'] as const)('every call in turn may %s', async (fault) => {
    // Read, claim, read, finish, read, settle.
    for (let broken = 1; broken <= 6; broken += 1) {
      const { ports, run, works } = start();
      let calls = 0;
      ports.faults.store = () => {
        calls += 1;
        return calls === broken ? fault : undefined;
      };
      expect(await outcome(run())).toBe('STORE_UNAVAILABLE');
      ports.faults.store = () => undefined;
      await outcome(run());
      expect(await outcome(run())).toBe('duplicate');
      expect(new Set(ports.published.map(({ message }) => message['execution_id'])).size).toBe(1);
      expect([...ports.history.keys()]).toEqual([ports.published[0]?.message['execution_id']]);
      expect(works()).toBeLessThanOrEqual(2);
    }
  });
});

describe('IDEM-005 concurrent requests make one run', () => {
  property.prop([fc.scheduler(), fc.integer({ min: 2, max: 6 })], { numRuns: 60 })(
    'whatever the interleaving of two instances',
    async (scheduler, count) => {
      const ports = createMemoryPorts();
      const instances = [start(ports), start(ports)];
      ports.faults.pause = (step) => scheduler.schedule(Promise.resolve(), step);
      const runs = Array.from({ length: count }, (_, index) =>
        outcome((instances[index % 2] ?? start(ports)).run()),
      );
      await scheduler.waitIdle();
      const outcomes = await Promise.all(runs);
      expect(outcomes.filter((one) => one === 'worked')).toHaveLength(1);
      expect(new Set(outcomes)).toEqual(new Set([...outcomes.filter((one) => one !== 'published')]));
      expect([ports.published.length, ports.history.size]).toEqual([1, 1]);
    },
  );
});
