import { isObject, type Json, type JsonObject } from '../../../../scripts/contract/json.ts';
import {
  chosen,
  type EditKind,
  enumOf,
  FORMS,
  formKind,
  isList,
  isNumber,
  isText,
  OBJECT_FORM,
  type Pick,
  typesOf,
  without,
  withSchema,
} from './making.ts';

const hasTypes = (form: JsonObject): boolean => typesOf(form).length > 0;

/** An edit of one keyword of an object. */
function objectKind(name: string, change: (pick: Pick) => readonly [readonly string[], Json]): EditKind {
  return {
    name,
    make: (schemas, pick) => {
      const schema = chosen(
        Object.keys(schemas).filter((one) => isObject(schemas[one]?.['properties'])),
        pick,
      );
      if (schema === undefined) return undefined;
      return { schemas: withSchema(schemas, schema, [change(pick)]), where: schema };
    },
  };
}

/** Edits of the form of one value, and of what an object may have besides. */
export const FORM_KINDS: readonly EditKind[] = [
  formKind(
    'an enum gets a value',
    (form) => 'enum' in form,
    (form, pick) => ({ ...form, enum: [...enumOf(form), ['skipped', 'any', '', '0'][pick(4)] ?? 'x'] }),
  ),
  formKind(
    'an enum loses a value',
    (form) => enumOf(form).length > 1,
    (form, pick) => ({
      ...form,
      enum: enumOf(form).filter((_, index) => index !== pick(1) % enumOf(form).length),
    }),
  ),
  formKind(
    'an enum exchanges a value',
    (form) => enumOf(form).length > 1,
    (form) => ({ ...form, enum: [...enumOf(form).slice(1), 'other'] }),
  ),
  formKind(
    'an enum becomes any text',
    (form) => 'enum' in form,
    (form) => without(form, 'enum'),
  ),
  formKind('a text becomes an enum', isText, (form) => ({ ...form, enum: ['one', 'two'] })),
  formKind(
    'another type',
    (form) => typesOf(form).length === 1,
    (_form, pick) => FORMS[pick(5)] ?? OBJECT_FORM,
  ),
  formKind(
    'null is allowed',
    (form) => typesOf(form).length > 0 && !typesOf(form).includes('null') && !('enum' in form),
    (form) => ({ ...form, type: [...typesOf(form), 'null'] }),
  ),
  formKind(
    'null is no longer allowed',
    (form) => typesOf(form).length > 1 && typesOf(form).includes('null'),
    (form) => ({ ...form, type: typesOf(form).filter((type) => type !== 'null') }),
  ),
  formKind(
    'a whole number may have a fraction',
    (form) => typesOf(form).includes('integer'),
    (form) => ({ ...form, type: typesOf(form).map((type) => (type === 'integer' ? 'number' : type)) }),
  ),
  formKind(
    'a number must be whole',
    (form) => typesOf(form).includes('number'),
    (form) => ({ ...form, type: typesOf(form).map((type) => (type === 'number' ? 'integer' : type)) }),
  ),
  formKind('a minimum is higher', isNumber, (form, pick) => ({
    ...form,
    minimum: Number(form['minimum'] ?? 0) + 1 + pick(3),
  })),
  formKind(
    'a minimum is lower',
    (form) => 'minimum' in form,
    (form, pick) => ({ ...form, minimum: Number(form['minimum']) - 1 - pick(3) }),
  ),
  formKind(
    'a minimum goes',
    (form) => 'minimum' in form,
    (form) => without(form, 'minimum'),
  ),
  formKind('a maximum is set', isNumber, (form, pick) => ({
    ...form,
    maximum: Number(form['minimum'] ?? 0) + 2 + pick(1000),
  })),
  formKind(
    'a minimum is exclusive',
    (form) => 'minimum' in form,
    (form) => ({ ...without(form, 'minimum'), exclusiveMinimum: Number(form['minimum']) }),
  ),
  formKind('a number is a multiple', isNumber, (form, pick) => ({
    ...form,
    multipleOf: [2, 5, 0.5][pick(3)] ?? 2,
  })),
  formKind('a text is longer', isText, (form, pick) => ({
    ...form,
    minLength: Number(form['minLength'] ?? 0) + 1 + pick(4),
  })),
  formKind(
    'a text may be empty',
    (form) => isText(form) && 'minLength' in form,
    (form) => without(form, 'minLength'),
  ),
  formKind('a text is not too long', isText, (form, pick) => ({
    ...form,
    maxLength: Number(form['minLength'] ?? 0) + 1 + pick(130),
  })),
  formKind(
    'a text may be of any length',
    (form) => 'maxLength' in form,
    (form) => without(form, 'maxLength'),
  ),
  formKind('a text has a format', isText, (form, pick) => ({
    ...form,
    format: ['date', 'date-time', 'uuid', 'email', 'uri'][pick(5)] ?? 'date',
  })),
  formKind(
    'a text has no format any more',
    (form) => 'format' in form,
    (form) => without(form, 'format'),
  ),
  formKind('a text has a pattern', isText, (form, pick) => ({
    ...form,
    pattern: ['^[a-z_]+$', '^\\d+$', '^.{2,}$', '^[^ ]*$'][pick(4)] ?? '^a',
  })),
  formKind(
    'a text has no pattern any more',
    (form) => 'pattern' in form,
    (form) => without(form, 'pattern'),
  ),
  formKind(
    'a constant is another',
    (form) => 'const' in form,
    (form, pick) => ({ ...form, const: ['phase_9', 'orchestration', 'x'][pick(3)] ?? 'x' }),
  ),
  formKind(
    'a constant becomes a choice',
    (form) => 'const' in form,
    (form) => ({ type: 'string', enum: [String(form['const']), 'other'] }),
  ),
  formKind('a list has more entries', isList, (form, pick) => ({
    ...form,
    minItems: Number(form['minItems'] ?? 0) + 1 + pick(2),
  })),
  formKind('a list has fewer entries', isList, (form, pick) => ({
    ...form,
    maxItems: Number(form['minItems'] ?? 0) + 1 + pick(2),
  })),
  formKind(
    'a list may be empty',
    (form) => 'minItems' in form,
    (form) => without(form, 'minItems'),
  ),
  formKind('a list has every entry once', isList, (form) => ({ ...form, uniqueItems: true })),
  formKind('the entries of a list are others', isList, (form, pick) => ({
    ...form,
    items: FORMS[pick(FORMS.length)] ?? OBJECT_FORM,
  })),
  formKind('a form is a choice of one', hasTypes, (form, pick) =>
    pick(2) === 0 ? { anyOf: [form] } : { oneOf: [form] },
  ),
  formKind('a form is a choice with another', hasTypes, (form, pick) => ({
    anyOf: [form, FORMS[pick(FORMS.length)] ?? OBJECT_FORM],
  })),
  formKind('a value is excluded', isText, (form) => ({ ...form, not: { enum: ['success', 'a'] } })),
  objectKind('an object says which fields it may have', (pick) => [
    ['patternProperties'],
    { [['^x_', '^a', '_id$'][pick(3)] ?? '^x_']: FORMS[pick(3)] ?? OBJECT_FORM },
  ]),
  objectKind('names of fields have a form', () => [['propertyNames'], { pattern: '^[a-z_]+$' }]),
  objectKind('an object has few fields', (pick) => [['maxProperties'], 1 + pick(30)]),
  objectKind('an object has many fields', (pick) => [['minProperties'], 1 + pick(6)]),
  {
    name: 'an object is closed or opened',
    make: (schemas, pick) => {
      const name = chosen(
        Object.keys(schemas).filter((one) => isObject(schemas[one]?.['properties'])),
        pick,
      );
      if (name === undefined) return undefined;
      const next = [true, false, { type: 'string' }].filter(
        (value) => JSON.stringify(value) !== JSON.stringify(schemas[name]?.['additionalProperties']),
      );
      return {
        schemas: withSchema(schemas, name, [[['additionalProperties'], next[pick(next.length)]]]),
        where: name,
      };
    },
  },
];
