import { at, entriesOf, membersOf } from '../../../json.ts';
import { type Party, uniqueParties } from '../../model/change.ts';
import type { Edit } from '../../model/edits.ts';
import { callersOf } from '../../payloads/uses.ts';
import {
  breaks,
  byDirection,
  byKind,
  type Contracts,
  either,
  fits,
  NOBODY,
  ordered,
  type Rule,
  type Ruling,
  rulesAbout,
  sentence,
  words,
} from '../ruling.ts';
import { timeRuling } from './times.ts';

/** Where jobs stand: those that run every day, and those that stand in for an orchestrator. */
const JOBS = ['x-schedules', 'x-deployment.fall_back.schedules'];

const OF_THE_SCHEDULER = 'X-CloudScheduler';

const READINESS_RULES = rulesAbout(
  () => [
    { component: 'phase5-coordinator', role: 'runs' },
    { component: 'operators', role: 'operator' },
  ],
  {
    'x-readiness.{deadline_time,deadline_time_zone,business_time_zone}': breaks(
      'Jobs, alerts and people count on this time; old and new instances would call different dates today.',
      'Move jobs and alerts with it, between two dates.',
    ),
    'x-readiness.wait_seconds_max': (edit, { fresh }) => {
      const deadline = membersOf(fresh['x-schedules'])
        .filter(([, job]) => at(job, 'path') === '/start')
        .map(([, job]) => Number(at(job, 'attempt_deadline_seconds')));
      if (deadline.some((seconds) => seconds <= Number(edit.after)))
        return breaks(
          'The job that starts the predictions gives up before the wait is over, and calls again.',
          'Raise attempt_deadline_seconds of the job first.',
        );
      return fits('A start waits for another time; only the coordinator reads it.');
    },
    'x-readiness.*': ({ kind }) =>
      kind === 'removed'
        ? breaks(
            'Programs that are built from the contract find nothing where they read this limit.',
            'Let every program do without it first.',
          )
        : fits(
            'Only the coordinator reads it, from its next deployment on. What starts or pages changes; no message does.',
            'Watch the next morning: predictions start, or an alert comes, at another point.',
          ),
  },
);

/** What changes of endpoints, jobs and the coordinator's waits mean. */
export const CALL_RULES: readonly Rule[] = [
  ...rulesAbout(ofEndpoint, {
    'x-endpoints.*': byKind({
      added: fits('Nobody calls it yet.'),
      removed: breaks(
        'Whoever calls it today gets 404.',
        'Stop every caller first; take it away when the log shows no call.',
      ),
    }),
    'x-endpoints.*.body': ({ before }) =>
      before === null
        ? breaks(
            'Whoever calls it today sends no body.',
            'Let it take both at first: a body, and none. Then change the callers.',
          )
        : ordered(
            'A new caller sends no body, and the endpoint of today asks for one.',
            'Deploy the endpoint first, then change the callers.',
          ),
    'x-endpoints.*.answers.*': byKind({
      added: ordered(
        'Callers of today do not know what to make of this status.',
        'Let the callers take it first; for a push it is an ack or a nack, as x-delivery.ack_statuses says.',
      ),
      removed: breaks(
        'Callers of today count on this status.',
        'Give both until no caller counts on the old one.',
      ),
    }),
    'x-endpoints.*.answers.*.body': byKind({
      added: ordered(
        'A caller that reads the body gets none from an endpoint of today.',
        'Deploy the endpoint first, then the callers that read it.',
      ),
      removed: breaks('Callers of today read the body.', 'Change the callers first.'),
    }),
    'x-endpoints.*.answers.*.when': sentence('what a status means'),
  }),
  ...rulesAbout(NOBODY, {
    'x-endpoints.*.purpose': words(),
    'x-deployment.fall_back.purpose': words(),
  }),
  ...JOBS.flatMap(jobRules),
  ...READINESS_RULES,
];

function jobRules(place: string): readonly Rule[] {
  const job = `${place}.*`;
  return rulesAbout(ofJob, {
    [job]: byKind({
      added: ordered(
        'A job that calls an endpoint which is not served fails and is repeated.',
        'Deploy the endpoint first, then create the job.',
      ),
      removed: breaks(
        'Nobody starts by the clock what this job starts.',
        'Make sure that something else starts it; pause the job for some days before it is removed.',
      ),
    }),
    [`${job}.{cron,time_zone}`]: timeRuling,
    [`${job}.{component,method,path}`]: ordered(
      'The job calls another endpoint.',
      'Deploy the endpoint that it will call first, then change the job.',
    ),
    [`${job}.headers.**`]: byKind({
      added: fits('An endpoint of today passes over a header that it does not know.'),
      removed: ordered(
        'The endpoint gets other headers.',
        'Let the endpoint take both first, then change the job.',
      ),
    }),
    [`${job}.headers.${OF_THE_SCHEDULER}`]: ({ kind }) =>
      kind === 'added'
        ? ordered(
            'A call with it counts as one of the scheduler: a start waits for Phase 4 instead of an answer at once.',
            'See that the job has the patience: attempt_deadline_seconds above x-readiness.wait_seconds_max.',
          )
        : breaks(
            'A call without it counts as one by hand: a start does not wait for Phase 4, and what it starts says manual.',
            'Leave the header.',
          ),
    [`${job}.body.**`]: ordered(
      'The endpoint gets another body.',
      'Deploy the endpoint that takes it first, then change the job.',
    ),
    [`${job}.attempt_deadline_seconds`]: attemptRuling,
    [`${job}.retry.max_attempts`]: byDirection(fits('A failed call is repeated more often.'), ({ after }) =>
      after === 0
        ? breaks(
            'A failed call is not repeated before the next time of the job.',
            'See that a later job makes up for it.',
          )
        : fits('A failed call is repeated less often, and still repeated.'),
    ),
    [`${job}.retry.*`]: fits('A failed call is repeated after another wait.'),
  });
}

function attemptRuling({ path, before, after }: Edit, { fresh }: Contracts): Ruling {
  if (Number(after) > Number(before)) return fits('A call may take longer.');
  const job = at(fresh, ...path.slice(0, -1));
  const wait = Number(at(fresh, 'x-readiness', 'wait_seconds_max') ?? 0);
  if (at(job, 'path') === '/start' && Number(after) <= wait) {
    return breaks(
      `The start waits up to ${wait} s for Phase 4; the job gives up after ${String(after)} s and calls again.`,
      'Lower x-readiness.wait_seconds_max first.',
    );
  }
  return ordered(
    `A call that takes longer than ${String(after)} s counts as failed and is repeated.`,
    'See in the log how long the longest call takes; lower it when it is shorter.',
  );
}

function ofEndpoint({ path }: Edit, contracts: Contracts): readonly Party[] {
  const [component = '', , place = ''] = (path[1] ?? '').split(' ');
  const endpoint = [contracts.old, contracts.fresh]
    .flatMap((document) => entriesOf(document['x-endpoints']))
    .find((one) => at(one, 'component') === component);
  const called: Party = { component: String(at(endpoint, 'component') ?? component), role: 'called' };
  return uniqueParties([
    called,
    ...callersOf(contracts.old, component, place),
    ...callersOf(contracts.fresh, component, place),
  ]);
}

function ofJob({ path }: Edit, contracts: Contracts): readonly Party[] {
  const depth = path[0] === 'x-schedules' ? 2 : 4;
  const job = either(contracts, ...path.slice(0, depth));
  return [
    { component: path[depth - 1] ?? '', role: 'caller' },
    { component: String(at(job, 'component')), role: 'called' },
  ];
}
