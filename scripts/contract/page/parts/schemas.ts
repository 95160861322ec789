import { describeCondition, describeSchema } from '../../../schemas/describe.ts';
import { flattenSchema, isObjectSchema, type Schemas } from '../../../schemas/flatten.ts';
import { at, entriesOf, isObject, type Json, type JsonObject, membersOf, stringsOf } from '../../json.ts';
import { escaped, linkTo, prose, table } from '../markup.ts';

/** Write a link to where the page tells of a schema. */
export type SchemaLink = (name: string) => string;

/** Link a schema, which is told at its message where it is the payload of one. */
export function schemaLinks(document: JsonObject): SchemaLink {
  const messages = new Map(
    membersOf(at(document, 'components', 'messages')).map(([message, value]) => [
      String(at(value, 'payload', '$ref'))
        .split('/')
        .at(-1),
      message,
    ]),
  );
  return (name) => {
    const message = messages.get(name);
    return message === undefined ? linkTo('schema', name) : linkTo('message', message, name);
  };
}

/** Write the fields and the rules of a named schema. */
export function schemaMarkup(schemas: Schemas, name: string, link: SchemaLink): string {
  const flat = flattenSchema(schemas, name, (target) =>
    isObjectSchema(schemas, target) ? target : undefined,
  );
  const rows = fieldRows(flat, '', link);
  const about = flat['description'];
  const words = typeof about === 'string' ? `<p>${prose(about)}</p>` : '';
  const whole = rows.length === 0 ? `<p>${escaped(describeSchema(flat))}</p>` : '';
  const rules = entriesOf(flat['allOf']).filter(isObject).flatMap(ruleMarkup);
  const listed = rules.length === 0 ? '' : `<h4>Rules</h4><ul>${rules.join('')}</ul>`;
  const unknown = `<p class="soft">${rows.length === 0 ? '' : closedWords(flat)}</p>`;
  const columns = ['field', 'value', 'written', 'about'];
  return `${words}${whole}${table(`Fields of ${name}`, columns, rows)}${unknown}${listed}`;
}

function closedWords(flat: JsonObject): string {
  return flat['additionalProperties'] === true
    ? 'Senders may write more fields than these.'
    : 'A sender writes no other field. A receiver ignores one that it does not know.';
}

/** One row per field; those of an object within follow under its name. */
function fieldRows(schema: JsonObject, above: string, link: SchemaLink): readonly (readonly string[])[] {
  const required = stringsOf(schema['required']);
  return membersOf(schema['properties']).flatMap(([field, value]) => {
    if (!isObject(value)) return [];
    const name = `${above}${field}`;
    const { $ref, items } = value;
    const row = [
      `<code>${escaped(name)}</code>`,
      typeof $ref === 'string' ? link($ref) : valueMarkup(value, link),
      required.includes(field)
        ? value['x-receiver-optional'] === true
          ? 'always; a receiver can do without it'
          : 'always'
        : 'if the sender likes',
      prose(String(value['description'] ?? '')),
    ];
    const inner = isObject(items) ? fieldRows(items, `${name}[].`, link) : fieldRows(value, `${name}.`, link);
    return [row, ...inner];
  });
}

function valueMarkup(value: JsonObject, link: SchemaLink): string {
  const { items } = value;
  const branches = [...entriesOf(value['oneOf']), ...entriesOf(value['anyOf'])].filter(isObject);
  if (branches.length > 0) return branches.map((branch) => branchMarkup(branch, link)).join(' or ');
  const words = escaped(describeSchema(value));
  if (isObject(items) && !isObject(items['properties'])) return `${words} of: ${branchMarkup(items, link)}`;
  return words;
}

function branchMarkup(branch: JsonObject, link: SchemaLink): string {
  return typeof branch['$ref'] === 'string' ? link(branch['$ref']) : valueMarkup(branch, link);
}

function ruleMarkup(rule: JsonObject): readonly string[] {
  const when = isObject(rule['if']) ? describeCondition(rule['if']) : '';
  const branch = (part: Json | undefined, word: string): readonly string[] => {
    const fields = membersOf(isObject(part) ? part['properties'] : undefined).map(
      ([field, schema]) =>
        `<code>${escaped(field)}</code> is ${escaped(isObject(schema) ? describeSchema(schema) : 'set')}`,
    );
    return fields.length === 0 ? [] : [`<li>${word} ${escaped(when)}: ${fields.join(', ')}.</li>`];
  };
  return [...branch(rule['then'], 'When'), ...branch(rule['else'], 'Unless')];
}
