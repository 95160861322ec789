import type { PubSub } from '@google-cloud/pubsub';
import { TOPICS } from '../../../generated/topology.ts';
import type { Target } from '../../targets/description.ts';
import type { Naming } from '../../targets/naming.ts';
import { TargetUnavailableError } from '../../targets/starting/running.ts';
import { answerOf } from '../connection.ts';

/** Tell whether a topic of the contract takes dead letters. */
export function isDeadLetterTopic(topic: string): boolean {
  return Object.entries(TOPICS).some(
    ([name, { dead_letter_topic }]) => name === topic && dead_letter_topic === null,
  );
}

/** List the topics that a target's components send to or receive from, with their dead letters; under the contract's names. */
export function topicsOf(target: Pick<Target, 'components'>): readonly string[] {
  const known = Object.keys(target.components);
  const live = Object.entries(TOPICS).filter(([, { senders, receivers, dead_letter_topic }]) => {
    const around: readonly string[] = [...senders, ...receivers];
    return dead_letter_topic !== null && around.some((name) => known.includes(name));
  });
  return live.flatMap(([name, { dead_letter_topic }]) =>
    dead_letter_topic === null ? [name] : [name, dead_letter_topic],
  );
}

/**
 * Finds which topics of a target exist in its project. The judge creates none.
 *
 * @returns those that can be listened to: all but the dead-letter topics that are missing.
 * @throws {TargetUnavailableError} when a topic between components is missing.
 */
export async function requireTopics(
  project: string,
  pubsub: PubSub,
  target: Target,
  naming: Naming,
  tell: (sentence: string) => void,
): Promise<readonly string[]> {
  const wanted = topicsOf(target);
  const [topics] = await answerOf(`list the topics of ${project}`, pubsub.getTopics());
  const present = new Set(topics.map(({ name }) => name.split('/').at(-1) ?? name));
  const missing = wanted.filter((topic) => !present.has(naming.actualTopic(topic)));
  const [first] = missing.filter((topic) => !isDeadLetterTopic(topic));
  if (first !== undefined) {
    throw new TargetUnavailableError(
      `expected the topic ${naming.actualTopic(first)} in ${project}, found none; deploy the target first, or correct its name under names.topics`,
    );
  }
  if (missing.length > 0) {
    tell(
      `${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing, so that dead letters are lost unseen`,
    );
  }
  return wanted.filter((topic) => !missing.includes(topic));
}
