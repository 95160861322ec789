import type { DrawnAsk, DrawnHistory, DrawnParcel, DrawnPlace, DrawnStep } from './history.ts';
import { describeOrigin, describeWork } from './work-words.ts';

const DAYS = ['the day', 'the day after', 'the day before'];

/** Say a history in words: a sentence for each step, in order. */
export function describeHistory({ days, steps }: DrawnHistory): string {
  const told = steps.map((step, index) => `${index + 1}. ${describeStep(step)}`).join('; ');
  return days === 'plain' ? told : `on ${days === 'past' ? 'a date that is past' : days}: ${told}`;
}

function describeStep(step: DrawnStep): string {
  switch (step.do) {
    case 'deliver': {
      const told = step.parcels.map(describeParcel).join(' and ');
      return step.parcels.length > 1 ? `at once: ${told}` : told;
    }
    case 'again':
      return `message ${step.n} again${step.new_id === true ? ' under a new messageId' : ''}`;
    case 'sweep':
      return 'a sweep';
    case 'refuse':
      return describeRefusal(step);
    case 'seed':
      return `${step.ready} players are ready and ${step.not_ready ?? 0} are not${describePlace(step)}`;
    case 'call':
      return `${step.path}${step.force === true ? ' by force' : ''}${describePlace(step)}`;
    case 'answer':
      return describeAnswer(step);
    case 'ask': {
      const told = step.asks.map(describeAsk).join(' and ');
      return step.asks.length > 1 ? `at once: ${told}` : told;
    }
    default:
      return describeWork(step, describePlace(step));
  }
}

function describePlace({ day = 0, run = 1 }: DrawnPlace): string {
  return `${day === 0 ? '' : ` of ${DAYS[day] ?? `day ${day}`}`}${run === 1 ? '' : ` run ${run}`}`;
}

function describeAsk(ask: DrawnAsk): string {
  const { n, player, batch = 1, attempt = 1, copies = 1, backfill } = ask;
  const words = [
    `message ${n}: player ${player} of batch ${batch}${describePlace(ask)} is asked for`,
    attempt === 1 ? '' : `for attempt ${attempt}`,
    backfill === undefined ? '' : `as a backfill ("${backfill}")`,
    copies === 1 ? '' : `${copies} times at once${ask.new_ids === true ? ' under new messageIds' : ''}`,
  ];
  return words.filter((word) => word !== '').join(' ');
}

function describeAnswer(step: Extract<DrawnStep, { readonly do: 'answer' }>): string {
  const { players, status = 'success', attempt, of, copies = 1 } = step;
  const words = [
    `message ${step.n}: ${status} of ${players === undefined ? 'every player' : `player ${players.join(' and ')}`}${describePlace(step)}`,
    attempt === 'earlier' ? 'for the attempt before' : attempt === 'missing' ? 'without attempt' : '',
    of === undefined ? '' : `for ${of}`,
    copies === 1 ? '' : `${copies} times at once${step.new_ids === true ? ' under new messageIds' : ''}`,
  ];
  return words.filter((word) => word !== '').join(' ');
}

function describeParcel(parcel: DrawnParcel): string {
  const { n, name, day = 0, run = 1, status = 'success', copies = 1 } = parcel;
  const words = [
    `message ${n}: ${JSON.stringify(name)} ${status}`,
    day === 0 ? '' : `of ${DAYS[day] ?? `day ${day}`}`,
    run === 1 ? '' : `run ${run}`,
    parcel.execution_of === undefined ? '' : `with the execution_id of message ${parcel.execution_of}`,
    describeCorrelation(parcel.correlation),
    ...describeOrigin(parcel),
    parcel.skip === true ? 'that skips downstream triggers' : '',
    parcel.backfill === undefined ? '' : `as a backfill ("${parcel.backfill}")`,
    parcel.minutes === undefined ? '' : `with a timestamp ${parcel.minutes} minutes off`,
    copies === 1 ? '' : `${copies} times at once${parcel.new_ids === true ? ' under new messageIds' : ''}`,
    parcel.late === true ? 'delivered again only at the end if it is nacked' : '',
  ];
  return words.filter((word) => word !== '').join(' ');
}

function describeCorrelation(correlation: DrawnParcel['correlation']): string {
  if (correlation === undefined) return '';
  if (correlation === 'missing') return 'without correlation_id';
  return correlation === 'long'
    ? 'with a correlation_id as long as it may be'
    : `with the correlation_id of message ${correlation}`;
}

function describeRefusal({
  on,
  day = 0,
  after = 0,
  topic,
  is_done,
}: Extract<DrawnStep, { readonly do: 'refuse' }>): string {
  const which = after === 0 ? `the next ${on}` : `${on} ${after + 1} from here`;
  const where = topic === undefined ? '' : ` to ${topic}`;
  const effect = is_done === true ? 'is done, but its answer is lost' : 'is refused';
  return `${which}${where} about ${DAYS[day] ?? `day ${day}`} ${effect}`;
}
