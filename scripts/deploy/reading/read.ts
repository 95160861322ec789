import { type Gcloud, readJson } from '../gcloud/run.ts';
import type { LiveProject, LiveResource } from '../topology/resource.ts';
import {
  parseAccounts,
  parseAgents,
  parseApis,
  parseDatabases,
  parseIndexes,
  parsePolicies,
  parseSchedulerJobs,
  parseSubscriptions,
  parseTopics,
  parseTtls,
} from './parse.ts';
import { parseFunctions, parseServices } from './parse-code.ts';
import { parseAlertPolicies, parseDashboards, parseLogMetrics } from './parse-watching.ts';
import { createPolicyReader, policyPlaces } from './policies.ts';
import type { Question } from './question.ts';
import { objectOf } from './shapes.ts';
import { readWarehouse } from './warehouse.ts';

/** Find a project's number. @throws {GcloudError} when the project does not exist or may not be seen. */
export async function readProjectNumber(gcloud: Gcloud, project: string): Promise<string> {
  const described = await readJson(gcloud, ['projects', 'describe', project]);
  return String(objectOf(described)['projectNumber']);
}

/**
 * Read everything that is in a project, with one list per kind. An API that is not enabled has nothing to list, and is
 * not asked: it would answer with an error.
 *
 * @throws {GcloudError} when a list cannot be read.
 */
export async function readProject(gcloud: Gcloud, question: Question): Promise<LiveProject> {
  const { project, number } = question;
  const apis = parseApis(await readJson(gcloud, ['services', 'list', '--enabled', `--project=${project}`]));
  const isEnabled = (api: string): boolean => apis.some(({ name }) => name === `${api}.googleapis.com`);
  const list = async (api: string, ...args: readonly string[]): Promise<unknown> =>
    isEnabled(api) ? readJson(gcloud, [...args, `--project=${project}`]) : [];
  const resources = await readLists(list, question);
  const kept = isEnabled('bigquery') ? await readWarehouse(gcloud, question) : [];
  const found = [...apis, ...resources, ...kept];
  const policies = await createPolicyReader(
    gcloud,
    question,
  )(policyPlaces(question.wantedBeside(found), found));
  const grants = parsePolicies(policies);
  return { project, number, resources: [...found, ...parseAgents(grants, question), ...grants] };
}

type List = (api: string, ...args: readonly string[]) => Promise<unknown>;

async function readLists(
  list: List,
  { project, region, database }: Question,
): Promise<readonly LiveResource[]> {
  const firestore = async (): Promise<readonly LiveResource[]> => {
    const databases = parseDatabases(await list('firestore', 'firestore', 'databases', 'list'));
    if (!databases.some(({ name }) => name === database)) return databases;
    const inside = `--database=${database}`;
    const [ttls, indexes] = await Promise.all([
      list('firestore', 'firestore', 'fields', 'ttls', 'list', inside),
      list('firestore', 'firestore', 'indexes', 'composite', 'list', inside),
    ]);
    return [...databases, ...parseTtls(ttls), ...parseIndexes(indexes)];
  };
  const watching = readWatching(list);
  const [accounts, stores, topics, subscriptions, services, functions, jobs] = await Promise.all([
    list('iam', 'iam', 'service-accounts', 'list'),
    firestore(),
    list('pubsub', 'pubsub', 'topics', 'list'),
    list('pubsub', 'pubsub', 'subscriptions', 'list'),
    list('run', 'run', 'services', 'list', `--region=${region}`),
    list('cloudfunctions', 'functions', 'list', '--v2', `--regions=${region}`),
    list('cloudscheduler', 'scheduler', 'jobs', 'list', `--location=${region}`),
  ]);
  return [
    ...parseAccounts(accounts, project),
    ...stores,
    ...parseTopics(topics),
    ...parseSubscriptions(subscriptions),
    ...parseServices(services),
    ...parseFunctions(functions, services),
    ...parseSchedulerJobs(jobs),
    ...(await watching),
  ];
}

async function readWatching(list: List): Promise<readonly LiveResource[]> {
  const [metrics, policies, dashboards] = await Promise.all([
    list('logging', 'logging', 'metrics', 'list'),
    list('monitoring', 'alpha', 'monitoring', 'policies', 'list'),
    list('monitoring', 'monitoring', 'dashboards', 'list'),
  ]);
  return [...parseLogMetrics(metrics), ...parseAlertPolicies(policies), ...parseDashboards(dashboards)];
}
