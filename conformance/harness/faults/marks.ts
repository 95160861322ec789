import type { CloudCall } from '../../cloud/calls.ts';

const DASHED = /\d{4}-\d{2}-\d{2}/g;
/** The same date without dashes, as ids of documents have it; eight digits of a longer number are none. */
const COMPACT = /(?<!\d)((?:19|20|21)\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?!\d)/g;
const DEPTH_MAX = 16;
const DAY_MS = 86_400_000;
const DOCUMENTS = '/documents/';
/** Ids that a message carries; an event belongs to the case that made one of them. */
const IDENTITY_FIELDS = [
  'game_date',
  'correlation_id',
  'execution_id',
  'trigger_message_id',
  'batch_id',
] as const;

/**
 * Collect the game dates that a call is about. A document or a message may name other dates too, such as those of the games
 * that it looks back on: so the path of a document decides, then the game_date of the document or message, and only where
 * neither names one every date that stands anywhere.
 */
export function callMarks(call: CloudCall): ReadonlySet<string> {
  const known = seen.get(call);
  if (known !== undefined) return known;
  const parts = partsOf(call);
  const found = new Set((parts ?? [call.request]).flatMap((part) => [...datesOfPart(part)]));
  seen.set(call, found);
  return found;
}

/** Every case that explores or faults asks about every call. */
const seen = new WeakMap<CloudCall, ReadonlySet<string>>();

/** List the game dates in a text, whether written 2024-01-15 or 20240115, as 2024-01-15. */
export function datesIn(text: string): readonly string[] {
  const compact = [...text.matchAll(COMPACT)].map(([, year, month, day]) => `${year}-${month}-${day}`);
  return [...(text.match(DASHED) ?? []), ...compact];
}

/** Say a sentence about another date, in whatever form it names its own. */
export function redate(sentence: string, game_date: string): string {
  return sentence.replaceAll(DASHED, game_date).replaceAll(COMPACT, game_date.replaceAll('-', ''));
}

/** Collect what ties a message to a case: its dates, ids and those of its upstream runs. */
export function messageMarks(message: unknown): readonly string[] {
  if (typeof message !== 'object' || message === null) return [];
  const fields = message as Readonly<Record<string, unknown>>;
  const own = IDENTITY_FIELDS.map((field) => fields[field]);
  const metadata = fields['metadata'];
  const upstream =
    typeof metadata === 'object' && metadata !== null && 'upstream' in metadata ? metadata.upstream : [];
  const above = Array.isArray(upstream)
    ? upstream.map((entry: unknown) =>
        typeof entry === 'object' && entry !== null && 'execution_id' in entry
          ? entry.execution_id
          : undefined,
      )
    : [];
  return [...own, ...above].filter((mark): mark is string => typeof mark === 'string' && mark !== '');
}

/** Name the topic that a Publish call goes to, without its project. */
export function publishedTopic(request: unknown): string | undefined {
  const { topic } = asObject(request);
  return typeof topic === 'string' ? topic.split('/').at(-1) : undefined;
}

/** Count the messages of a Publish call that name a game date; a call may carry many. */
export function countMessages({ request }: CloudCall, game_date: string): number {
  const { messages } = asObject(request);
  if (!Array.isArray(messages)) return 0;
  return messages.filter((message: unknown) => datesOfPart(message).has(game_date)).length;
}

/** The documents that a call writes, or the messages that it publishes; undefined for every other call. */
function partsOf({ method, request }: CloudCall): readonly unknown[] | undefined {
  const { writes, messages } = asObject(request);
  const parts = method === 'Publish' ? messages : writes;
  return Array.isArray(parts) && parts.length > 0 ? parts : undefined;
}

function datesOfPart(part: unknown): ReadonlySet<string> {
  const path = new Set(datesIn(pathOf(part)));
  // Where a document lies under the day on which it was written, its path says little of what it is about.
  if (path.size > 0 && ![...path].some(isNearToday)) return path;
  const own = new Set<string>();
  collectDates(gameDateOf(part), own, 0);
  if (own.size > 0) return new Set([...path, ...own]);
  const all = new Set<string>();
  collectDates(part, all, 0);
  return all;
}

/** Tell whether a date is today, yesterday or tomorrow in UTC. */
function isNearToday(date: string): boolean {
  const ahead_ms = Date.parse(date) - Date.now();
  return ahead_ms > -2 * DAY_MS && ahead_ms <= DAY_MS;
}

/** The path of a written document below its database, or nothing. */
function pathOf(part: unknown): string {
  const write = asObject(part);
  const path =
    asObject(write['update'])['name'] ?? write['delete'] ?? asObject(write['transform'])['document'];
  return typeof path === 'string' ? path.slice(path.indexOf(DOCUMENTS) + 1) : '';
}

/** The field game_date of a written document, as its client sent it, or of a published message. */
function gameDateOf(part: unknown): unknown {
  const { update, data } = asObject(part);
  if (update !== undefined) return asObject(asObject(update)['fields'])['game_date'];
  try {
    return asObject(JSON.parse(Buffer.isBuffer(data) ? data.toString('utf8') : ''))['game_date'];
  } catch {
    return undefined;
  }
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function collectDates(value: unknown, found: Set<string>, depth: number): void {
  if (depth > DEPTH_MAX) return;
  if (typeof value === 'string') {
    for (const date of datesIn(value)) found.add(date);
  } else if (Buffer.isBuffer(value)) {
    for (const date of datesIn(value.toString('utf8'))) found.add(date);
  } else if (Array.isArray(value)) {
    for (const element of value) collectDates(element, found, depth + 1);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, member] of Object.entries(value)) {
      collectDates(key, found, depth + 1);
      collectDates(member, found, depth + 1);
    }
  }
}
