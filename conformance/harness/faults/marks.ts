import type { CloudCall } from '../../cloud/calls.ts';

const DATE = /\d{4}-\d{2}-\d{2}/g;
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
  const found = new Set<string>();
  collectDates(call.request, found, 0);
  return found;
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

function collectDates(value: unknown, found: Set<string>, depth: number): void {
  if (depth > 12) return;
  if (typeof value === 'string') {
    for (const date of value.match(DATE) ?? []) found.add(date);
  } else if (Buffer.isBuffer(value)) {
    for (const date of value.toString('utf8').match(DATE) ?? []) found.add(date);
  } else if (Array.isArray(value)) {
    for (const element of value) collectDates(element, found, depth + 1);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, member] of Object.entries(value)) {
      collectDates(key, found, depth + 1);
      collectDates(member, found, depth + 1);
    }
  }
}
