import type { CellState } from '../../dates/views.ts';

/** What a state is called, and the sign that tells it apart without colour. */
export const STATES: Readonly<Record<CellState, { readonly sign: string; readonly word: string }>> = {
  done: { sign: '✓', word: 'done' },
  empty: { sign: '○', word: 'no data' },
  working: { sign: '▶', word: 'working' },
  waiting: { sign: '…', word: 'waiting' },
  due: { sign: '!', word: 'due' },
  owed: { sign: '!', word: 'owed' },
  stuck: { sign: '✗', word: 'stuck' },
  failed: { sign: '✗', word: 'failed' },
  late: { sign: '✗', word: 'late' },
  none: { sign: '·', word: 'none' },
  unread: { sign: '·', word: 'not read' },
};

/** What the phases are called, by the name that run history gives them. */
export const PHASE_NAMES: Readonly<Record<string, string>> = {
  phase_1_scrapers: 'Phase 1 scrapers',
  phase_2_raw: 'Phase 2 raw tables',
  phase_3_analytics: 'Phase 3 analytics',
  phase_4_precompute: 'Phase 4 precompute',
  phase_5_predictions: 'Phase 5 predictions',
};

/** Made once: a browser takes half a millisecond for it, and a page writes hundreds of times. */
const PACIFIC = new Intl.DateTimeFormat('en-GB', { timeZone: 'America/Los_Angeles', timeStyle: 'medium' });

/** Write a moment as Pacific wall-clock time, such as `06:15:03`. */
export function pacific(time: string | null): string {
  if (time === null) return '';
  return PACIFIC.format(new Date(time));
}

/** Write a cron line as a person reads it: `06:00`, or `every 15 min`. */
export function cronWords(cron: string): string {
  const [minute = '', hour = ''] = cron.split(' ');
  const every = minute.match(/^\*\/(\d+)$/);
  if (every !== null && hour === '*') return `every ${every[1]} min`;
  if (/^\d+$/.test(minute) && /^\d+$/.test(hour))
    return `${hour.padStart(2, '0')}:${minute.padStart(2, '0')}`;
  return cron;
}

/** Find the job of the night that comes next at a fixed time of the day; null when none has one. */
export function nextJob(
  jobs: readonly { readonly name: string; readonly cron: string }[],
  now: string,
): string | null {
  const timed = jobs
    .map(({ name, cron }) => ({ name, at: cronWords(cron) }))
    .filter(({ at }) => /^\d\d:\d\d$/.test(at))
    .sort((a, b) => a.at.localeCompare(b.at));
  const time = pacific(now).slice(0, 5);
  return (timed.find(({ at }) => at > time) ?? timed[0])?.name ?? null;
}
