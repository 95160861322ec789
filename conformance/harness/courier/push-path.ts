import { SUBSCRIPTIONS } from '../../../generated/topology.ts';

/** Name the contract's path for a topic that is pushed to a component. @throws {Error} when it is pushed there by none. */
export function pushPath(topic: string, component: string): string {
  const found = Object.values(SUBSCRIPTIONS).find(
    (subscription) => subscription.topic === topic && subscription.component === component,
  );
  if (found?.push_path != null) return found.push_path;
  throw new Error(`the contract pushes ${topic} to no path of ${component}; name another topic, or a path`);
}
