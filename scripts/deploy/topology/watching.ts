import { type Definition, markOf, type Topology } from './contract.ts';
import type { Named, Place } from './place.ts';
import type { Kind, Resource, Settings } from './resource.ts';

type Unstaged = Omit<Resource, 'stage'>;

/** List the log-based metrics, on which policies and dashboards stand. */
export function logMetrics(topology: Topology): readonly Unstaged[] {
  return whole('log metric', topology.watching.log_metrics, topology);
}

/**
 * List the alert policies and the dashboards.
 *
 * @param named  its channels are those of every policy.
 */
export function watchers(topology: Topology, { project }: Place, { channels }: Named): readonly Unstaged[] {
  const { alert_policies, dashboards } = topology.watching;
  return [
    ...whole('alert policy', alert_policies, topology).map((policy) =>
      channels === null ? policy : withChannels(policy, project, channels),
    ),
    ...whole('dashboard', dashboards, topology),
  ];
}

function whole(
  kind: Kind,
  definitions: Readonly<Record<string, Definition>>,
  topology: Topology,
): readonly Unstaged[] {
  return Object.entries(definitions).map(([name, definition]) => ({
    kind,
    name,
    definition,
    settings: { ...leavesOf(definition), managed_by: markOf(topology) },
  }));
}

function withChannels(policy: Unstaged, project: string, ids: readonly string[]): Unstaged {
  const notificationChannels = ids.map((id) => `projects/${project}/notificationChannels/${id}`);
  return {
    ...policy,
    definition: { ...policy.definition, notificationChannels },
    settings: { ...policy.settings, notification_channels: channelsAsText(ids) },
  };
}

/** Write ids of channels as one setting. */
export function channelsAsText(ids: readonly string[]): string {
  return [...ids].sort().join(',');
}

/**
 * Give the leaves of a definition as settings, so that a difference is told by its place:
 * `conditions.0.conditionThreshold.thresholdValue`. A list has a setting `….length` too, so that what was added to it
 * shows; its members go by their `key` where they have one. Every value is text, since services print some numbers so.
 */
export function leavesOf(definition: unknown, path = ''): Settings {
  if (typeof definition !== 'object' || definition === null) return { [path]: String(definition) };
  const below = (step: string): string => (path === '' ? step : `${path}.${step}`);
  if (!Array.isArray(definition)) {
    const members = Object.entries(definition).map(([name, member]) => leavesOf(member, below(name)));
    return Object.assign({}, ...members) as Settings;
  }
  const members = definition.map((member: unknown, index) =>
    leavesOf(member, below(keyOf(member) ?? String(index))),
  );
  return Object.assign({ [below('length')]: String(definition.length) }, ...members) as Settings;
}

function keyOf(member: unknown): string | null {
  if (typeof member !== 'object' || member === null || !('key' in member)) return null;
  return String(member.key);
}
