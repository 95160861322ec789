import { TOPICS } from '../../../generated/topology.ts';
import { claimOfComponent } from '../../targets/claims.ts';
import type { Target } from '../../targets/description.ts';
import type { VersionsSent } from '../judging/shape.ts';

/** Tell by which versions messages of a topic are judged: those that the target's senders of the topic claim. */
export function versionsSentBy(target: Target): VersionsSent {
  const of = new Map(
    Object.entries<{ readonly senders: readonly string[] }>(TOPICS).map(([topic, { senders }]) => [
      topic,
      [...new Set(senders.flatMap((sender) => claimOfComponent(target, sender).sends))],
    ]),
  );
  return (topic) => of.get(topic) ?? target.sends;
}
