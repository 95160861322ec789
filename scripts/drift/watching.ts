import type { LiveProject, LiveResource } from '../deploy/topology/resource.ts';
import type { Finding } from './finding.ts';

/**
 * Look at what watches together: policies and dashboards that are there twice, as when gcloud and Terraform have both made
 * them, and policies that notify nobody while others do.
 *
 * @param mark  of what the contract has made. Whom a hand's own policy notifies is the hand's business.
 */
export function watchingFindings({ resources }: LiveProject, mark: string): readonly Finding[] {
  return [...duplicates(resources), ...silentPolicies(resources, mark)];
}

/** Channels are named once, so a policy that was made later, or that somebody has changed, may have none. */
function silentPolicies(resources: readonly LiveResource[], mark: string): readonly Finding[] {
  const policies = resources.filter(
    ({ kind, settings }) => kind === 'alert policy' && settings['managed_by'] === mark,
  );
  const channelsOf = ({ settings }: LiveResource): string => String(settings['notification_channels'] ?? '');
  const named = [...new Set(policies.map(channelsOf).flatMap((ids) => (ids === '' ? [] : ids.split(','))))];
  if (named.length === 0) return [];
  return policies
    .filter((policy) => channelsOf(policy) === '')
    .map(({ kind, name }) => ({
      drift: 'silent',
      kind,
      name,
      what: `alert policy ${name} notifies nobody, while others notify ${named.join(', ')}`,
      todo: `\`npm run deploy -- apply --notification-channels=${named.join(',')}\``,
    }));
}

function duplicates(resources: readonly LiveResource[]): readonly Finding[] {
  const watchers = resources.filter(({ kind }) => kind === 'alert policy' || kind === 'dashboard');
  const first = watchers.filter(
    (one, index) => watchers.findIndex(({ kind, name }) => kind === one.kind && name === one.name) === index,
  );
  return first.flatMap(({ kind, name }): readonly Finding[] => {
    const ids = watchers.filter((other) => other.kind === kind && other.name === name).map(({ id }) => id);
    if (ids.length === 1) return [];
    const harm = kind === 'alert policy' ? ': every incident is told more than once' : '';
    return [
      {
        drift: 'duplicate',
        kind,
        name,
        what: `${kind} ${name} is there ${ids.length} times, as ${ids.join(' and ')}${harm}`,
        todo: 'delete all but one, and deploy',
      },
    ];
  });
}
