import { ALERT_VARIABLES } from '../topology/place.ts';
import { asText, type LiveResource, type Settings } from '../topology/resource.ts';
import {
  at,
  cpusOf,
  lastPart,
  listOf,
  mebibytesOf,
  numberAt,
  textAt,
  textsAt,
  type Unknown,
} from './shapes.ts';

/** The label that Cloud Functions puts on the services behind its functions. */
const FUNCTION_LABEL = 'goog-managed-by';

/** Read `gcloud run services list`; services behind functions are left out. */
export function parseServices(printed: unknown): readonly LiveResource[] {
  return listOf(printed)
    .filter((one) => textAt(one, 'metadata', 'labels', FUNCTION_LABEL) !== 'cloudfunctions')
    .map((one) => {
      const spec = at(one, 'spec', 'template', 'spec');
      const annotations = at(one, 'spec', 'template', 'metadata', 'annotations');
      const [container = {}] = listOf(at(spec, 'containers'));
      const { variables, secrets } = variablesOf(container);
      return {
        kind: 'service',
        name: textAt(one, 'metadata', 'name') ?? '',
        state: trafficOf(one),
        carried: { variables: Object.keys(variables), secrets: Object.keys(secrets) },
        settings: {
          concurrency: numberAt(spec, 'containerConcurrency'),
          timeout_seconds: numberAt(spec, 'timeoutSeconds'),
          min_instances: numberAt(annotations, 'autoscaling.knative.dev/minScale') ?? 0,
          max_instances: numberAt(annotations, 'autoscaling.knative.dev/maxScale'),
          memory_mebibytes: mebibytesOf(textAt(container, 'resources', 'limits', 'memory')),
          cpu: cpusOf(textAt(container, 'resources', 'limits', 'cpu')),
          service_account: textAt(spec, 'serviceAccountName'),
          ...environmentOf(variables, secrets),
          managed_by: textAt(one, 'metadata', 'labels', 'managed-by'),
          code: textAt(one, 'metadata', 'labels', 'code'),
        },
      };
    });
}

type Texts = Readonly<Record<string, string>>;

/** Parts plain variables from those that hold a secret. */
function variablesOf(container: Unknown): { readonly variables: Texts; readonly secrets: Texts } {
  const variables: Record<string, string> = {};
  const secrets: Record<string, string> = {};
  for (const one of listOf(container['env'])) {
    const name = String(one['name']);
    const reference = at(one, 'valueFrom', 'secretKeyRef');
    if (reference === undefined) variables[name] = String(one['value'] ?? '');
    else secrets[name] = secretOf(reference, 'name', 'key');
  }
  return { variables, secrets };
}

/** Parts what the contract sets from where alerts go. A plain variable of an alert is a secret in a wrong place: not shown. */
function environmentOf(variables: Texts, secrets: Texts): Settings {
  const isAlert = ([name]: readonly [string, string]): boolean => ALERT_VARIABLES.includes(name);
  const foreign = Object.entries(secrets).filter((one) => !isAlert(one));
  const members = [
    ...Object.entries(variables).filter((one) => !isAlert(one)),
    ...foreign.map(([name, reference]) => [name, `(secret ${reference})`] as const),
  ];
  return {
    environment: asText(Object.fromEntries(members)),
    alert_secrets: asText(Object.fromEntries(Object.entries(secrets).filter(isAlert))) || null,
  };
}

/** Writes a reference to a secret as gcloud does: `webhook:latest`. */
function secretOf(reference: unknown, name: string, version: string): string {
  return `${lastPart(textAt(reference, name))}:${textAt(reference, version) ?? 'latest'}`;
}

/** Say which revision gets the traffic: `latest`, or the name of the one that gets most of it. */
export function trafficOf(service: Unknown): string {
  const targets = [...listOf(at(service, 'spec', 'traffic'))].sort(
    (a, b) => (numberAt(b, 'percent') ?? 0) - (numberAt(a, 'percent') ?? 0),
  );
  const [first] = targets;
  if (first === undefined || first['latestRevision'] === true) return 'latest';
  return textAt(first, 'revisionName') ?? 'latest';
}

/**
 * Read `gcloud functions list --v2`.
 *
 * @param services  what `gcloud run services list` printed: the services behind the functions know the traffic.
 */
export function parseFunctions(printed: unknown, services: unknown): readonly LiveResource[] {
  return listOf(printed).map((one) => {
    const name = lastPart(one['name']);
    const config = at(one, 'serviceConfig');
    const { LOG_EXECUTION_ID: _, ...environment } = textsAt(config, 'environmentVariables');
    const read = listOf(at(config, 'secretEnvironmentVariables'));
    const secrets = Object.fromEntries(
      read.map((each) => [String(each['key']), secretOf(each, 'secret', 'version')]),
    );
    const service = listOf(services).find((other) => textAt(other, 'metadata', 'name') === name);
    return {
      kind: 'function',
      name,
      state: service === undefined ? 'latest' : trafficOf(service),
      carried: { variables: Object.keys(environment), secrets: Object.keys(secrets) },
      settings: {
        concurrency: numberAt(config, 'maxInstanceRequestConcurrency'),
        timeout_seconds: numberAt(config, 'timeoutSeconds'),
        min_instances: numberAt(config, 'minInstanceCount') ?? 0,
        max_instances: numberAt(config, 'maxInstanceCount'),
        memory_mebibytes: mebibytesOf(textAt(config, 'availableMemory')),
        cpu: cpusOf(textAt(config, 'availableCpu')),
        service_account: textAt(config, 'serviceAccountEmail'),
        ...environmentOf(environment, secrets),
        managed_by: textAt(one, 'labels', 'managed-by'),
        runtime: textAt(one, 'buildConfig', 'runtime'),
        code: textAt(one, 'labels', 'code'),
      },
    };
  });
}
