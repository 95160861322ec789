import { at, entriesOf, isObject, type Json, type JsonObject, membersOf } from '../../json.ts';
import { type Edit, matchesPattern, sameJson } from '../model/edits.ts';
import { type Contracts, fits, type Ruling, words } from './ruling.ts';

/** Lists in which every entry counts and none comes first. */
const SETS = [
  ...['x-processors.*.*.aliases', 'x-processors.*.*.requires', 'x-delivery.forms', 'x-delivery.ack_statuses'],
  ...['x-table-readiness.counts', 'x-table-readiness.may_be_empty', 'x-orchestrators.*.counts'],
  ...['x-orchestrators.*.levels', 'x-orchestrators.*.levels.*.waits_for', 'x-orchestrators.*.levels.*.runs'],
  ...['x-acknowledgement', 'x-idempotency', 'x-endpoints', 'x-endpoints.*.answers', 'operations.*.messages'],
  ...['x-deployment.apis', 'x-deployment.firestore.indexes', 'x-deployment.project_roles.*'],
  ...['x-deployment.stages.*.components', 'x-monitoring.hops.*.subscriptions'],
  ...['x-monitoring.log_events.*.fields', 'x-monitoring.metrics.*.labels', 'x-monitoring.metrics.*.where'],
  'x-monitoring.alerts.*.metrics',
];
const WORDS = ['title', 'summary', 'description', 'tags', 'externalDocs', 'examples', 'name'];

/**
 * Judge an edit after which the contract says the same: entries of a set in another order, or another name that only the
 * contract uses, for a channel, an operation or a message. Undefined for any other edit.
 */
export function sameMeaning(edit: Edit, contracts: Contracts): Ruling | undefined {
  const { path, kind } = edit;
  if (kind === 'reordered')
    return SETS.some((pattern) => matchesPattern(pattern, path))
      ? words('The order of this list means nothing.')
      : undefined;
  const form = path[0] === 'channels' ? channelForm : path[0] === 'operations' ? operationForm : undefined;
  if (form === undefined || path[1] === undefined) return undefined;
  const is_same = path.length === 2 ? isRenamed(edit, contracts, form) : keepsForm(path, contracts, form);
  return is_same
    ? fits(
        'Only a name inside the contract is another: addresses, messages and components are the same.',
        'Code that uses the generated name follows when it is built.',
      )
    : undefined;
}

type Form = (document: JsonObject, value: Json) => Json;

/** The same stands in the other contract under a key that this one does not have. */
function isRenamed({ path, kind, before, after }: Edit, { old, fresh }: Contracts, form: Form): boolean {
  const [own, other] = kind === 'added' ? [fresh, old] : [old, fresh];
  const value = kind === 'added' ? after : before;
  const section = path[0] ?? '';
  if (value === undefined) return false;
  return membersOf(other[section]).some(
    ([key, one]) => at(own, section, key) === undefined && sameJson(form(other, one), form(own, value)),
  );
}

/** An edit inside of one that is the same when every name in it is resolved. */
function keepsForm(path: readonly string[], { old, fresh }: Contracts, form: Form): boolean {
  const [before, after] = [old, fresh].map((document) => {
    const value = at(document, ...path.slice(0, 2));
    return value === undefined ? undefined : form(document, value);
  });
  // A list of messages that comes or goes has a rule of its own.
  if (path[0] === 'operations' && path[2] === 'messages' && path.length === 3) return false;
  const is_name = ['messages', 'channel', 'x-dead-letter-channel'].includes(path[2] ?? '');
  return is_name && before !== undefined && after !== undefined && sameJson(before, after);
}

function channelForm(document: JsonObject, channel: Json): Json {
  const dead_letters = at(channel, 'x-dead-letter-channel');
  const messages = membersOf(at(channel, 'messages')).map(([, message]) => messageForm(document, message));
  return {
    ...withoutWords(channel),
    messages: sorted(messages),
    'x-dead-letter-channel':
      typeof dead_letters === 'string' ? (at(document, 'channels', dead_letters, 'address') ?? null) : null,
  };
}

function operationForm(document: JsonObject, operation: Json): Json {
  const channel = referenced(document, at(operation, 'channel'));
  const all = membersOf(at(channel, 'messages')).map(([, message]) => message);
  const listed = entriesOf(at(operation, 'messages')).flatMap((one) => referenced(document, one) ?? []);
  const messages = (listed.length > 0 ? listed : all).map((message) => messageForm(document, message));
  return {
    ...withoutWords(operation),
    channel: at(channel, 'address') ?? null,
    messages: sorted(messages),
  };
}

function messageForm(document: JsonObject, message: Json): Json {
  return withoutWords(referenced(document, message) ?? message);
}

function referenced(document: JsonObject, value: Json | undefined): Json | undefined {
  const target = at(value, '$ref');
  return typeof target === 'string' ? at(document, ...target.replace('#/', '').split('/')) : undefined;
}

function withoutWords(value: Json): JsonObject {
  return isObject(value)
    ? Object.fromEntries(Object.entries(value).filter(([key]) => !WORDS.includes(key)))
    : {};
}

function sorted(values: readonly Json[]): readonly Json[] {
  return [...values].sort((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));
}
