/** A day of either half of the year, since clocks of a zone change and UTC does not. */
const SEASONS = [
  { name: 'winter', noon: new Date('2024-01-15T12:00:00Z') },
  { name: 'summer', noon: new Date('2024-07-15T12:00:00Z') },
] as const;

const PACIFIC = 'America/Los_Angeles';

/** When a job runs, in words. */
export interface JobTimes {
  readonly pacific: string;
  readonly utc: string;
}

/**
 * Say when a job runs in Pacific time and in UTC, in winter and in summer where that is not the same.
 *
 * @param cron  minute, hour, day, month, weekday. Of one that is not a time of the day the text itself is given.
 */
export function timesOf(cron: string, time_zone: string): JobTimes {
  const every = /^\*\/(\d+) \* \* \* \*$/.exec(cron)?.[1];
  if (every !== undefined) return { pacific: `every ${every} minutes`, utc: `every ${every} minutes` };
  const [, minute, hour, rest] = /^(\d+) (\d+) (\S+ \S+ \S+)$/.exec(cron) ?? [];
  if (minute === undefined || hour === undefined) return { pacific: `${cron} in ${time_zone}`, utc: '' };
  const own = Number(hour) * 60 + Number(minute);
  const days = rest === '* * *' ? 'every day' : `on days ${rest} of ${time_zone}`;
  const inZone = (zone: string): string => {
    const times = SEASONS.map(({ name, noon }) => {
      const ahead = minutesAhead(zone, noon) - minutesAhead(time_zone, noon);
      return { name, time: clock(own + ahead) };
    });
    const [winter, summer] = times.map(({ time }) => time);
    if (winter === summer) return `${winter}, ${days}`;
    return `${times.map(({ name, time }) => `${time} in ${name}`).join(', ')}; ${days}`;
  };
  try {
    return { pacific: inZone(PACIFIC), utc: inZone('UTC') };
  } catch {
    return { pacific: `${cron} in ${time_zone}`, utc: '' };
  }
}

/** How far a zone's clocks are ahead of UTC. @throws {RangeError} when there is no such zone. */
function minutesAhead(zone: string, noon: Date): number {
  const there = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hour: '2-digit',
    minute: '2-digit',
    day: 'numeric',
    hourCycle: 'h23',
  }).formatToParts(noon);
  const [day = 0, hours = 0, minutes = 0] = ['day', 'hour', 'minute'].map((type) =>
    Number(there.find((one) => one.type === type)?.value),
  );
  return (day - noon.getUTCDate()) * 1440 + hours * 60 + minutes - 12 * 60;
}

/** Minutes of a day as a clock shows them, with the day that it is where that is another. */
function clock(minutes: number): string {
  const day = Math.floor(minutes / 1440);
  const own = minutes - day * 1440;
  const two = (value: number): string => String(value).padStart(2, '0');
  const other = day === 0 ? '' : day > 0 ? ' of the next day' : ' of the day before';
  return `${two(Math.floor(own / 60))}:${two(own % 60)}${other}`;
}
