import { createVirtualClock } from '../../../../conformance/cloud/clock.ts';
import { startEmbeddedCloud } from '../../../../conformance/cloud/server.ts';
import type { BackendName, DifferenceId } from '../../differences.ts';

/** A cloud that the behaviour suite drives. */
export interface Backend {
  readonly name: BackendName;
  readonly pubsub_host: string;
  /** The time that this cloud goes by. */
  nowMs(): number;
  /** The same as a time of day, in ms since the Unix epoch. */
  epochMs(): number;
  /**
   * Lets at least this much time pass where the clock can be driven. A real clock passes by itself while the
   * condition after this is awaited.
   */
  fastForward(duration_ms: number): Promise<void>;
  /** Awaits a condition while time goes on. The test's own time limit ends a wait that is in vain. */
  until(condition: () => boolean): Promise<void>;
  stop(): Promise<void>;
}

/** Tells whether this backend departs from the documented service in one point. */
export function departs(backend: Backend, _id: DifferenceId): boolean {
  return backend.name === 'google';
}

const POLL_MS = 5;
const VIRTUAL_MS_PER_POLL = 50;

/** Starts the embedded cloud on a clock that the suite drives; with a folder it keeps everything there. */
export async function startEmbeddedBackend(data?: string): Promise<Backend> {
  const clock = createVirtualClock();
  const cloud = await startEmbeddedCloud({ clock, ...(data === undefined ? {} : { data }) });
  return {
    name: 'embedded',
    pubsub_host: cloud.pubsub_host,
    nowMs: clock.nowMs,
    epochMs: clock.nowMs,
    fastForward: (duration_ms) => clock.advance(duration_ms),
    until: (condition) => poll(condition, () => clock.advance(VIRTUAL_MS_PER_POLL)),
    stop: cloud.stop,
  };
}

/** Asks again every few milliseconds until the condition holds. */
export async function poll(condition: () => boolean, between: () => Promise<void>): Promise<void> {
  while (!condition()) {
    await between();
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
