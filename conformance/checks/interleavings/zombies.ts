import { WAKE_MARKER } from '../../harness/exploring/explore.ts';
import type { CommitEvent, History, HistoryEvent, PublishEvent } from '../../history/events.ts';
import type { Anomaly } from '../check.ts';
import { marker } from '../judging/answers.ts';

/**
 * Name an anomaly a zombie write when a caller that slept past its lease did it: one of the messages that contradict each
 * other came after it woke, or what is missing was overwritten by its call.
 */
export function nameZombie(history: History, anomaly: Anomaly): Anomaly {
  const wake = marker(history, WAKE_MARKER);
  if (wake === undefined) return anomaly;
  const after = history.filter(({ sequence }) => sequence > wake.sequence);
  const late = LOSSES.has(anomaly.anomaly)
    ? ownWrite(after)
    : after.find((event): event is PublishEvent => isCited(event, anomaly));
  if (late === undefined) return anomaly;
  return {
    ...anomaly,
    anomaly: 'zombie write',
    proof: `${anomaly.proof} A zombie did it: at #${wake.sequence} ${wake.sentence} and its message was delivered elsewhere, and ${late.kind === 'publish' ? 'its publish' : 'its write'} (#${late.sequence}) took effect all the same.`,
    events: [...anomaly.events, wake.sequence, late.sequence],
  };
}

const LOSSES: ReadonlySet<string> = new Set(['lost trigger', 'lost message', 'refused message', 'early ack']);

/** The first thing that happens to the store after a zombie woke is the end of its call; a refused one wrote nothing. */
function ownWrite(after: History): CommitEvent | undefined {
  const first = after.find(({ kind }) => kind === 'commit' || kind === 'publish' || kind === 'call');
  return first?.kind === 'commit' ? first : undefined;
}

function isCited(event: HistoryEvent, { events }: Anomaly): boolean {
  return event.kind === 'publish' && events.includes(event.sequence);
}
