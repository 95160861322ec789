import { at, entriesOf, type Json, membersOf } from '../../json.ts';
import type { Party } from '../model/change.ts';
import type { Edit } from '../model/edits.ts';
import { callersOf } from '../payloads/uses.ts';
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
  sentence,
  uniqueParties,
  words,
} from './ruling.ts';

/** Where jobs stand: those that run every day, and those that stand in for an orchestrator. */
const JOBS = ['x-schedules', 'x-deployment.fall_back.schedules'];

/** What changes of endpoints, jobs and the coordinator's waits mean. */
export const CALL_RULES: readonly Rule[] = [
  {
    at: 'x-endpoints.*',
    judge: byKind({
      added: fits('Nobody calls it yet.'),
      removed: breaks(
        'Whoever calls it today gets 404.',
        'Stop every caller first; take it away when the log shows no call.',
      ),
    }),
    affected: ofEndpoint,
  },
  { at: 'x-endpoints.*.purpose', judge: () => words(), affected: NOBODY },
  {
    at: 'x-endpoints.*.body',
    judge: ({ before }) =>
      before === null
        ? breaks(
            'Whoever calls it today sends no body.',
            'Let it take both at first: a body, and none. Then change the callers.',
          )
        : ordered(
            'A new caller sends no body, and the endpoint of today asks for one.',
            'Deploy the endpoint first, then change the callers.',
          ),
    affected: ofEndpoint,
  },
  {
    at: 'x-endpoints.*.answers.*',
    judge: byKind({
      added: ordered(
        'Callers of today do not know what to make of this status.',
        'Let the callers take it first; for a push it is an ack or a nack, as x-delivery.ack_statuses says.',
      ),
      removed: breaks(
        'Callers of today count on this status.',
        'Give both until no caller counts on the old one.',
      ),
    }),
    affected: ofEndpoint,
  },
  {
    at: 'x-endpoints.*.answers.*.body',
    judge: byKind({
      added: ordered(
        'A caller that reads the body gets none from an endpoint of today.',
        'Deploy the endpoint first, then the callers that read it.',
      ),
      removed: breaks('Callers of today read the body.', 'Change the callers first.'),
    }),
    affected: ofEndpoint,
  },
  { at: 'x-endpoints.*.answers.*.when', judge: sentence('what a status means'), affected: ofEndpoint },
  ...JOBS.flatMap(jobRules),
  { at: 'x-deployment.fall_back.purpose', judge: () => words(), affected: NOBODY },
  ...readinessRules(),
];

function jobRules(place: string): readonly Rule[] {
  const rule = (key: string, judge: Rule['judge']): Rule => ({
    at: `${place}.*${key}`,
    judge,
    affected: ofJob,
  });
  return [
    rule(
      '',
      byKind({
        added: ordered(
          'A job that calls an endpoint which is not served fails and is repeated.',
          'Deploy the endpoint first, then create the job.',
        ),
        removed: breaks(
          'Nobody starts by the clock what this job starts.',
          'Make sure that something else starts it; pause the job for some days before it is removed.',
        ),
      }),
    ),
    rule('.cron', timeRuling),
    rule('.time_zone', timeRuling),
    ...['.component', '.method', '.path'].map((key) =>
      rule(key, () =>
        ordered(
          'The job calls another endpoint.',
          'Deploy the endpoint that it will call first, then change the job.',
        ),
      ),
    ),
    rule('.headers.**', () =>
      ordered('The endpoint gets other headers.', 'Let the endpoint take both first, then change the job.'),
    ),
    rule('.body.**', () =>
      ordered(
        'The endpoint gets another body.',
        'Deploy the endpoint that takes it first, then change the job.',
      ),
    ),
    rule('.attempt_deadline_seconds', attemptRuling),
    rule(
      '.retry.max_attempts',
      byDirection(
        () => fits('A failed call is repeated more often.'),
        ({ after }) =>
          after === 0
            ? breaks(
                'A failed call is not repeated before the next time of the job.',
                'See that a later job makes up for it.',
              )
            : fits('A failed call is repeated less often, and still repeated.'),
      ),
    ),
    rule('.retry.*', () => fits('A failed call is repeated after another wait.')),
  ];
}

/** A job that moves past another job of the day, or past the deadline, does its work in another order. */
function timeRuling({ path }: Edit, { old, fresh }: Contracts): Ruling {
  const before = minuteOf(at(old, ...path.slice(0, -1)));
  const after = minuteOf(at(fresh, ...path.slice(0, -1)));
  const [every, now] = [
    intervalOf(at(old, ...path.slice(0, -1))),
    intervalOf(at(fresh, ...path.slice(0, -1))),
  ];
  if (every !== undefined && now !== undefined) {
    const limit = Number(at(fresh, 'x-monitoring', 'trigger_pending_seconds_max') ?? 0);
    if (now * 60 <= limit)
      return fits(`The job runs every ${now} minutes, which is still within ${limit} s.`);
    return breaks(
      `The job runs every ${now} minutes; a trigger that is pending for more than ${limit} s is an alert.`,
      'Let it run at least that often, or raise the limit of the alert first.',
    );
  }
  if (before === undefined || after === undefined) {
    return breaks(
      'No rule can compare these two times.',
      'Look whether every other job still finds what this one starts.',
    );
  }
  const passed = landmarks(fresh, path.at(-2) ?? '').filter(
    ({ minute }) => Math.sign(minute - before) !== Math.sign(minute - after),
  );
  if (passed.length === 0)
    return fits('The job stays between the same jobs of the day and on the same side of the deadline.');
  return breaks(
    `The job moves past ${passed.map(({ name }) => name).join(', ')}: what one of them needs of the other is not there yet, or no longer.`,
    'Move the others with it, or make sure that none needs what another starts.',
  );
}

/** The jobs of the day and the deadline, in minutes of the day in UTC of winter. */
function landmarks(
  document: Contracts['fresh'],
  own: string,
): readonly { readonly name: string; readonly minute: number }[] {
  const jobs = membersOf(document['x-schedules']).flatMap(([name, job]) => {
    const minute = minuteOf(job);
    return name === own || minute === undefined ? [] : [{ name, minute }];
  });
  const [hour = 0, minute = 0] = String(at(document, 'x-readiness', 'deadline_time'))
    .split(':')
    .map(Number);
  const deadline = inUtc(hour * 60 + minute, String(at(document, 'x-readiness', 'deadline_time_zone')));
  return deadline === undefined ? jobs : [...jobs, { name: 'the deadline', minute: deadline }];
}

function minuteOf(job: Json | undefined): number | undefined {
  const [, minute, hour] = /^(\d+) (\d+) \* \* \*$/.exec(String(at(job, 'cron'))) ?? [];
  if (minute === undefined || hour === undefined) return undefined;
  return inUtc(Number(hour) * 60 + Number(minute), String(at(job, 'time_zone')));
}

function intervalOf(job: Json | undefined): number | undefined {
  const [, minutes] = /^\*\/(\d+) \* \* \* \*$/.exec(String(at(job, 'cron'))) ?? [];
  return minutes === undefined ? undefined : Number(minutes);
}

function inUtc(minute: number, time_zone: string): number | undefined {
  try {
    const winter = new Date('2024-01-15T12:00:00Z');
    const there = new Intl.DateTimeFormat('en-GB', {
      timeZone: time_zone,
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    }).format(winter);
    const [hours = 0, minutes = 0] = there.split(':').map(Number);
    return minute - (hours * 60 + minutes - 12 * 60);
  } catch {
    return undefined;
  }
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

function readinessRules(): readonly Rule[] {
  const rule = (key: string, judge: Rule['judge']): Rule => ({
    at: `x-readiness.${key}`,
    judge,
    affected: () => [
      { component: 'phase5-coordinator', role: 'runs' },
      { component: 'operators', role: 'operator' },
    ],
  });
  const zones = ['deadline_time', 'deadline_time_zone', 'business_time_zone'];
  return [
    ...zones.map((key) =>
      rule(key, () =>
        breaks(
          'Jobs, alerts and people count on this time; old and new instances would call different dates today.',
          'Move jobs and alerts with it, between two dates.',
        ),
      ),
    ),
    rule('wait_seconds_max', (edit, { fresh }) => {
      const deadline = membersOf(fresh['x-schedules'])
        .filter(([, job]) => at(job, 'path') === '/start')
        .map(([, job]) => Number(at(job, 'attempt_deadline_seconds')));
      if (deadline.some((seconds) => seconds <= Number(edit.after)))
        return breaks(
          'The job that starts the predictions gives up before the wait is over, and calls again.',
          'Raise attempt_deadline_seconds of the job first.',
        );
      return fits('A start waits for another time; only the coordinator reads it.');
    }),
    rule('*', () =>
      fits(
        'Only the coordinator reads it, from its next deployment on. What starts or pages changes; no message does.',
        'Watch the next morning: predictions start, or an alert comes, at another point.',
      ),
    ),
  ];
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
