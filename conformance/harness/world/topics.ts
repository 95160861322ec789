import { PubSub } from '@google-cloud/pubsub';
import { TOPICS } from '../../../generated/topology.ts';
import type { Naming } from '../../targets/naming.ts';
import { withoutProxy } from '../../targets/starting/environment.ts';

/** Names of all topics of the contract, dead-letter topics included. */
export const TOPIC_NAMES: readonly string[] = Object.keys(TOPICS);

/** Opens the official client on a cloud of one project. */
export function openPubsub(project: string, pubsub_host: string): PubSub {
  // Without this Google's client looks for a metadata server first, and waits for an answer that never comes.
  process.env['METADATA_SERVER_DETECTION'] ??= 'none';
  Object.assign(process.env, withoutProxy(process.env));
  return new PubSub({ projectId: project, apiEndpoint: pubsub_host, emulatorMode: true });
}

/** Creates every topic of the contract, under the name that the target has for it. */
export async function createTopics(pubsub: PubSub, naming: Naming): Promise<void> {
  await Promise.all(TOPIC_NAMES.map((topic) => pubsub.createTopic(naming.actualTopic(topic))));
}
