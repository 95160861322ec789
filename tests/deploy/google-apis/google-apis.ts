import { type EmbeddedCloud, startEmbeddedCloud } from '../../../conformance/cloud/server.ts';
import type { Api } from './answer.ts';
import { type BigQueryStores, createBigQuery, createBigQueryStores } from './apis/bigquery.ts';
import { createArtifactRegistry, createCloudBuild, createStorage } from './apis/building.ts';
import { createFirestoreAdmin } from './apis/firestore.ts';
import { createFunctions } from './apis/functions.ts';
import { createIam, createSecrets } from './apis/iam.ts';
import {
  createProjects,
  createServiceUsage,
  FIRST_APIS,
  onceEnabled,
  type Project,
} from './apis/projects.ts';
import { createPubsub } from './apis/pubsub.ts';
import { createRun, createRunServices, type RunServices } from './apis/run.ts';
import { createScheduler } from './apis/scheduler.ts';
import { createPolicies, type Policies } from './policies.ts';
import { type RecordingServer, startRecordingServer } from './server.ts';
import { createStore } from './store.ts';
import { createLogging } from './watching/logging.ts';
import { createMonitoring } from './watching/monitoring.ts';

/** Google's APIs on this machine, and what a test may look at. */
export interface GoogleApis extends RecordingServer {
  readonly project: Project;
  readonly policies: Policies;
  readonly run: RunServices;
  readonly bigQuery: BigQueryStores;
  /** What leads gcloud here; the caller adds a CLOUDSDK_CONFIG and a token file. */
  readonly environment: Readonly<Record<string, string>>;
}

const REGION = 'us-west2';
const OVERRIDDEN = [
  'artifactregistry',
  'cloudbuild',
  'cloudfunctions',
  'cloudresourcemanager',
  'cloudscheduler',
  'firestore',
  'iam',
  'logging',
  'monitoring',
  'pubsub',
  'run',
  'secretmanager',
  'serviceusage',
  'storage',
];

/** Start every API that a deployment needs, for one empty project. Pub/Sub is the embedded one. */
export async function startGoogleApis(id = 'nba-staging'): Promise<GoogleApis> {
  const project = { id, number: '123456789012' };
  const agents = new Set<string>();
  const policies = createPolicies(agents);
  const cloud: EmbeddedCloud = await startEmbeddedCloud();
  const run = createRunServices(project, REGION);
  const bigQuery = createBigQueryStores();
  const enabled = new Set(FIRST_APIS);
  const storage = createStorage();
  const metrics = createStore();
  const gated: Readonly<Record<string, Api>> = {
    artifactregistry: createArtifactRegistry(),
    bigquery: createBigQuery(bigQuery, policies),
    cloudbuild: createCloudBuild(),
    cloudfunctions: createFunctions(run, project, REGION),
    cloudscheduler: createScheduler(),
    firestore: createFirestoreAdmin(),
    iam: createIam(policies),
    logging: createLogging(metrics),
    monitoring: createMonitoring(project, metrics),
    pubsub: createPubsub(cloud.pubsub_host, policies, bigQuery),
    run: createRun(run, project, policies),
    secretmanager: createSecrets(policies),
    storage,
  };
  const server = await startRecordingServer({
    ...Object.fromEntries(
      Object.entries(gated).map(([name, api]) => [name, onceEnabled(name, api, project, enabled)]),
    ),
    cloudresourcemanager: createProjects(project, policies),
    serviceusage: createServiceUsage(project, enabled, agents),
    upload: onceEnabled('storage', storage, project, enabled),
  });
  const address = `http://127.0.0.1:${server.port}`;
  const overrides = OVERRIDDEN.map((api) => [
    `CLOUDSDK_API_ENDPOINT_OVERRIDES_${api.toUpperCase()}`,
    `${address}/${api}/`,
  ]);
  return {
    ...server,
    project,
    policies,
    run,
    bigQuery,
    environment: {
      ...Object.fromEntries(overrides),
      // Of this one the version is part of the endpoint.
      CLOUDSDK_API_ENDPOINT_OVERRIDES_BIGQUERY: `${address}/bigquery/v2/`,
      HTTP_PROXY: address,
      http_proxy: address,
      NO_PROXY: '',
      no_proxy: '',
      CLOUDSDK_CORE_DISABLE_PROMPTS: '1',
      CLOUDSDK_CORE_DISABLE_USAGE_REPORTING: 'true',
      CLOUDSDK_COMPONENT_MANAGER_DISABLE_UPDATE_CHECK: 'true',
    },
    async stop() {
      await server.stop();
      await cloud.stop();
    },
  };
}
