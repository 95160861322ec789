import { Queue, QueueEvents, Worker } from 'bullmq';
import { Redis } from 'ioredis';

const path = process.env['REDIS_SOCKET'];
if (path === undefined) throw new Error('REDIS_SOCKET must name the socket of a running Redis');
const prefix = `nba-${process.env['GOOGLE_CLOUD_PROJECT']}`;

/** What is remembered of dates. */
export const memory = new Redis({ path, keyPrefix: `${prefix}:` });

/**
 * Open the queue of one orchestrator's triggers. A job's id is the trigger's, and a finished job is kept, so that the
 * engine takes each trigger once; a job whose worker died goes back to the queue when its lock is over.
 *
 * @param publish sends what is in a job, once.
 */
export async function openTriggers(name, publish) {
  const own = { connection: { path, maxRetriesPerRequest: null }, prefix };
  const queue = new Queue(name, own);
  const events = new QueueEvents(name, own);
  const worker = new Worker(name, ({ data }) => publish(data), {
    ...own,
    concurrency: 50,
    lockDuration: 2_000,
    stalledInterval: 1_000,
    maxStalledCount: 1_000,
  });
  worker.on('error', (error) => console.error(error.message));
  await Promise.all([queue.waitUntilReady(), events.waitUntilReady(), worker.waitUntilReady()]);
  return {
    /** Takes a trigger, if it is new, and waits until the broker has confirmed it. @throws when that takes too long. */
    async ensure(message, wait_ms) {
      const id = `trigger-${message.execution_id}`;
      await queue.add('trigger', message, {
        jobId: id,
        attempts: 1_000_000,
        backoff: { type: 'fixed', delay: 150 },
      });
      const job = await queue.getJob(id);
      if (await job?.isCompleted()) return;
      await job?.waitUntilFinished(events, wait_ms);
    },
  };
}
