import type { History, PublishEvent } from '../../history/events.ts';
import { neighbourCalls } from '../../history/select.ts';

/**
 * Tell whether a repeat may be what another case asked for: a sweep or a clock of a neighbour reaches every date, and may have
 * seen the work as pending between the first publish and its record. Such a repeat proves nothing about this case.
 *
 * @param first sequence of the first publish of the work.
 */
export function mayBeOfNeighbour(
  history: History,
  component: string,
  first: number,
  repeat: PublishEvent,
): boolean {
  return neighbourCalls(history, component, first, repeat.sequence).length > 0;
}
