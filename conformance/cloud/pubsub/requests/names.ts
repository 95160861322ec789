import { invalid } from './refusals.ts';

const PROJECT = /^projects\/([^/]+)$/;
const RESOURCE =
  /^projects\/([^/]+)\/(topics|subscriptions|snapshots|schemas)\/([A-Za-z][A-Za-z0-9\-_.~+%]{2,254})$/;

/** Checks the full name of a topic, subscription, snapshot or schema and returns it. @throws {RpcError} INVALID_ARGUMENT. */
export function requireName(
  kind: 'topics' | 'subscriptions' | 'snapshots' | 'schemas',
  field: string,
  value: string | null | undefined,
): string {
  const match = RESOURCE.exec(value ?? '');
  if (match !== null && match[2] === kind && !match[3]?.startsWith('goog')) return match[0];
  throw invalid(
    field,
    `projects/{project}/${kind}/{id}, the id being 3 to 255 letters, digits and -_.~+%, ` +
      `beginning with a letter and not with "goog"`,
    value,
  );
}

/** Checks `projects/{project}` and returns the project id. @throws {RpcError} INVALID_ARGUMENT. */
export function requireProject(value: string | null | undefined): string {
  const project = PROJECT.exec(value ?? '')?.[1];
  if (project === undefined) throw invalid('project', 'projects/{project}', value);
  return project;
}
