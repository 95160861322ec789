import { TOPIC } from '../../generated/topology.ts';
import type { PublishEvent } from '../history/events.ts';
import { metadataOf, text } from '../history/select.ts';

/** A run that a trigger says it waited for. */
export interface ListedRun {
  readonly processor: string;
  readonly execution_id: string;
}

/** Read the level of a trigger; NaN when it names none. */
export function levelIn({ message }: PublishEvent): number {
  return Number(metadataOf(message)['level']);
}

/** List the runs in a trigger's metadata.upstream; none for any other message. */
export function listedRuns({ topic, message }: PublishEvent): readonly ListedRun[] {
  const listed = topic === TOPIC.phase4Trigger ? metadataOf(message)['upstream'] : [];
  if (!Array.isArray(listed)) return [];
  return listed.map((entry: unknown) => {
    const run = typeof entry === 'object' ? entry : null;
    return { processor: text(run, 'processor'), execution_id: text(run, 'execution_id') };
  });
}
