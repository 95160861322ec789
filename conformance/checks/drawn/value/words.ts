import type { DrawnHistory, DrawnParcel, DrawnStep } from './history.ts';

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
  }
}

function describeParcel(parcel: DrawnParcel): string {
  const { n, name, day = 0, run = 1, status = 'success', copies = 1 } = parcel;
  const words = [
    `message ${n}: ${JSON.stringify(name)} ${status}`,
    day === 0 ? '' : `of ${DAYS[day] ?? `day ${day}`}`,
    run === 1 ? '' : `run ${run}`,
    parcel.execution_of === undefined ? '' : `with the execution_id of message ${parcel.execution_of}`,
    describeCorrelation(parcel.correlation),
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
