import { PROCESSORS } from '../../../generated/registry.ts';
import { ORCHESTRATORS, TOPICS } from '../../../generated/topology.ts';
import type { DeliveryEvent, History, PublishEvent } from '../../history/events.ts';
import { deliveries, executionOf, isObject, metadataOf, runOf, text } from '../../history/select.ts';
import { processorOf, type RegistryPhase } from '../owed/names.ts';

/** A real calendar day, as the contract writes it. */
const DATE = /^\d{4}-\d{2}-\d{2}$/;
/** The same day as somebody writes it who does not keep to that. */
const ODD_DATES = [
  /(\d{4})[-/.]?(\d{2})[-/.]?(\d{2})/,
  /(?<month>\d{2})[-/.](?<day>\d{2})[-/.](?<year>\d{4})/,
] as const;

/** List the dates that a message may be about, the likeliest first: what it says, its attributes, then what caused it. */
export function datesOf(history: History, published: PublishEvent): readonly string[] {
  const said = text(published.message, 'game_date');
  if (DATE.test(said)) return [said];
  const metadata = metadataOf(published.message);
  const words = [said, published.attributes['game_date'] ?? '', ...Object.values(metadata)];
  const written = words.flatMap((word) => (typeof word === 'string' ? (normalDate(word) ?? []) : []));
  const causes = causesOf(history, published).map(({ message }) => text(message, 'game_date'));
  return distinct([...written, ...causes].filter((date) => DATE.test(date)));
}

/** List the runs of its date that a message may belong to: what it says, else what caused it, else the first. */
export function runsOf(history: History, published: PublishEvent): readonly number[] {
  const { message } = published;
  const said = message?.['run'] ?? metadataOf(message)['run'] ?? published.attributes['run'];
  const number = typeof said === 'string' ? Number(said) : said;
  if (typeof number === 'number' && Number.isInteger(number)) return [number];
  return distinct([...causesOf(history, published).map(({ message: cause }) => runOf(cause)), 1]);
}

/** List the processors of a phase that a message may come from: its name, a name like it, its table, then every one. */
export function processorsNamed(phase: RegistryPhase, { message }: PublishEvent): readonly string[] {
  const known = processorOf(phase, message);
  if (known !== undefined) return [known];
  const entries = Object.entries<{ readonly aliases: readonly string[]; readonly table: string }>(
    PROCESSORS[phase],
  );
  const said = text(message, 'processor_name');
  const alike = entries.filter(([name, { aliases }]) =>
    [name, ...aliases].some((one) => said !== '' && isAlike(one, said)),
  );
  const table = text(message, 'output_table').split('.').at(-1) ?? '';
  const written = entries.filter((entry) => table !== '' && entry[1].table === table);
  const likely = [...alike, ...written].map(([name]) => name);
  if (likely.length > 0 || said !== '') return distinct([...likely, ...(said === '' ? [] : [said])]);
  return entries.map(([name]) => name);
}

/**
 * List the cascade levels that a trigger may be of: the one that it says, unless its processors, upstream runs and sender agree
 * on another. A trigger that says nothing of its level may be of any that the rest of it fits.
 */
export function levelsOf({ message }: PublishEvent): readonly number[] {
  const metadata = metadataOf(message);
  const said = Number(metadata['level'] ?? message?.['level'] ?? Number.NaN);
  const names = namesIn(metadata['processors'] ?? message?.['processors'] ?? null);
  const above = namesIn(metadata['upstream'] ?? null);
  const sender = text(message, 'processor_name');
  const votes = LEVELS.map(({ level, runs, waits_for, orchestrator }) => ({
    level,
    votes:
      (said === level ? 1.5 : 0) +
      (isSame(names, runs) ? 1 : 0) +
      (isSame(above, waits_for) ? 1 : 0) +
      (isAlike(sender, orchestrator) ? 0.5 : 0),
  }));
  const most = Math.max(...votes.map(({ votes: count }) => count));
  const best = votes.filter(({ votes: count }) => count === most).map(({ level }) => level);
  return best.includes(said) ? [said] : best;
}

const LEVELS = Object.entries(ORCHESTRATORS).flatMap(([orchestrator, { levels }]) =>
  levels.map(({ level, runs, waits_for }) => ({
    level: Number(level),
    runs: runs as readonly string[],
    waits_for: waits_for as readonly string[],
    orchestrator,
  })),
);

/** Find the deliveries that a message may come from, the likeliest first: named, of an upstream run, of the same chain. */
export function causesOf(history: History, published: PublishEvent): readonly DeliveryEvent[] {
  const { message } = published;
  const senders: readonly string[] =
    Object.entries(TOPICS).find(([topic]) => topic === published.topic)?.[1].senders ?? [];
  const before = deliveries(history).filter(
    ({ sequence, defect, component, message: brought }) =>
      sequence < published.sequence && defect === null && brought !== null && senders.includes(component),
  );
  const upstream = metadataOf(message)['upstream'];
  const runs = (Array.isArray(upstream) ? upstream : []).map((entry) =>
    executionOf(isObject(entry) ? entry : null),
  );
  const is_named = ({ message_id }: DeliveryEvent): boolean =>
    message_id === text(message, 'trigger_message_id');
  const is_above = ({ message: brought }: DeliveryEvent): boolean => runs.includes(executionOf(brought));
  const chain = text(message, 'correlation_id') || (published.attributes['correlation_id'] ?? '');
  const is_chained = ({ message: brought }: DeliveryEvent): boolean =>
    chain !== '' && [text(brought, 'correlation_id'), text(brought, 'execution_id')].includes(chain);
  const tied = [is_named, is_above, is_chained].flatMap((isTied) => before.filter(isTied).reverse());
  return distinct([...tied, ...[...before].reverse()]);
}

/** Keep each value once, in the order of its first. */
export function distinct<Value>(values: readonly Value[]): readonly Value[] {
  return [...new Set(values)];
}

function normalDate(word: string): string | undefined {
  const [first, second] = ODD_DATES.map((form) => form.exec(word));
  if (first) return `${first[1]}-${first[2]}-${first[3]}`;
  const { year, month, day } = second?.groups ?? {};
  return year === undefined ? undefined : `${year}-${month}-${day}`;
}

/** The names in a list of names, of runs, or in words with commas. */
function namesIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return value.split(',').map((name) => name.trim());
  if (!Array.isArray(value)) return [];
  return value.map((entry) =>
    typeof entry === 'string' ? entry : text(isObject(entry) ? entry : null, 'processor'),
  );
}

function isSame(names: readonly string[], wanted: readonly string[]): boolean {
  return names.length === wanted.length && wanted.every((name) => names.some((one) => isAlike(one, name)));
}

/** The same name but for case and signs between words, or for a slip of the hand in a long one. */
function isAlike(one: string, other: string): boolean {
  const [a, b] = [one, other].map((name) => name.toLowerCase().replace(/[^a-z0-9]/g, ''));
  if (a === undefined || b === undefined || a === '' || b === '') return false;
  return a === b || (Math.min(a.length, b.length) > SHORT && isOneSlip(a, b));
}

const SHORT = 8;

/** Whether one letter more, less or other, or two that changed places, make the one of the other. */
function isOneSlip(a: string, b: string): boolean {
  let start = 0;
  while (start < Math.min(a.length, b.length) && a[start] === b[start]) start += 1;
  let end = 0;
  const room = Math.min(a.length, b.length) - start;
  while (end < room && a.at(-1 - end) === b.at(-1 - end)) end += 1;
  const [left, right] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  if (left.length <= 1 && right.length <= 1) return true;
  return left.length === 2 && right.length === 2 && left[0] === right[1] && left[1] === right[0];
}
