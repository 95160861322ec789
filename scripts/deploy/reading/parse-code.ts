import { asText, type LiveResource } from '../topology/resource.ts';
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
      return {
        kind: 'service',
        name: textAt(one, 'metadata', 'name') ?? '',
        state: trafficOf(one),
        settings: {
          concurrency: numberAt(spec, 'containerConcurrency'),
          timeout_seconds: numberAt(spec, 'timeoutSeconds'),
          min_instances: numberAt(annotations, 'autoscaling.knative.dev/minScale') ?? 0,
          max_instances: numberAt(annotations, 'autoscaling.knative.dev/maxScale'),
          memory_mebibytes: mebibytesOf(textAt(container, 'resources', 'limits', 'memory')),
          cpu: cpusOf(textAt(container, 'resources', 'limits', 'cpu')),
          service_account: textAt(spec, 'serviceAccountName'),
          environment: environmentOf(container),
          managed_by: textAt(one, 'metadata', 'labels', 'managed-by'),
          code: textAt(one, 'metadata', 'labels', 'code'),
        },
      };
    });
}

function environmentOf(container: Unknown): string {
  return asText(
    Object.fromEntries(listOf(container['env']).map((one) => [String(one['name']), String(one['value'])])),
  );
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
    const service = listOf(services).find((other) => textAt(other, 'metadata', 'name') === name);
    return {
      kind: 'function',
      name,
      state: service === undefined ? 'latest' : trafficOf(service),
      settings: {
        concurrency: numberAt(config, 'maxInstanceRequestConcurrency'),
        timeout_seconds: numberAt(config, 'timeoutSeconds'),
        min_instances: numberAt(config, 'minInstanceCount') ?? 0,
        max_instances: numberAt(config, 'maxInstanceCount'),
        memory_mebibytes: mebibytesOf(textAt(config, 'availableMemory')),
        cpu: cpusOf(textAt(config, 'availableCpu')),
        service_account: textAt(config, 'serviceAccountEmail'),
        environment: asText(environment),
        managed_by: textAt(one, 'labels', 'managed-by'),
        runtime: textAt(one, 'buildConfig', 'runtime'),
        code: textAt(one, 'labels', 'code'),
      },
    };
  });
}
