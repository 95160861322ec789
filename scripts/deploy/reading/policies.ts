import { RefusedError } from '../execution/errors.ts';
import { type Access, askApi, readAccess } from '../gcloud/access.ts';
import { bigQueryAddress } from '../gcloud/bigquery.ts';
import type { Gcloud } from '../gcloud/run.ts';
import { emailOf } from '../topology/place.ts';
import type { LiveResource, Resource } from '../topology/resource.ts';
import type { PolicyOf } from './parse.ts';
import type { Question } from './question.ts';

/** What a policy can belong to. */
export interface PolicyPlace {
  readonly on_kind: string;
  readonly on: string;
}

/** Which API holds the policies of which kind, its version, and how it is asked. */
const POLICIES: Readonly<
  Record<string, { readonly api: string; readonly version: string; readonly verb: 'GET' | 'POST' }>
> = {
  project: { api: 'cloudresourcemanager', version: 'v1', verb: 'POST' },
  topic: { api: 'pubsub', version: 'v1', verb: 'GET' },
  subscription: { api: 'pubsub', version: 'v1', verb: 'GET' },
  service: { api: 'run', version: 'v2', verb: 'GET' },
  'service account': { api: 'iam', version: 'v1', verb: 'POST' },
  secret: { api: 'secretmanager', version: 'v1', verb: 'GET' },
  table: { api: 'bigquery', version: 'v2', verb: 'POST' },
};

/**
 * List the resources that exist and whose policies matter: those on which the contract wants a grant, and all of ours
 * that have a policy, since a grant on one where the contract wants none may be a door that is open to everybody.
 */
export function policyPlaces(
  wanted: readonly Resource[],
  found: readonly LiveResource[],
): readonly PolicyPlace[] {
  const places = wanted.flatMap(({ kind, name, settings }): readonly PolicyPlace[] => {
    if (kind === 'grant') return [{ on_kind: String(settings['on_kind']), on: String(settings['on']) }];
    const on_kind = kind === 'function' ? 'service' : kind;
    return on_kind in POLICIES ? [{ on_kind, on: name }] : [];
  });
  const isThere = ({ on_kind, on }: PolicyPlace): boolean =>
    on_kind === 'project' ||
    on_kind === 'secret' ||
    found.some(
      ({ kind, name }) => name === on && (kind === on_kind || (kind === 'function' && on_kind === 'service')),
    );
  const byName = new Map(places.map((place) => [`${place.on_kind} ${place.on}`, place]));
  return [...byName.values()].filter(isThere);
}

/**
 * Make the reader of IAM policies. There are some seventy of them, gcloud takes a second for each, and no command of it lists
 * them without delay; so it is asked for a token and its endpoints, and the policies are read with these.
 */
export function createPolicyReader(gcloud: Gcloud, question: Question) {
  return async (places: readonly PolicyPlace[]): Promise<readonly PolicyOf[]> => {
    const access = await readAccess(gcloud);
    return Promise.all(places.map((place) => readPolicy(place, question, access)));
  };
}

async function readPolicy(place: PolicyPlace, question: Question, access: Access): Promise<PolicyOf> {
  const { api, version, verb } = POLICIES[place.on_kind] ?? PROJECT;
  const endpoint =
    api === 'bigquery'
      ? bigQueryAddress(access)
      : `${access.overridden(api) ?? `https://${api}.googleapis.com/`}${version}/`;
  const address = `${endpoint}${policyPath(place, question)}:getIamPolicy`;
  const isNoSecret = (status: number): boolean =>
    place.on_kind === 'secret' && (status === 404 || status === 403);
  const answer = await askApi(access, verb, address, isNoSecret);
  if (isNoSecret(answer.status)) {
    throw new RefusedError(
      `expected a secret ${place.on} in ${question.project}, got ${answer.status}; enable secretmanager.googleapis.com and make it: gcloud secrets create ${place.on} --data-file=FILE --project=${question.project}`,
    );
  }
  return { ...place, policy: await answer.json() };
}

const PROJECT = { api: 'cloudresourcemanager', version: 'v1', verb: 'POST' } as const;

function policyPath({ on_kind, on }: PolicyPlace, { project, number, region, dataset }: Question): string {
  switch (on_kind) {
    case 'topic':
      return `projects/${project}/topics/${on}`;
    case 'subscription':
      return `projects/${project}/subscriptions/${on}`;
    case 'service':
      return `projects/${project}/locations/${region}/services/${on}`;
    case 'service account':
      return `projects/${project}/serviceAccounts/${emailOf(on, { project, number, region })}`;
    case 'table':
      return `projects/${project}/datasets/${dataset}/tables/${on}`;
    case 'secret':
      return `projects/${project}/secrets/${on}`;
    default:
      return `projects/${on}`;
  }
}
