import type { CloudCall } from '../../cloud/calls.ts';

const DASHED = /\d{4}-\d{2}-\d{2}/g;
/** The same date without dashes, as ids of documents have it; eight digits of a longer number are none. */
const COMPACT = /(?<!\d)((?:19|20|21)\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?!\d)/g;
const DEPTH_MAX = 16;
/** Ids that a message carries; an event belongs to the case that made one of them. */
const IDENTITY_FIELDS = [
  'game_date',
  'correlation_id',
  'execution_id',
  'trigger_message_id',
  'batch_id',
] as const;

/** Collect the game dates that a call names anywhere: in paths, field values and published messages. */
export function callMarks(call: CloudCall): ReadonlySet<string> {
  const known = seen.get(call);
  if (known !== undefined) return known;
  const found = new Set<string>();
  collectDates(call.request, found, 0);
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
  if (typeof request !== 'object' || request === null || !('topic' in request)) return undefined;
  return typeof request.topic === 'string' ? request.topic.split('/').at(-1) : undefined;
}

/** Count the messages of a Publish call that name a game date; a call may carry many. */
export function countMessages({ request }: CloudCall, game_date: string): number {
  const messages =
    typeof request === 'object' && request !== null && 'messages' in request ? request.messages : [];
  if (!Array.isArray(messages)) return 0;
  return messages.filter((message: unknown) => {
    const found = new Set<string>();
    collectDates(message, found, 0);
    return found.has(game_date);
  }).length;
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
