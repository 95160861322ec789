import { at, membersOf } from '../../../json.ts';
import type { Party } from '../../model/change.ts';
import type { Edit } from '../../model/edits.ts';
import {
  breaks,
  byDirection,
  byKind,
  type Contracts,
  everybody,
  fits,
  NOBODY,
  OPERATORS,
  ordered,
  type Rule,
  type Ruling,
  rulesAbout,
  runs,
  words,
} from '../ruling.ts';

const COMPONENT = 'x-deployment.components.*';
const ofDeployed = ({ path }: Edit): readonly Party[] => [
  ...runs(path[2]),
  { component: 'operators', role: 'operator' },
];

/** What changes of where and how components run mean. */
export const DEPLOYMENT_RULES: readonly Rule[] = [
  ...rulesAbout(everybody, {
    'x-deployment.region': breaks(
      'Every service gets another address, and topics and documents stay where they are.',
      'Deploy everything in the new region, lead subscriptions and jobs there, and remove the old services when they have nothing under way.',
    ),
    'x-deployment.runtime': ordered(
      'The code runs on another Node.',
      'Judge what is deployed on the new one first: `npm run test:artefacts`.',
    ),
    'x-deployment.firestore.{database,type}': breaks(
      'Everything that is remembered is in the old database.',
      'Copy it while nothing runs, or read both for as long as dates are under way.',
    ),
    'x-deployment.firestore.indexes.**': byKind({
      added: ordered(
        'A query that needs the index fails until it is built.',
        'Create the index and wait until it is ready; then deploy the program that asks.',
      ),
      removed: breaks(
        'A query of today that needs the index fails.',
        'Deploy programs that do not ask any more; then remove the index.',
      ),
    }),
    'x-deployment.identities.*.service_account': ordered(
      'Receivers refuse a caller that they do not know.',
      'Create the account with its roles, let receivers take both, then change pushes and jobs.',
    ),
    '{x-deployment.project_roles.**,x-deployment.resource_roles.*}': byKind({
      added: fits('The role is granted before anything needs it.'),
      removed: breaks(
        'A program that needs the role gets PERMISSION_DENIED.',
        'See that no program needs it; then take it away.',
      ),
      changed: ordered(
        'A program that needs the old role gets PERMISSION_DENIED.',
        'Grant the new role first, deploy, then take the old one away.',
      ),
    }),
  }),
  ...rulesAbout(OPERATORS, {
    'x-deployment.labels.*': breaks(
      'What carries the old mark is no longer known as ours: it is not changed, and not removed.',
      'Mark everything anew before the contract says so.',
    ),
    'x-deployment.apis.*': byKind({
      added: fits('The API is enabled with the next deployment.'),
      removed: breaks('Programs of today may call the API.', 'Make sure that none does; then take it away.'),
    }),
    'x-deployment.topic_retention_seconds': byDirection(
      fits('Topics keep messages for longer, for a replay.'),
      breaks('What is older can no longer be replayed.', 'See that no recovery counts on it.'),
    ),
    'x-deployment.analytics': byKind({
      added: fits('Messages are kept in BigQuery where whoever deploys asks for it.'),
      removed: ordered(
        'Nothing more is written to BigQuery; tables with their messages stay.',
        'Delete the subscriptions and views of BigQuery, which nobody would know any more.',
      ),
    }),
    'x-deployment.analytics.{dataset,api}': ordered(
      'Messages are written to another place, and questions about older ones find none there.',
      'Copy the tables first, then deploy, then delete the old subscriptions.',
    ),
    'x-deployment.analytics.message_retention_seconds': byDirection(
      fits('Pub/Sub keeps what it cannot write for longer.'),
      ordered(
        'What cannot be written is lost sooner.',
        'See that no subscription of BigQuery is stuck: `npm run drift`.',
      ),
    ),
    'x-deployment.analytics.table_writer': ordered(
      'Pub/Sub writes nothing to BigQuery until it has the new role; it keeps the messages meanwhile.',
      'Grant the new role on every table first, deploy, then take the old one away.',
    ),
    'x-deployment.stages.**': fits(
      'Components are deployed in another order or grouping; no message changes.',
    ),
  }),
  ...rulesAbout(NOBODY, {
    'x-deployment.identities.*.purpose': words(),
    'x-deployment.analytics.purpose': words(),
  }),
  ...rulesAbout(ofDeployed, {
    [COMPONENT]: byKind({
      added: fits('It is created with the next deployment.'),
      removed: breaks(
        'The component is no longer deployed.',
        'Take away first what it sends, receives and serves.',
      ),
    }),
    [`${COMPONENT}.service_account`]: ordered(
      'The component acts as somebody else.',
      'Create the account and grant its roles first; then deploy the component.',
    ),
    [`${COMPONENT}.timeout_seconds`]: timeoutRuling,
    [`${COMPONENT}.{concurrency,min_instances,max_instances}`]: fits(
      'It scales otherwise; every promise holds with any number of instances.',
      'Watch the hops after the deployment.',
    ),
    [`${COMPONENT}.{memory_mebibytes,cpu}`]: byDirection(
      fits('It gets more than before.'),
      ordered(
        'An instance that needs more is killed in the middle of its work.',
        'See in the metrics what it needs at most; lower it when that is less.',
      ),
    ),
  }),
];

/** A request that outlasts its time-out is ended in the middle of its work. */
function timeoutRuling({ path, before, after }: Edit, { fresh }: Contracts): Ruling {
  if (Number(after) > Number(before)) return fits('A request may take longer.');
  const component = path[2];
  const waits = [
    ...membersOf(fresh['x-subscriptions']).flatMap(([, one]) =>
      at(one, 'component') === component && at(one, 'push_path') !== null
        ? [Number(at(one, 'ack_deadline_seconds'))]
        : [],
    ),
    ...membersOf(fresh['x-schedules']).flatMap(([, job]) =>
      at(job, 'component') === component ? [Number(at(job, 'attempt_deadline_seconds'))] : [],
    ),
  ];
  const longest = Math.max(0, ...waits);
  if (longest > Number(after))
    return breaks(
      `Whoever calls it waits for ${longest} s; its requests are ended after ${String(after)} s, in the middle of their work.`,
      'Shorten the deadlines of its callers first.',
    );
  return ordered(
    'A request that takes longer is ended in the middle of its work.',
    'See in the log how long the longest takes; lower it when it is shorter.',
  );
}
