import type { Cut } from './cut.ts';

/** How long a run may take. */
export interface Budget {
  /** Aborts when the time is over. */
  readonly spent: AbortSignal;
  readonly cut: Cut;
  /** Forgets the time. */
  end(): void;
}

/** Begin a budget. @param timeout_ms undefined for a run that takes as long as it takes. */
export function beginBudget(timeout_ms: number | undefined): Budget {
  const controller = new AbortController();
  const timer = timeout_ms === undefined ? undefined : setTimeout(() => controller.abort(), timeout_ms);
  // A run that ends sooner waits for nothing more.
  timer?.unref();
  return {
    spent: controller.signal,
    cut: { by: 'time', sentence: `ended by --timeout ${Math.round((timeout_ms ?? 0) / 1000)}` },
    end: () => clearTimeout(timer),
  };
}
