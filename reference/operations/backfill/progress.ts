/** How far a backfill is: dates that ended, of all, and of those the ones that took work. */
export interface Progress {
  readonly ended: number;
  readonly all: number;
  readonly worked: number;
  readonly elapsed_ms: number;
}

/** Draw a bar of 20 places. */
export function drawBar({ ended, all }: Pick<Progress, 'ended' | 'all'>): string {
  const filled = all === 0 ? 20 : Math.floor((20 * ended) / all);
  return `[${'#'.repeat(filled)}${'-'.repeat(20 - filled)}]`;
}

/**
 * Say how fast dates end and how long the rest takes at that pace, such as `2.5 dates/s, 1 min 4 s left`. Dates that were
 * loaded before or skipped cost next to nothing and say nothing of the pace; before the first other one nothing is said.
 */
export function drawPace({ ended, all, worked, elapsed_ms }: Progress): string {
  if (worked === 0 || elapsed_ms <= 0) return '';
  const rate = (1000 * worked) / elapsed_ms;
  const share = worked / ended;
  const pace = rate >= 1 ? `${rate.toFixed(1)} dates/s` : `${(60 * rate).toFixed(1)} dates/min`;
  const left = all - ended;
  return left === 0 ? pace : `${pace}, ${drawTime((left * share) / rate)} left`;
}

function drawTime(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
