import type { Step } from '../plan/plan.ts';
import type { Place } from '../topology/place.ts';
import type { LiveResource } from '../topology/resource.ts';
import { grantArguments } from './arguments.ts';
import { viewRemoval } from './bigquery.ts';
import type { Call } from './call.ts';
import { watchingRemoval } from './flags/watching.ts';

/**
 * Translate the removal of resources of one kind into calls of gcloud; topics and subscriptions go in one call. What
 * holds documents or messages, and what others may use, is never removed.
 */
export function removalCalls(
  resources: readonly LiveResource[],
  place: Place,
  dataset: string,
): readonly Call[] {
  const [first] = resources;
  if (first === undefined) return [];
  const project = `--project=${place.project}`;
  const steps = resources.map(removalStep);
  if (first.kind === 'topic' || first.kind === 'subscription') {
    const names = resources.map(({ name }) => name);
    return [{ args: ['pubsub', `${first.kind}s`, 'delete', ...names, project], steps }];
  }
  if (first.kind === 'view') {
    return steps.map((step) => ({
      args: [],
      steps: [step],
      request: viewRemoval(step.resource.name, place, dataset),
    }));
  }
  return resources.flatMap((resource) => {
    const args = removalArguments(resource, place);
    return args === null ? [] : [{ args: [...args, project], steps: [removalStep(resource)] }];
  });
}

function removalStep(resource: LiveResource): Step {
  return { action: 'destroy', resource: { ...resource, stage: '' }, differences: [], note: null };
}

function removalArguments(resource: LiveResource, place: Place): readonly string[] | null {
  const { kind, name, settings } = resource;
  switch (kind) {
    case 'scheduler job':
      return ['scheduler', 'jobs', 'delete', name, `--location=${place.region}`];
    case 'function':
      return ['functions', 'delete', name, '--gen2', `--region=${place.region}`];
    case 'service':
      return ['run', 'services', 'delete', name, `--region=${place.region}`];
    case 'grant':
      return grantArguments({ settings }, 'remove', place);
    case 'service account':
      return ['iam', 'service-accounts', 'delete', `${name}@${place.project}.iam.gserviceaccount.com`];
    case 'log metric':
    case 'alert policy':
    case 'dashboard':
      return watchingRemoval(kind, resource);
    default:
      return null;
  }
}
