import { spawnSync } from 'node:child_process';
import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { readOrchestrator } from '../../../reference/orchestration/state.ts';
import { startRedis } from '../../targets/durable/redis.ts';
import { type CascadeFigures, LAST_LEVEL, measureDates } from './dates.ts';

/** How many jobs a worker has in hand. */
const CONCURRENCY = 50;

const LEVELS = (['phase3-to-phase4-orchestrator', 'phase4-orchestrator'] as const).flatMap(
  (name) => readOrchestrator(name).levels,
);

interface Job {
  readonly game_date: string;
  /** A processor that completed, or a level that is triggered. */
  readonly processor?: string;
  readonly level?: number;
}

/**
 * Measures the same cascade as somebody would write it on BullMQ: completions and triggers are jobs, a date is a hash in
 * Redis, a trigger's job id is its key. Workers and queues share this process.
 *
 * @returns a sentence where redis-server is not installed.
 */
export async function measureBullmq(): Promise<CascadeFigures | string> {
  if (spawnSync('redis-server', ['--version']).error !== undefined) return 'redis-server is not installed';
  const redis = await startRedis();
  const connection = { path: redis.socket, maxRetriesPerRequest: null };
  const memory = new Redis(connection);
  const completions = new Queue<Job>('completions', { connection });
  const triggers = new Queue<Job>('triggers', { connection });
  const waiting = new Map<string, () => void>();
  const complete = (game_date: string, names: readonly string[]) =>
    completions.addBulk(names.map((processor) => ({ name: 'completion', data: { game_date, processor } })));
  const workers = [
    new Worker<Job>('completions', ({ data }) => record(memory, triggers, data), {
      connection,
      concurrency: CONCURRENCY,
    }),
    new Worker<Job>(
      'triggers',
      async ({ data: { game_date, level } }) => {
        if (level === LAST_LEVEL) waiting.get(game_date)?.();
        else await complete(game_date, LEVELS.find((one) => one.level === level)?.runs ?? []);
      },
      { connection, concurrency: CONCURRENCY },
    ),
  ];
  try {
    await Promise.all([...workers, completions, triggers].map((one) => one.waitUntilReady()));
    return await measureDates((game_date) => {
      const arrived = new Promise<void>((resolve) => void waiting.set(game_date, resolve));
      return Promise.all([arrived, complete(game_date, LEVELS[0]?.waits_for ?? [])]);
    });
  } finally {
    await Promise.all([...workers, completions, triggers].map((one) => one.close()));
    memory.disconnect();
    await redis.stop();
  }
}

/** Whoever adds the last completion of a level adds its trigger; a second time it has the same id and is not taken. */
async function record(memory: Redis, triggers: Queue<Job>, { game_date, processor }: Job): Promise<void> {
  await memory.hset(game_date, String(processor), '1');
  const done = new Set(await memory.hkeys(game_date));
  for (const { level, waits_for } of LEVELS) {
    const isItsTurn = waits_for.includes(String(processor)) && waits_for.every((name) => done.has(name));
    if (isItsTurn) await triggers.add('trigger', { game_date, level }, { jobId: `${game_date}-${level}` });
  }
}
