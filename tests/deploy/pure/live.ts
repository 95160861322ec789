import { TOPOLOGY } from '../../../scripts/deploy/topology/contract.ts';
import { desired } from '../../../scripts/deploy/topology/desired.ts';
import type { Place } from '../../../scripts/deploy/topology/place.ts';
import type { Kind, LiveProject, LiveResource, Resource } from '../../../scripts/deploy/topology/resource.ts';

/** Where the tests deploy to. */
export const PLACE: Place = { project: 'nba-staging', number: '42', region: 'us-west2' };

/** What the contract wants there, with built code for one component. */
export const WANTED: readonly Resource[] = desired(TOPOLOGY, PLACE, { 'phase2-raw': 'abcd' });

/** Find one wanted resource. */
export function wanted(kind: Kind, name: string): Resource {
  const found = WANTED.find((one) => one.kind === kind && one.name === name);
  if (found === undefined) throw new Error(`expected ${kind} ${name} in the contract`);
  return found;
}

/** A project that is exactly what the contract says, with some resources replaced, added, or (null) taken away. */
export function liveProject(
  changes: Readonly<Record<string, Partial<LiveResource> | null>> = {},
  added: readonly LiveResource[] = [],
): LiveProject {
  const resources = WANTED.flatMap(({ kind, name, settings }): readonly LiveResource[] => {
    const change = changes[name];
    if (change === null) return [];
    const paused = name in TOPOLOGY.deployment.fall_back.schedules;
    const state = kind === 'scheduler job' ? (paused ? 'PAUSED' : 'ENABLED') : 'latest';
    return [{ kind, name, state, ...change, settings: { ...settings, ...change?.settings } }];
  });
  return { project: PLACE.project, number: PLACE.number, resources: [...resources, ...added] };
}
