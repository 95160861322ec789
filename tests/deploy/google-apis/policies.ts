import {
  type Answer,
  type ApiRequest,
  invalid,
  type JsonObject,
  objectAt,
  ok,
  Refusal,
  valueAt,
} from './answer.ts';

/** The IAM policies of every resource of every API, by API and resource name. */
export interface Policies {
  /**
   * Serve getIamPolicy and setIamPolicy of a resource.
   *
   * @returns undefined when the path asks for neither.
   */
  serve(request: ApiRequest, requireResource: (name: string) => void): Answer | undefined;
  /** The members of a role on a resource. */
  members(name: string, role: string): readonly string[];
  /** Forget the policy of a resource that is gone. */
  forget(name: string): void;
}

/**
 * Make policies that are all empty. A set with a stale etag is refused with 409, as Google does, and one with a service
 * agent that is not made yet with 400.
 *
 * @param agents  e-mail addresses of the service agents that are made.
 */
export function createPolicies(agents: ReadonlySet<string> = new Set()): Policies {
  const policies = new Map<string, JsonObject>();
  let version = 0;
  const policyOf = (name: string): JsonObject =>
    policies.get(name) ?? { version: 1, etag: 'ACAB', bindings: [] };
  return {
    serve(request, requireResource) {
      const match = /^\/[^/]+\/(.+):(getIamPolicy|setIamPolicy)$/.exec(request.path);
      if (match === null) return undefined;
      const [, resource = '', verb] = match;
      requireResource(resource);
      const name = `${request.api}/${resource}`;
      if (verb === 'getIamPolicy') return ok(policyOf(name));
      const wanted = objectAt(request.body, 'policy');
      const etag = valueAt(wanted, 'etag');
      if (etag !== undefined && etag !== policyOf(name)['etag']) {
        throw new Refusal(409, 'ABORTED', 'There were concurrent policy changes. Please retry.');
      }
      const named =
        JSON.stringify(wanted).match(/service-\d+@gcp-sa-[a-z]+\.iam\.gserviceaccount\.com/g) ?? [];
      const missing = named.find((agent) => !agents.has(agent));
      if (missing !== undefined) throw invalid(`Service account ${missing} does not exist.`);
      version += 1;
      const policy = { ...wanted, etag: Buffer.from(`v${version}`).toString('base64') };
      policies.set(name, policy);
      return ok(policy);
    },
    members(name, role) {
      const bindings = (policyOf(name)['bindings'] ?? []) as readonly JsonObject[];
      return bindings
        .filter((binding) => binding['role'] === role)
        .flatMap((binding) => (binding['members'] ?? []) as readonly string[]);
    },
    forget: (name) => policies.delete(name),
  };
}
