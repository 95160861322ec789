import { at, entriesOf, isObject, type Json, type JsonObject, membersOf, stringsOf } from '../../json.ts';
import { sameJson } from '../model/edits.ts';
import { widened } from './widen.ts';

/**
 * Make a contract that lies between two: its senders write the fields of both, and its receivers take a message in either form.
 * What is about no payload is as in the new one.
 */
export function bridgeBetween(old: JsonObject, fresh: JsonObject): JsonObject {
  const [before, after] = [old, fresh].map((document) => membersOf(at(document, 'components', 'schemas')));
  const olds = Object.fromEntries(before ?? []);
  const schemas = Object.fromEntries(
    (after ?? []).map(([name, schema]) => [name, bridgedSchema(olds[name], schema)]),
  );
  const gone = Object.fromEntries((before ?? []).filter(([name]) => !(name in schemas)));
  const components = isObject(fresh['components']) ? fresh['components'] : {};
  return {
    ...fresh,
    components: { ...components, messages: bridgedMessages(old, fresh), schemas: { ...schemas, ...gone } },
  };
}

function bridgedSchema(old: Json | undefined, fresh: Json): Json {
  if (!isObject(old) || !isObject(fresh) || sameJson(old, fresh)) return fresh;
  const is_object = 'properties' in fresh || 'allOf' in fresh;
  return is_object ? bridgedObject(old, fresh) : widened(old, fresh);
}

/** Fields of both; conditions that both have; and closed only where both are. */
function bridgedObject(old: JsonObject, fresh: JsonObject): JsonObject {
  const parts = entriesOf(fresh['allOf']);
  const own = entriesOf(old['allOf']);
  const allOf = parts.flatMap((part): readonly Json[] => {
    if (!isObject(part) || 'if' in part) return own.some((other) => sameJson(other, part)) ? [part] : [];
    const other = own.find((one) => isObject(one) && 'properties' in one && !('if' in one));
    return [isObject(other) && 'properties' in part ? bridgedObject(other, part) : part];
  });
  const merged = 'properties' in fresh ? bridgedFields(old, fresh) : fresh;
  const { allOf: _parts, additionalProperties: _closed, ...rest } = merged;
  const additional = sameJson(old['additionalProperties'], fresh['additionalProperties'])
    ? fresh['additionalProperties']
    : true;
  return {
    ...rest,
    ...(allOf.length > 0 ? { allOf } : {}),
    ...(additional === undefined ? {} : { additionalProperties: additional }),
  };
}

/** A field that only one side asks for is written by senders, and receivers do without it. */
function bridgedFields(old: JsonObject, fresh: JsonObject): JsonObject {
  const [olds, news] = [old, fresh].map((schema) =>
    isObject(schema['properties']) ? schema['properties'] : {},
  );
  const required = { old: stringsOf(old['required']), fresh: stringsOf(fresh['required']) };
  const names = [...new Set([...Object.keys(olds ?? {}), ...Object.keys(news ?? {})])];
  const properties = names.map((name): readonly [string, Json] => {
    const [before, after] = [olds?.[name], news?.[name]];
    const form = isObject(before) && isObject(after) ? widened(before, after) : (after ?? before ?? null);
    const is_asked_once = required.old.includes(name) !== required.fresh.includes(name);
    const is_optional = [before, after].some((one) => at(one, 'x-receiver-optional') === true);
    return [
      name,
      isObject(form) && (is_asked_once || is_optional) ? { ...form, 'x-receiver-optional': true } : form,
    ];
  });
  const asked = [...new Set([...required.old, ...required.fresh])].filter((name) => {
    // A field that both describe and only one asks for: the other's senders may leave it out, so nobody is asked for it.
    return (
      required.old.includes(name) === required.fresh.includes(name) ||
      !(olds !== undefined && news !== undefined && name in olds && name in news)
    );
  });
  return { ...fresh, properties: Object.fromEntries(properties), required: asked };
}

/** The example of a message in both forms. */
function bridgedMessages(old: JsonObject, fresh: JsonObject): JsonObject {
  return Object.fromEntries(
    membersOf(at(fresh, 'components', 'messages')).map(([name, message]): readonly [string, Json] => {
      if (!isObject(message)) return [name, message];
      const before = entriesOf(at(old, 'components', 'messages', name, 'examples'));
      const examples = entriesOf(message['examples']).map((example): Json => {
        const same = before.find((one) => at(one, 'name') === at(example, 'name'));
        const [own, other] = [at(example, 'payload'), at(same, 'payload')];
        return isObject(example) && isObject(own) && isObject(other)
          ? { ...example, payload: { ...other, ...own } }
          : example;
      });
      return [name, { ...message, examples }];
    }),
  );
}
