import { at, type Json, membersOf } from '../../../json.ts';
import type { Edit } from '../../model/edits.ts';
import { breaks, type Contracts, fits, type Ruling } from '../ruling.ts';

/** A day of either half of the year: a job in another zone may keep its place in winter and not in summer. */
const SEASONS = ['2024-01-15T12:00:00Z', '2024-07-15T12:00:00Z'].map((noon) => new Date(noon));

/** A job that moves past another job of the day, or past the deadline, does its work in another order. */
export function timeRuling({ path }: Edit, { old, fresh }: Contracts): Ruling {
  const [before, after] = [old, fresh].map((document) => at(document, ...path.slice(0, -1)));
  const [every, now] = [intervalOf(before), intervalOf(after)];
  if (every !== undefined && now !== undefined) {
    const limit = Number(at(fresh, 'x-monitoring', 'trigger_pending_seconds_max') ?? 0);
    if (now <= every || now * 60 <= limit)
      return fits(
        `The job runs every ${now} minutes, it was every ${every}; ${limit} s may pass before an alert.`,
      );
    return breaks(
      `The job runs every ${now} minutes; a trigger that is pending for more than ${limit} s is an alert.`,
      'Let it run at least that often, or raise the limit of the alert first.',
    );
  }
  const moves = SEASONS.flatMap((noon) => {
    const [from, to] = [minuteOf(before, noon), minuteOf(after, noon)];
    return from === undefined || to === undefined ? [] : [{ from, to, noon }];
  });
  if (moves.length < SEASONS.length) {
    return breaks(
      'No rule can compare these two times.',
      'Look whether every other job still finds what this one starts.',
    );
  }
  const passed = moves.flatMap(({ from, to, noon }) =>
    landmarks(fresh, path.at(-2) ?? '', noon).filter(
      ({ minute }) => Math.sign(minute - from) !== Math.sign(minute - to),
    ),
  );
  if (passed.length > 0)
    return breaks(
      `The job moves past ${[...new Set(passed.map(({ name }) => name))].join(', ')}: what one of them needs of the other is not there yet, or no longer.`,
      'Move the others with it, or make sure that none needs what another starts.',
    );
  const earlier = Math.max(...moves.map(({ from, to }) => from - to));
  const patience = Number(at(after, 'attempt_deadline_seconds') ?? 0) / 60;
  return earlier > patience
    ? breaks(
        `The job runs ${earlier} minutes earlier, and waits for at most ${patience}: what it needs may not be there yet.`,
        'See in the log since when it is there each day. If that is early enough, allow the change by a line in the changelog.',
      )
    : fits('The job stays between the same jobs of the day and on the same side of the deadline.');
}

/** The jobs of the day and the deadline, in minutes of the day in UTC. */
function landmarks(
  document: Contracts['fresh'],
  own: string,
  noon: Date,
): readonly { readonly name: string; readonly minute: number }[] {
  const jobs = membersOf(document['x-schedules']).flatMap(([name, job]) => {
    const minute = minuteOf(job, noon);
    return name === own || minute === undefined ? [] : [{ name, minute }];
  });
  const [hour = 0, minute = 0] = String(at(document, 'x-readiness', 'deadline_time'))
    .split(':')
    .map(Number);
  const zone = String(at(document, 'x-readiness', 'deadline_time_zone'));
  const deadline = inUtc(hour * 60 + minute, zone, noon);
  return deadline === undefined ? jobs : [...jobs, { name: 'the deadline', minute: deadline }];
}

function minuteOf(job: Json | undefined, noon: Date): number | undefined {
  const [, minute, hour] = /^(\d+) (\d+) \* \* \*$/.exec(String(at(job, 'cron'))) ?? [];
  if (minute === undefined || hour === undefined) return undefined;
  return inUtc(Number(hour) * 60 + Number(minute), String(at(job, 'time_zone')), noon);
}

/** How many minutes lie between two runs of a job that runs several times a day. */
function intervalOf(job: Json | undefined): number | undefined {
  const [, minute = '', hour = ''] = /^(\S+) (\S+) \* \* \*$/.exec(String(at(job, 'cron'))) ?? [];
  const [, minutes] = /^\*\/(\d+)$/.exec(minute) ?? [];
  if (minutes !== undefined && hour === '*') return Number(minutes);
  if (!/^\d+$/.test(minute)) return undefined;
  if (hour === '*') return 60;
  const [, hours] = /^\*\/(\d+)$/.exec(hour) ?? [];
  return hours === undefined ? undefined : Number(hours) * 60;
}

function inUtc(minute: number, time_zone: string, noon: Date): number | undefined {
  try {
    const there = new Intl.DateTimeFormat('en-GB', {
      timeZone: time_zone,
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    }).format(noon);
    const [hours = 0, minutes = 0] = there.split(':').map(Number);
    return minute - (hours * 60 + minutes - 12 * 60);
  } catch {
    return undefined;
  }
}
