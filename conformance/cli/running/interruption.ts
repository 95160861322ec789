import type { Output } from '../context.ts';
import { EXIT } from '../exit-codes.ts';

/** What a command does when somebody ends it. */
export interface Interruption {
  /** Aborts at the first signal. */
  readonly signal: AbortSignal;
  /** Takes what stops everything that was started. */
  own(stop: () => Promise<void>): void;
  /** Stops watching, and resolves when everything is stopped that an interruption stops. */
  release(): Promise<void>;
}

/**
 * Watches for SIGINT, SIGTERM and SIGHUP, which a lost connection sends. The first stops what was started, so that the command can report what it has; the second
 * ends the process at once.
 */
export function watchInterruption(output: Output): Interruption {
  const controller = new AbortController();
  let stop: () => Promise<void> = () => Promise.resolve();
  const stopping: Promise<void>[] = [];
  const interrupt = (): void => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    output.err(
      '\nconformance: interrupted; stopping what was started, then reporting what was judged so far\n',
    );
    controller.abort();
    stopping.push(stop());
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, interrupt);
  return {
    signal: controller.signal,
    own(own) {
      stop = own;
      if (controller.signal.aborted) stopping.push(stop());
    },
    async release() {
      await Promise.allSettled(stopping);
      for (const signal of signals) process.removeListener(signal, interrupt);
    },
  };
}
