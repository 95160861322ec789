import { cpus } from 'node:os';

/** How many of a kind run at the same time in one target. */
export interface Pace {
  /** Notes how long the target took for one answer. */
  took(duration_ms: number): void;
  /** How many may run now, where `usual` run in a target that answers at once. */
  width(usual: number): number;
}

/** What is known of a target's pace. */
export interface PaceState {
  /** How many times the usual number runs at the same time, from 1 on. */
  readonly factor: number;
  /** The highest factor that did not make the target slower, as far as is known. */
  readonly ceiling: number;
  /** The median answer while the usual number ran; null before the first sample. */
  readonly usual_ms: number | null;
}

/** What was seen since the sample before. */
export interface PaceSample {
  /** The median answer of the target, in ms. */
  readonly median_ms: number;
  /** Which part of the machine's processor time nobody used, 0 to 1. */
  readonly idle: number;
}

export const USUAL_PACE: PaceState = { factor: 1, ceiling: 4, usual_ms: null };

const STEP = 1.5;
/** A target that answers sooner has no idle time worth filling. */
const SLOW_MS_MIN = 100;
/** With slower answers, one more in a queue may be taken for none. */
const SLOW_MS_MAX = 3_000;
/** Below the first the machine has no room for more; above the second the target waits rather than works. */
const IDLE_MIN = 0.15;
const IDLE_ENOUGH = 0.4;
/** So many times slower is a queue, not chance. */
const SLOWER = 1.6;

/**
 * Decide how many may run from now on. A target that is slow although the machine is idle waits for something: more fit in at
 * the same time. One that grows slower by it works through a queue, and gets no more than before.
 */
export function decidePace(state: PaceState, { median_ms, idle }: PaceSample): PaceState {
  const { factor, ceiling } = state;
  const usual_ms = factor === 1 || state.usual_ms === null ? median_ms : state.usual_ms;
  if (factor > 1 && median_ms > SLOWER * usual_ms) {
    const narrower = Math.max(1, factor / STEP);
    return { factor: narrower, ceiling: narrower, usual_ms };
  }
  if (idle < IDLE_MIN) return { factor: Math.max(1, factor / STEP), ceiling, usual_ms };
  const has_room = idle >= IDLE_ENOUGH && median_ms >= SLOW_MS_MIN && median_ms <= SLOW_MS_MAX;
  return { factor: has_room ? Math.min(ceiling, factor * STEP) : factor, ceiling, usual_ms };
}

/** Processor time of the machine since it started, in any unit. */
export interface ProcessorTime {
  readonly idle: number;
  readonly all: number;
}

/** A sample has so many answers at least, and is so old. */
const ANSWERS_MIN = 12;
const SAMPLE_MS_MIN = 500;

/** Create what follows the pace of one target. */
export function createPace(
  now: () => number = Date.now,
  processors: () => ProcessorTime = processorTime,
): Pace {
  let state = USUAL_PACE;
  let durations: number[] = [];
  let since_ms = now();
  let before = processors();
  return {
    took(duration_ms) {
      durations.push(duration_ms);
      if (durations.length < ANSWERS_MIN || now() - since_ms < SAMPLE_MS_MIN) return;
      const after = processors();
      const idle = (after.idle - before.idle) / Math.max(1, after.all - before.all);
      state = decidePace(state, { median_ms: medianOf(durations), idle });
      durations = [];
      since_ms = now();
      before = after;
    },
    width: (usual) => Math.floor(usual * state.factor),
  };
}

function medianOf(durations: readonly number[]): number {
  return [...durations].sort((a, b) => a - b)[Math.floor(durations.length / 2)] ?? 0;
}

function processorTime(): ProcessorTime {
  const times = cpus().map(({ times }) => times);
  const idle = times.reduce((sum, time) => sum + time.idle, 0);
  return { idle, all: times.reduce((sum, { user, nice, sys, irq }) => sum + user + nice + sys + irq, idle) };
}
