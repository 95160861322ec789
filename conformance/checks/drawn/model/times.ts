import type { History, PublishEvent } from '../../../history/events.ts';
import { text } from '../../../history/select.ts';
import type { Anomaly } from '../../check.ts';
import { readBeginning } from './played.ts';

/** Clocks of two machines differ, and a deadline of a caller is not that of a callee. */
const SKEW_MS = 60_000;
/** A duration needs one clock only; what is left is the judge's own slowness. */
const SLACK_SECONDS = 2;

/**
 * Judge that what a message says of its own time lies within what the judge saw: it ended neither before its history began nor
 * after it was published, and it lasted no longer than that.
 */
export function judgeTimes(history: History, published: readonly PublishEvent[]): readonly Anomaly[] {
  const beginning = readBeginning(history);
  const begin = history[0];
  const is_moved = history.some((event) => event.kind === 'marker' && event.name === 'clock-advanced');
  if (beginning === undefined || begin === undefined || is_moved) return [];
  return published.flatMap((event): readonly Anomaly[] => {
    const ended_ms = Date.parse(text(event.message, 'timestamp'));
    const now_ms = beginning.now_ms + event.at_ms - begin.at_ms;
    const seen_seconds = (event.at_ms - begin.at_ms) / 1_000;
    const duration = event.message?.['duration_seconds'];
    const found: string[] = [];
    if (ended_ms < beginning.now_ms - SKEW_MS || ended_ms > now_ms + SKEW_MS) {
      found.push(
        `says timestamp ${text(event.message, 'timestamp')}, but its history began at ${iso(beginning.now_ms)} and it was published at ${iso(now_ms)}`,
      );
    }
    if (typeof duration === 'number' && duration > seen_seconds + SLACK_SECONDS) {
      found.push(
        `says duration_seconds ${duration}, but its history had begun only ${seen_seconds.toFixed(1)} s before`,
      );
    }
    return found.map((what) => ({
      requirement: 'MSG-027',
      anomaly: 'invalid message',
      proof: `#${event.sequence} on ${event.topic} ${what}. A time that a run tells of itself is wrong.`,
      events: [begin.sequence, event.sequence],
    }));
  });
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
