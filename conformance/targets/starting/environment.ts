import type { ComponentDescription, Target } from '../description.ts';
import type { CloudAddress } from './running.ts';

/** Name project and hosts as the target wants to be told them. */
export function cloudEnvironment(target: Target, cloud: CloudAddress): Readonly<Record<string, string>> {
  const names = target.environment_names;
  return {
    METADATA_SERVER_DETECTION: 'none',
    [names.project]: cloud.project,
    [names.pubsub_host]: cloud.pubsub_host,
    [names.firestore_host]: cloud.firestore_host,
  };
}

/** List everything that a component must be started with, whoever starts it. @param port 0 for any free one. */
export function environmentOf(
  target: Target,
  component: Pick<ComponentDescription, 'environment'>,
  cloud: CloudAddress,
  port: number,
): Readonly<Record<string, string>> {
  return {
    ...component.environment,
    ...cloudEnvironment(target, cloud),
    [target.environment_names.port]: String(port),
  };
}
