import { accountsOf } from '../../generate/identities.ts';
import { markOf, type Topology } from './contract.ts';
import { type Place, PUBSUB } from './place.ts';
import type { Resource } from './resource.ts';

/** The stage before the first: what every component stands on. */
export const FOUNDATION = 'Foundation';

/** List the APIs, Pub/Sub's agent, identities, the database with its indexes and TTL, and the topics. */
export function foundation(topology: Topology, place: Place): readonly Resource[] {
  return [
    ...apis(topology),
    // Enabling an API does not make its agent, and nobody can grant anything to an agent that is not made.
    { kind: 'service agent' as const, name: PUBSUB, settings: {} },
    ...serviceAccounts(topology),
    ...database(topology, place),
    ...topics(topology),
  ].map((resource) => ({ ...resource, stage: FOUNDATION }));
}

type Unstaged = Omit<Resource, 'stage'>;

function apis({ deployment }: Topology): readonly Unstaged[] {
  return deployment.apis.map((name) => ({ kind: 'api', name: `${name}.googleapis.com`, settings: {} }));
}

/** Service accounts have no labels, so the mark is their description. */
function serviceAccounts(topology: Topology): readonly Unstaged[] {
  return accountsOf(topology).map(({ account, purpose }) => ({
    kind: 'service account',
    name: account,
    settings: { purpose, managed_by: markOf(topology) },
  }));
}

function database({ deployment, state }: Topology, { region }: Place): readonly Unstaged[] {
  const { database: name, type, indexes } = deployment.firestore;
  return [
    { kind: 'database', name, settings: { location: region, type } },
    ...Object.values(state).flatMap(({ path, ttl_field }) =>
      ttl_field === null
        ? []
        : [{ kind: 'ttl', name: `${path.split('/').at(-2)}.${ttl_field}`, settings: {} } as const],
    ),
    ...indexes.map(({ collection, fields }) => ({
      kind: 'index' as const,
      name: `${collection}: ${fields.map(({ path, order }) => `${path} ${order}`).join(', ')}`,
      settings: {},
    })),
  ];
}

function topics(topology: Topology): readonly Unstaged[] {
  return Object.keys(topology.topics).map((name) => ({
    kind: 'topic',
    name,
    settings: {
      retention_seconds: topology.deployment.topic_retention_seconds,
      managed_by: markOf(topology),
    },
  }));
}
