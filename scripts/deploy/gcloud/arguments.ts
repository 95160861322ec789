import type { Step } from '../plan/plan.ts';
import type { Place } from '../topology/place.ts';
import type { Resource, Settings } from '../topology/resource.ts';
import { bigQueryCall, isOfBigQuery } from './bigquery.ts';
import type { Call, Surroundings } from './call.ts';
import { deployArguments } from './flags/code.ts';
import { schedulerJobArguments, subscriptionArguments, topicArguments } from './flags/messaging.ts';
import { inputOf, watchingArguments } from './flags/watching.ts';

/**
 * Translate the changing steps of one kind and stage into calls of gcloud. Creations that differ in their name only
 * share one call, since every start of gcloud costs a second.
 */
export function callsOf(steps: readonly Step[], around: Surroundings): readonly Call[] {
  const [first] = steps;
  if (first === undefined) return [];
  const shared = steps.filter((step) => isShared(step, first));
  if (shared.length > 1) {
    const others = steps.filter((step) => !shared.includes(step));
    return [sharedCall(shared, around), ...callsOf(others, around)];
  }
  const calls = isOfBigQuery(first.resource)
    ? [bigQueryCall(first, around.place, around.dataset)]
    : argumentsOf(first, around).map((args) => callOf(args, first));
  return [...calls, ...callsOf(steps.slice(1), around)];
}

function callOf(args: readonly string[], step: Step): Call {
  const input = inputOf(step);
  return { args, steps: [step], ...(input !== undefined && { input }) };
}

function isShared({ action, resource }: Step, first: Step): boolean {
  if (action !== 'create' || first.action !== 'create' || resource.kind !== first.resource.kind) return false;
  if (resource.kind === 'api') return true;
  const same = JSON.stringify(resource.settings) === JSON.stringify(first.resource.settings);
  return resource.kind === 'topic' && same;
}

function sharedCall(steps: readonly Step[], { place }: Surroundings): Call {
  const [first] = steps;
  const names = steps.map(({ resource }) => resource.name);
  const args =
    first?.resource.kind === 'api'
      ? ['services', 'enable', ...names]
      : ['pubsub', 'topics', 'create', ...names, ...topicArguments(first?.resource.settings ?? {}, 'create')];
  return { args: [...args, `--project=${place.project}`], steps };
}

/** Give the calls of one step; a scheduler job that is made paused takes two. */
function argumentsOf(step: Step, around: Surroundings): readonly (readonly string[])[] {
  const { place } = around;
  const calls = oneStep(step, around);
  return calls.map((args) => [...args, `--project=${place.project}`]);
}

function oneStep(step: Step, around: Surroundings): readonly (readonly string[])[] {
  const { resource } = step;
  const { kind, name, settings } = resource;
  const verb = step.action === 'create' ? 'create' : 'update';
  switch (kind) {
    case 'api':
      return [['services', 'enable', name]];
    case 'service agent':
      return [['beta', 'services', 'identity', 'create', `--service=${name}`]];
    case 'service account':
      return [accountArguments(name, settings, verb, around.place)];
    case 'database':
      return [databaseArguments(name, settings)];
    case 'ttl':
      return [ttlArguments(name, around.database)];
    case 'index':
      return [indexArguments(name, around.database)];
    case 'topic':
      return [['pubsub', 'topics', verb, name, ...topicArguments(settings, verb)]];
    case 'subscription':
      return [['pubsub', 'subscriptions', verb, name, ...subscriptionArguments(step)]];
    case 'grant':
      return [grantArguments(resource, 'add', around.place)];
    case 'log metric':
    case 'alert policy':
    case 'dashboard':
      return [watchingArguments(kind, step)];
    case 'dataset':
    case 'table':
    case 'view':
      throw new Error(`expected a request to BigQuery for ${kind} ${name}, not a command of gcloud`);
    case 'service':
    case 'function':
      return [deployArguments(step, around)];
    case 'scheduler job':
      return schedulerJobCalls(step, around);
  }
}

function accountArguments(name: string, settings: Settings, verb: string, place: Place): readonly string[] {
  const subject = verb === 'create' ? name : `${name}@${place.project}.iam.gserviceaccount.com`;
  return [
    'iam',
    'service-accounts',
    verb,
    subject,
    `--display-name=${settings['purpose']}`,
    `--description=managed-by=${settings['managed_by']}`,
  ];
}

function databaseArguments(name: string, settings: Settings): readonly string[] {
  return [
    'firestore',
    'databases',
    'create',
    `--database=${name}`,
    `--location=${settings['location']}`,
    `--type=${settings['type']}`,
    // The state of every date is in it: nobody deletes it by a slip.
    '--delete-protection',
  ];
}

function ttlArguments(name: string, database: string): readonly string[] {
  const [collection, field = ''] = name.split('.');
  return [
    ...['firestore', 'fields', 'ttls', 'update', field, `--collection-group=${collection}`],
    ...['--enable-ttl', `--database=${database}`, '--async'],
  ];
}

function indexArguments(name: string, database: string): readonly string[] {
  const [collection, fields = ''] = name.split(': ');
  return [
    ...['firestore', 'indexes', 'composite', 'create', `--collection-group=${collection}`],
    ...fields.split(', ').map((field) => {
      const [path, order] = field.split(' ');
      return `--field-config=field-path=${path},order=${order}`;
    }),
    `--database=${database}`,
    '--async',
  ];
}

/** Give the arguments that add or remove a grant, without the project. */
export function grantArguments(
  { settings }: Pick<Resource, 'settings'>,
  verb: 'add' | 'remove',
  { project, region }: Place,
): readonly string[] {
  const on = String(settings['on']);
  const command = `${verb}-iam-policy-binding`;
  const whom = [`--member=${settings['member']}`, `--role=${settings['role']}`];
  switch (settings['on_kind']) {
    case 'topic':
      return ['pubsub', 'topics', command, on, ...whom];
    case 'subscription':
      return ['pubsub', 'subscriptions', command, on, ...whom];
    case 'service':
      return ['run', 'services', command, on, `--region=${region}`, ...whom];
    case 'secret':
      return ['secrets', command, on, ...whom];
    case 'service account':
      return ['iam', 'service-accounts', command, `${on}@${project}.iam.gserviceaccount.com`, ...whom];
    default:
      return ['projects', command, on, ...whom, '--condition=None'];
  }
}

function schedulerJobCalls(step: Step, { place, paused }: Surroundings): readonly (readonly string[])[] {
  const { name } = step.resource;
  const location = `--location=${place.region}`;
  const verb = step.action === 'create' ? 'create' : 'update';
  const made = ['scheduler', 'jobs', verb, 'http', name, location, ...schedulerJobArguments(step)];
  const isPaused = step.action === 'create' && paused.includes(name);
  return isPaused ? [made, ['scheduler', 'jobs', 'pause', name, location]] : [made];
}
