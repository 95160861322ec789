import type { Step } from '../../plan/plan.ts';
import { ALERT_VARIABLES } from '../../topology/place.ts';
import { type LiveResource, namesIn, type Settings } from '../../topology/resource.ts';
import type { Surroundings } from '../call.ts';

/**
 * Give the arguments that deploy a component. Its code is uploaded and built when it is new or has changed; when only
 * settings differ, a service keeps the image that it has. A function has no such way and is built again.
 */
export function deployArguments(step: Step, around: Surroundings): readonly string[] {
  return step.resource.kind === 'function' ? functionArguments(step, around) : serviceArguments(step, around);
}

function serviceArguments(step: Step, { place, artefacts, builder }: Surroundings): readonly string[] {
  const { name, settings } = step.resource;
  const building = step.action === 'create' || step.differences.some(({ setting }) => setting === 'code');
  const source = [
    `--source=${artefacts.directory(name)}`,
    `--build-service-account=projects/${place.project}/serviceAccounts/${builder}`,
    // Only who holds run.invoker may call: the identities of push and scheduler.
    '--no-allow-unauthenticated',
  ];
  return [
    ...(building ? ['run', 'deploy', name, ...source] : ['run', 'services', 'update', name]),
    `--region=${place.region}`,
    `--service-account=${settings['service_account']}`,
    `--concurrency=${settings['concurrency']}`,
    `--timeout=${settings['timeout_seconds']}`,
    ...limits(settings),
    ...environmentArguments(step),
    `--${building ? 'labels' : 'update-labels'}=${labels(settings)}`,
  ];
}

function functionArguments(step: Step, { place, artefacts, builder }: Surroundings): readonly string[] {
  const { name, settings } = step.resource;
  return [
    ...['functions', 'deploy', name, '--gen2', `--region=${place.region}`],
    `--source=${artefacts.directory(name)}`,
    `--runtime=${settings['runtime']}`,
    `--entry-point=${name}`,
    // Pub/Sub pushes to it by a subscription of our own; an event trigger would make one that the contract does not know.
    ...['--trigger-http', '--no-allow-unauthenticated'],
    `--build-service-account=projects/${place.project}/serviceAccounts/${builder}`,
    `--service-account=${settings['service_account']}`,
    `--concurrency=${settings['concurrency']}`,
    `--timeout=${settings['timeout_seconds']}s`,
    ...limits(settings),
    ...environmentArguments(step),
    `--update-labels=${labels(settings)}`,
  ];
}

function limits(settings: Settings): readonly string[] {
  return [
    `--min-instances=${settings['min_instances']}`,
    `--max-instances=${settings['max_instances']}`,
    `--memory=${settings['memory_mebibytes']}Mi`,
    `--cpu=${settings['cpu']}`,
  ];
}

/**
 * Sets the variables of the contract and takes away what it does not know. Where alerts go is for whoever deploys to say:
 * their variables stay, but secrets that are named replace those that were named before, and a plain variable of that name.
 */
function environmentArguments({ resource: { settings }, there }: Step): readonly string[] {
  const { environment, alert_secrets } = settings;
  const known = namesIn(environment);
  const named = namesIn(alert_secrets);
  const isAlert = (name: string): boolean => ALERT_VARIABLES.includes(name);
  const variables = carriedNames(there, 'variables').filter(
    (name) => !known.includes(name) && (!isAlert(name) || named.includes(name)),
  );
  const secrets = carriedNames(there, 'secrets').filter(
    (name) => !named.includes(name) && (!isAlert(name) || alert_secrets !== undefined),
  );
  return [
    ...(variables.length === 0 ? [] : [`--remove-env-vars=${variables}`]),
    `--update-env-vars=${environment}`,
    ...(secrets.length === 0 ? [] : [`--remove-secrets=${secrets}`]),
    ...(named.length === 0 ? [] : [`--update-secrets=${alert_secrets}`]),
  ];
}

function carriedNames(there: LiveResource | undefined, what: 'variables' | 'secrets'): readonly string[] {
  const names = there?.carried?.[what];
  return Array.isArray(names) ? names.map(String) : [];
}

function labels(settings: Settings): string {
  const code = settings['code'] === undefined ? '' : `,code=${settings['code']}`;
  return `managed-by=${settings['managed_by']}${code}`;
}
