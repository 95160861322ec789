import { PROCESSORS } from '../../../generated/registry.ts';
import type { DeliveryEvent, History } from '../../history/events.ts';
import { deliveries, runOf, text } from '../../history/select.ts';
import { counts, processorOf, skips } from '../owed/names.ts';
import { answersOf } from './deliveries.ts';
import type { Situation } from './situation.ts';

/** Situations of what comes before what, and of processes that end. */
export const OF_ORDER = [
  {
    name: 'killed with a delivery in flight',
    sentence: 'A component is killed while a delivery or a call of it has no answer.',
    count: countKilledInFlight,
  },
  {
    name: 'delivery after a restart',
    sentence: 'A component that was started again gets a delivery or a call.',
    count: countAfterRestart,
  },
  {
    name: 'levels out of order',
    sentence: 'A completion of the cascade arrives before one of a lower level for the same date.',
    count: (history) =>
      countPairs(
        history,
        (earlier, later) => levelOfSender(earlier) > levelOfSender(later) && levelOfSender(later) > 0,
      ),
  },
  {
    name: 'failure before success',
    sentence: 'A processor completes with failed or no_data, and later succeeds for the same date.',
    count: (history) =>
      countPairs(
        history,
        (earlier, later) => isSameProcessor(earlier, later) && isFailure(earlier) && counts(later.message),
      ),
  },
  {
    name: 'failure after success',
    sentence: 'A processor succeeds, and later completes with failed or no_data for the same date.',
    count: (history) =>
      countPairs(
        history,
        (earlier, later) => isSameProcessor(earlier, later) && counts(earlier.message) && isFailure(later),
      ),
  },
  {
    name: 'backfill before live',
    sentence: 'A message that must trigger nothing is delivered, and later one of its date that must.',
    count: (history) =>
      countPairs(history, (earlier, later) => skips(earlier.message) && !skips(later.message)),
  },
  {
    name: 'two runs of a date',
    sentence: 'A component gets messages of two runs of the same date.',
    count: (history) =>
      countPairs(history, (earlier, later) => runOf(earlier.message) !== runOf(later.message)),
  },
  {
    name: 'days that differ by zone',
    sentence:
      'A call means today while the day in Pacific time is not the day in UTC, which is so from 16:00 or 17:00 to midnight there: run it then once.',
    count: countDifferingDays,
  },
] as const satisfies readonly Situation[];

function countDifferingDays(history: History): number {
  const day = (name: string): string | undefined =>
    history.flatMap((event) =>
      event.kind === 'marker' && event.name === name ? event.sentence.slice(0, 10) : [],
    )[0];
  const [pacific, utc] = [day('today'), day('today in UTC')];
  return pacific !== undefined && utc !== undefined && pacific !== utc ? 1 : 0;
}

/** Count deliveries after one of the same date to the same component with which they make a pair. */
function countPairs(
  history: History,
  isPair: (earlier: DeliveryEvent, later: DeliveryEvent) => boolean,
): number {
  const groups = new Map<string, DeliveryEvent[]>();
  let count = 0;
  for (const later of deliveries(history)) {
    const game_date = text(later.message, 'game_date');
    if (game_date === '' || later.defect !== null) continue;
    const key = `${later.component} ${later.topic} ${game_date}`;
    const group = groups.get(key) ?? [];
    if (group.some((earlier) => isPair(earlier, later))) count += 1;
    groups.set(key, [...group, later]);
  }
  return count;
}

function countKilledInFlight(history: History): number {
  const answers = answersOf(history);
  const responses = new Map(
    history.flatMap((event) => (event.kind === 'response' ? [[event.request, event] as const] : [])),
  );
  return history.filter(
    (killed) =>
      killed.kind === 'process' &&
      killed.change === 'killed' &&
      history.some((event) => {
        if (event.kind !== 'delivery' && event.kind !== 'request') return false;
        if (event.component !== killed.component || event.sequence > killed.sequence) return false;
        const end = event.kind === 'delivery' ? answers.get(event.sequence) : responses.get(event.sequence);
        // The judge hears of a broken connection before or after it has written down the kill.
        return end === undefined || end.status === null || end.sequence > killed.sequence;
      }),
  ).length;
}

function countAfterRestart(history: History): number {
  const restarted = new Set<string>();
  let count = 0;
  for (const event of history) {
    if (event.kind === 'process' && event.change === 'started') restarted.add(event.component);
    if (event.kind !== 'delivery' && event.kind !== 'request') continue;
    if (restarted.has(event.component)) count += 1;
  }
  return count;
}

const LEVELS = new Map(
  Object.entries<{ readonly level: number | null }>(PROCESSORS.phase_4_precompute).map(
    ([name, { level }]) => [name, level ?? 0] as const,
  ),
);

/** 0 for what is no processor of the cascade. */
function levelOfSender({ message }: DeliveryEvent): number {
  return LEVELS.get(processorOf('phase_4_precompute', message) ?? '') ?? 0;
}

function isSameProcessor(a: DeliveryEvent, b: DeliveryEvent): boolean {
  const name = text(a.message, 'processor_name');
  return name !== '' && name === text(b.message, 'processor_name');
}

function isFailure({ message }: DeliveryEvent): boolean {
  return ['failed', 'no_data'].includes(text(message, 'status'));
}
