import type { LiveProject } from '../deploy/topology/resource.ts';
import type { Finding } from './finding.ts';

/** Look for policies and dashboards that are there twice, as when gcloud and Terraform have both made them. */
export function watchingFindings({ resources }: LiveProject): readonly Finding[] {
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
