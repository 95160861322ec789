import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Answer, Task } from './worker.ts';

const WORKER = fileURLToPath(new URL('worker.ts', import.meta.url));

/** How long a worker may take beyond the limit of its task; then it is ended, and its components end themselves. */
const GRACE_MS = 30_000;

/** Some processes that judge, each one task after the other. */
export interface Pool {
  /** Runs tasks as workers become free; `onAnswer` is told each answer, null where the worker had to be ended. */
  run<T extends Task>(
    tasks: Iterable<T>,
    limit_ms: number,
    onAnswer: (task: T, answer: Answer | null) => void,
  ): Promise<void>;
  stop(): void;
}

/** Makes a pool; a worker starts with its first task, and again after one that had to be ended. */
export function createPool(size: number): Pool {
  const workers = new Set<ChildProcess>();
  const open = (): ChildProcess => {
    const worker = fork(WORKER, [], {
      execArgv: ['--import', 'tsx'],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    workers.add(worker);
    worker.once('exit', () => workers.delete(worker));
    return worker;
  };
  return {
    async run(tasks, limit_ms, onAnswer) {
      const waiting = tasks[Symbol.iterator]();
      const lane = async (): Promise<void> => {
        let worker: ChildProcess | undefined;
        for (let next = waiting.next(); next.done !== true; next = waiting.next()) {
          worker = worker?.connected === true ? worker : open();
          const answer = await ask(worker, next.value, limit_ms + GRACE_MS);
          if (answer === null) worker.kill('SIGKILL');
          onAnswer(next.value, answer);
          if (answer === null) worker = undefined;
        }
        worker?.kill('SIGTERM');
      };
      await Promise.all(Array.from({ length: size }, lane));
    },
    stop: () => {
      for (const worker of workers) worker.kill('SIGKILL');
    },
  };
}

function ask(worker: ChildProcess, task: Task, patience_ms: number): Promise<Answer | null> {
  return new Promise((resolve) => {
    const end = (answer: Answer | null): void => {
      clearTimeout(patience);
      worker.off('message', onMessage);
      worker.off('exit', onExit);
      resolve(answer);
    };
    const onMessage = (answer: unknown): void => end(answer as Answer);
    const onExit = (): void => end(null);
    const patience = setTimeout(() => end(null), patience_ms);
    worker.on('message', onMessage);
    worker.on('exit', onExit);
    worker.send(task);
  });
}
