import { TOPICS } from '../../../generated/topology.ts';
import { COMPONENT_NAMES } from '../../contract/names.ts';
import type { HistoryEvent } from '../../history/events.ts';
import type { ReportedAnomaly } from '../anomalies.ts';

/**
 * Say which component an anomaly is about: the author of what its proof cites, else whoever was handed or asked it, else the
 * only component of its history. null when nothing tells.
 */
export function componentOf({ history, events, proof }: ReportedAnomaly): string | null {
  const cited = history.filter(({ sequence }) => events.includes(sequence));
  const named = [
    ...cited.filter(({ kind }) => kind === 'publish'),
    ...cited.filter(({ kind }) => kind !== 'publish'),
  ].flatMap(whose);
  if (named.length > 0) return mostOf(named);
  const inProof = COMPONENT_NAMES.filter((name) => proof.includes(name));
  if (inProof.length === 1) return inProof[0] ?? null;
  const present = [
    ...new Set(history.flatMap((event) => (event.kind === 'delivery' ? [event.component] : []))),
  ];
  return present.length === 1 ? (present[0] ?? null) : null;
}

function whose(event: HistoryEvent): readonly string[] {
  switch (event.kind) {
    case 'publish': {
      if (event.component !== undefined) return [event.component];
      const topics: Readonly<Record<string, { readonly senders: readonly string[] }>> = TOPICS;
      const senders = topics[event.topic]?.senders ?? [];
      return senders.length === 1 ? senders : [];
    }
    case 'delivery':
    case 'request':
    case 'process':
      return [event.component];
    case 'call':
    case 'commit':
      return event.component === undefined ? [] : [event.component];
    default:
      return [];
  }
}

/** The name that stands most often, the first of several. */
function mostOf(names: readonly string[]): string | null {
  const times = (name: string): number => names.filter((other) => other === name).length;
  return [...new Set(names)].sort((a, b) => times(b) - times(a))[0] ?? null;
}
