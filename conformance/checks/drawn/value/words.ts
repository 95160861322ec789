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
      return `${step.until_over === true ? 'sweeps until claims have run out' : 'a sweep'}${describeInstance(step)}`;
    case 'refuse':
      return describeRefusal(step);
    case 'seed': {
      const by = step.backfill === undefined ? '' : ` by a backfill ("${step.backfill}")`;
      return `${step.ready} players are ready and ${step.not_ready ?? 0} are not${describePlace(step)}${by}`;
    }
    case 'prepare': {
      const said = { no_games: 'the schedule lists no game', phase_4_begun: 'Phase 4 is under way' };
      return `${said[step.what]}${describePlace(step)}`;
    }
    case 'odd':
      return `${step.method} ${step.path}${step.body === undefined ? '' : ` with ${step.body}`}${describePlace(step)}`;
    case 'call':
      return describeCall(step);
    case 'recover':
      return `${step.path}${describePlace(step)} until claims have run out`;
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

function describeInstance({ instance }: { readonly instance?: 2 }): string {
  return instance === undefined ? '' : ' to the second instance';
}

function describeCall(step: Extract<DrawnStep, { readonly do: 'call' }>): string {
  const { path, force, minutes_of, scheduler, source, copies = 1 } = step;
  const words = [
    `${path}${force === true ? ' by force' : ''}${describePlace(step)}`,
    minutes_of === undefined ? '' : `for players with at least as many minutes as player ${minutes_of}`,
    scheduler === undefined ? '' : 'by the scheduler',
    source === undefined ? '' : `that says it is of ${source}`,
    copies === 1 ? '' : `${copies} times at once`,
  ];
  return `${words.filter((word) => word !== '').join(' ')}${describeInstance(step)}`;
}

function describePlace({ day = 0, run = 1 }: DrawnPlace): string {
  return `${day === 0 ? '' : ` of ${DAYS[day] ?? `day ${day}`}`}${run === 1 ? '' : ` run ${run}`}`;
}

function describeAsk(ask: DrawnAsk): string {
  const { n, player, batch = 1, attempt = 1, copies = 1, backfill } = ask;
  const words = [
    `message ${n}: player ${player} of batch ${batch}${describePlace(ask)} is asked for`,
    attempt === 1 ? '' : `for attempt ${attempt}`,
    describeLetters(ask),
    backfill === undefined ? '' : `as a backfill ("${backfill}")`,
    copies === 1 ? '' : `${copies} times at once${ask.new_ids === true ? ' under new messageIds' : ''}`,
  ];
  return `${words.filter((word) => word !== '').join(' ')}${describeInstance(ask)}`;
}

function describeAnswer(step: Extract<DrawnStep, { readonly do: 'answer' }>): string {
  const { players, but = 0, status = 'success', attempt, of, execution_of, copies = 1 } = step;
  const every = but === 0 ? 'every player' : `every player but ${but}`;
  const words = [
    `message ${step.n}: ${status} of ${players === undefined ? every : `player ${players.join(' and ')}`}${describePlace(step)}`,
    attempt === 'earlier' ? 'for the attempt before' : attempt === 'missing' ? 'without attempt' : '',
    of === undefined ? '' : of === 'batch before' ? 'for the batch before' : `for ${of}`,
    execution_of === undefined ? '' : `with the execution_ids of message ${execution_of}`,
    describeLetters(step),
    copies === 1 ? '' : `${copies} times at once${step.new_ids === true ? ' under new messageIds' : ''}`,
  ];
  return `${words.filter((word) => word !== '').join(' ')}${describeInstance(step)}`;
}

function describeParcel(parcel: DrawnParcel): string {
  const { n, name, day = 0, run = 1, status = 'success', copies = 1 } = parcel;
  const words = [
    `message ${n}: ${JSON.stringify(name)} ${status}`,
    day === 0 ? '' : `of ${DAYS[day] ?? `day ${day}`}`,
    run === 1 ? '' : `run ${run}`,
    parcel.execution_of === undefined ? '' : `with the execution_id of message ${parcel.execution_of}`,
    describeLetters(parcel),
    parcel.version === undefined ? '' : `with an execution_id of UUID version ${parcel.version}`,
    describeCorrelation(parcel.correlation),
    ...describeOrigin(parcel),
    parcel.skip === true ? 'that skips downstream triggers' : '',
    parcel.backfill === undefined ? '' : `as a backfill ("${parcel.backfill}")`,
    parcel.wide === true ? 'with a field that nobody knows' : '',
    parcel.minutes === undefined ? '' : `with a timestamp ${parcel.minutes} minutes off`,
    copies === 1 ? '' : `${copies} times at once${parcel.new_ids === true ? ' under new messageIds' : ''}`,
    parcel.late === true ? 'delivered again only at the end if it is nacked' : '',
  ];
  return `${words.filter((word) => word !== '').join(' ')}${describeInstance(parcel)}`;
}

function describeLetters({ capitals }: { readonly capitals?: true }): string {
  return capitals === undefined ? '' : 'with its execution_id in capitals';
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
  times = 1,
  alike,
  is_done,
  is_held,
  held_steps,
}: Extract<DrawnStep, { readonly do: 'refuse' }>): string {
  const one = after === 0 ? `the next ${on}` : `${on} ${after + 1} from here`;
  const more = alike === true ? 'each repeat of it' : `${times - 1} more`;
  const which = times === 1 ? one : `${one} and ${more}`;
  const where = topic === undefined ? '' : ` to ${topic}`;
  const lost = is_done === true ? 'is done, but its answer is lost' : 'is refused';
  const held = held_steps === undefined ? 'until the end' : `while ${held_steps} further steps happen`;
  const waits = is_done === true ? 'is done, but its answer is held back' : 'is held back';
  const effect = is_held === true ? `${waits} ${held}` : lost;
  return `${which}${where} about ${DAYS[day] ?? `day ${day}`} ${effect}`;
}
