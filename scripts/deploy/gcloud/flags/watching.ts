import type { Step } from '../../plan/plan.ts';
import type { Definition } from '../../topology/contract.ts';
import type { LiveResource } from '../../topology/resource.ts';

/** Where gcloud has the commands of what watches. Policies are managed by its alpha commands only. */
const COMMANDS = {
  'log metric': { group: ['logging', 'metrics'], file: '--config-from-file=-' },
  'alert policy': { group: ['alpha', 'monitoring', 'policies'], file: '--policy-from-file=-' },
  dashboard: { group: ['monitoring', 'dashboards'], file: '--config-from-file=-' },
} as const;

/** A kind of thing that watches. */
export type WatchingKind = keyof typeof COMMANDS;

/** Give the arguments that make or change what watches; its definition goes to standard input. */
export function watchingArguments(kind: WatchingKind, { action, resource, there }: Step): readonly string[] {
  const { group, file } = COMMANDS[kind];
  if (action === 'create')
    return [...group, 'create', ...(kind === 'log metric' ? [resource.name] : []), file];
  return [...group, 'update', there?.id ?? resource.name, file];
}

/** Give the arguments that remove what watches. */
export function watchingRemoval(kind: WatchingKind, { name, id }: LiveResource): readonly string[] {
  return [...COMMANDS[kind].group, 'delete', id ?? name];
}

/** Give what gcloud reads from its standard input for a step; undefined when it reads nothing. */
export function inputOf({ resource, there }: Step): string | undefined {
  const { definition } = resource;
  return definition === undefined ? undefined : JSON.stringify(carryOver(definition, there?.carried ?? {}));
}

/**
 * Adds what a change must repeat: without the etag of a dashboard it would overwrite what somebody does meanwhile,
 * without the channels a policy would notify nobody, and without the id of a condition its open incidents would close.
 */
function carryOver(definition: Definition, carried: Definition): Definition {
  const { conditions, ...others } = carried;
  if (conditions === undefined) return { ...carried, ...definition };
  const names = new Map(
    (conditions as readonly Definition[]).map((one) => [one['displayName'], one['name']]),
  );
  const wanted = (definition['conditions'] ?? []) as readonly Definition[];
  const named = wanted.map((one) => {
    const name = names.get(one['displayName']);
    return name === undefined ? one : { ...one, name };
  });
  return { ...others, ...definition, conditions: named };
}
