import { at, entriesOf, isObject, type Json, type JsonObject, membersOf, stringsOf } from '../../json.ts';
import { topicsOf } from '../../topics.ts';
import type { Party } from '../model/change.ts';

/** A place where values of a schema pass from those who write them to those who read them. */
export interface Use {
  /** The same in two contracts when it is the same place. */
  readonly key: string;
  /** Where it passes, whatever the contract calls it: a topic for a message, else the same as `key`. */
  readonly place: string;
  /** Such as `AnalyticsCompletion on nba-phase3-analytics-complete`. */
  readonly subject: string;
  readonly schema: string;
  readonly writers: readonly Party[];
  readonly readers: readonly Party[];
  /** Values that the contract gives as examples. */
  readonly examples: readonly Json[];
}

const PREFIX = '#/components/schemas/';

/** List every place where values of a named schema pass from one side to another. */
export function usesOf(document: JsonObject): readonly Use[] {
  return [...messageUses(document), ...endpointUses(document), ...stateUses(document)];
}

/** Give the name of the schema of a message; undefined when its payload refers to none. */
function payloadOf(document: JsonObject, message: string): string | undefined {
  const target = at(document, 'components', 'messages', message, 'payload', '$ref');
  return typeof target === 'string' && target.startsWith(PREFIX) ? target.slice(PREFIX.length) : undefined;
}

/** Dead letters hold what their channel held; people read them, whatever they look like. */
function messageUses(document: JsonObject): readonly Use[] {
  const channels = membersOf(document['channels']);
  const dead_letters = new Set(channels.map(([, channel]) => at(channel, 'x-dead-letter-channel')));
  return membersOf(topicsOf(document)).flatMap(([topic, parties]): readonly Use[] => {
    if (dead_letters.has(at(parties, 'channel') ?? null)) return [];
    return stringsOf(at(parties, 'messages')).flatMap((message) => {
      const schema = payloadOf(document, message);
      if (schema === undefined) return [];
      return {
        key: `message ${topic} ${message}`,
        place: `message ${topic}`,
        subject: `${message} on ${topic}`,
        schema,
        writers: stringsOf(at(parties, 'senders')).map((component): Party => ({ component, role: 'sender' })),
        readers: stringsOf(at(parties, 'receivers')).map(
          (component): Party => ({ component, role: 'receiver' }),
        ),
        examples: entriesOf(at(document, 'components', 'messages', message, 'examples')).flatMap(
          (one) => at(one, 'payload') ?? [],
        ),
      };
    });
  });
}

/** A push path takes what its topic carries, which is listed as a message already. */
function endpointUses(document: JsonObject): readonly Use[] {
  const pushed = new Set(
    membersOf(document['x-subscriptions']).map(
      ([, one]) => `${String(at(one, 'component'))} ${String(at(one, 'push_path'))}`,
    ),
  );
  return entriesOf(document['x-endpoints']).flatMap((endpoint): readonly Use[] => {
    const component = String(at(endpoint, 'component'));
    const place = `${String(at(endpoint, 'method'))} ${String(at(endpoint, 'path'))}`;
    const called: Party = { component, role: 'called' };
    const callers = callersOf(document, component, String(at(endpoint, 'path')));
    const body = at(endpoint, 'body');
    const is_pushed = pushed.has(`${component} ${String(at(endpoint, 'path'))}`);
    const asked =
      typeof body === 'string' && !is_pushed
        ? [useOf(`body ${component} ${place}`, `body of ${place} of ${component}`, body, callers, [called])]
        : [];
    const answers = entriesOf(at(endpoint, 'answers')).flatMap((answer) => {
      const schema = at(answer, 'body');
      const status = String(at(answer, 'status'));
      if (typeof schema !== 'string') return [];
      return [
        useOf(
          `answer ${component} ${place} ${status}`,
          `answer ${status} of ${place} of ${component}`,
          schema,
          [called],
          callers,
        ),
      ];
    });
    return [...asked, ...answers];
  });
}

function useOf(
  key: string,
  subject: string,
  schema: string,
  writers: readonly Party[],
  readers: readonly Party[],
): Use {
  return { key, place: key, subject, schema, writers, readers, examples: [] };
}

/** Name who calls a path: its scheduler jobs, and whoever operates the pipeline. */
export function callersOf(document: JsonObject, component: string, path: string): readonly Party[] {
  const jobs = [
    ...membersOf(document['x-schedules']),
    ...membersOf(at(document, 'x-deployment', 'fall_back', 'schedules')),
  ];
  const called = jobs.filter(([, job]) => at(job, 'component') === component && at(job, 'path') === path);
  return [
    ...called.map(([name]): Party => ({ component: name, role: 'caller' })),
    { component: 'operators', role: 'caller' },
  ];
}

function stateUses(document: JsonObject): readonly Use[] {
  return membersOf(document['x-state']).flatMap(([name, state]): readonly Use[] => {
    const schema = at(state, 'schema');
    if (typeof schema !== 'string' || !isObject(state)) return [];
    const owners = ownersOf(document, state);
    return [
      useOf(
        `state ${name}`,
        `document ${name}`,
        schema,
        owners.map((component): Party => ({ component, role: 'writer' })),
        owners.map((component): Party => ({ component, role: 'reader' })),
      ),
    ];
  });
}

/** A document without an owner belongs to every component that runs in a phase. */
export function ownersOf(document: JsonObject, state: JsonObject): readonly string[] {
  const owner = state['owner'];
  if (typeof owner === 'string') return [owner];
  return membersOf(document['x-components']).flatMap(([name, one]) =>
    at(one, 'runs_as') === 'external' ? [] : [name],
  );
}
