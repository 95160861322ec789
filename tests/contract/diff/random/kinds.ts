import { at, isObject, type JsonObject } from '../../../../scripts/contract/json.ts';
import {
  addedField,
  chosen,
  consequence,
  type EditKind,
  enumOf,
  FORMS,
  fieldKind,
  formKind,
  isList,
  isNumber,
  isRequired,
  isText,
  OBJECT_FORM,
  ownersOf,
  placesOf,
  requiredOf,
  ruleKind,
  typesOf,
  without,
  withoutRequired,
  withSchema,
} from './making.ts';

/** Every kind of edit of a payload. */
export const EDIT_KINDS: readonly EditKind[] = [
  addedField('an optional field is added', false, {}),
  addedField('a required field is added', true, {}),
  addedField('a required field is added that receivers can do without', true, {
    'x-receiver-optional': true,
  }),
  fieldKind(
    'a field is removed',
    () => true,
    (place, schemas) => [
      [[...place.owner, 'properties', place.field], undefined],
      ...(isRequired(place, schemas) ? [withoutRequired(place, schemas)] : []),
    ],
  ),
  fieldKind(
    'a field is renamed',
    () => true,
    (place, schemas) => [
      [[...place.owner, 'properties', place.field], undefined],
      [[...place.owner, 'properties', `${place.field}_2`], place.form],
      ...(isRequired(place, schemas)
        ? [
            [
              [...place.owner, 'required'],
              requiredOf(schemas, place).map((field) => (field === place.field ? `${place.field}_2` : field)),
            ] as const,
          ]
        : []),
    ],
  ),
  fieldKind('a required field becomes optional', isRequired, (place, schemas) => [
    withoutRequired(place, schemas),
  ]),
  fieldKind(
    'an optional field becomes required',
    (place, schemas) => !isRequired(place, schemas),
    (place, schemas) => [
      [
        [...place.owner, 'required'],
        [...requiredOf(schemas, place), place.field],
      ],
    ],
  ),
  fieldKind(
    'receivers can do without a field',
    (place) => !('x-receiver-optional' in place.form),
    (place) => [[[...place.owner, 'properties', place.field, 'x-receiver-optional'], true]],
  ),
  fieldKind(
    'receivers can no longer do without a field',
    (place) => 'x-receiver-optional' in place.form,
    (place) => [[[...place.owner, 'properties', place.field, 'x-receiver-optional'], undefined]],
  ),
  fieldKind(
    'a field refers to another schema',
    (place) => '$ref' in place.form,
    (place, schemas, pick) => [
      [
        [...place.owner, 'properties', place.field],
        {
          $ref: `#/components/schemas/${
            chosen(
              ['GameDate', 'RunStatus', 'ExecutionId', 'RunNumber', 'UpstreamRun', 'CallSource'].filter(
                (name) => name in schemas,
              ),
              pick,
            ) ?? 'RunStatus'
          }`,
        },
      ],
    ],
  ),
  fieldKind(
    'a field may be null by a choice',
    (place) => '$ref' in place.form,
    (place) => [[[...place.owner, 'properties', place.field], { oneOf: [place.form, { type: 'null' }] }]],
  ),
  {
    name: 'a field moves into another object',
    make: (schemas, pick) => {
      const place = chosen(
        placesOf(schemas).filter((one) => one.owner.length === 0),
        pick,
      );
      const owner = chosen(ownersOf(schemas), pick);
      if (place === undefined || owner === undefined) return undefined;
      const taken = withSchema(schemas, place.schema, [
        [['properties', place.field], undefined],
        ...(isRequired(place, schemas) ? [withoutRequired(place, schemas)] : []),
      ]);
      return {
        schemas: withSchema(taken, owner.schema, [[[...owner.owner, 'properties', place.field], place.form]]),
        where: `${place.schema}.${place.field} to ${owner.schema}`,
      };
    },
  },
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
  ruleKind('a condition goes', () => 'gone'),
  ruleKind('a condition has another consequence', (rule, pick) => {
    const [field, form] = Object.entries(Object(at(rule, 'then', 'properties')) as JsonObject)[0] ?? [];
    if (field === undefined || !isObject(form)) return undefined;
    const next =
      [{ minLength: 3 }, { maxLength: 5 }, { minimum: 5 }, { type: 'null' }, { maximum: 7 }][pick(5)] ?? {};
    return { ...rule, ...consequence({ properties: { [field]: { ...form, ...next } } }) };
  }),
  ruleKind('a condition has no opposite any more', (rule) =>
    'else' in rule ? without(rule, 'else') : undefined,
  ),
  ruleKind('a condition reads another value', (rule, pick) => {
    const [field] = Object.keys(Object(at(rule, 'if', 'properties')));
    if (field === undefined) return undefined;
    return {
      ...rule,
      if: { properties: { [field]: { const: ['success', 'partial', 'manual', false][pick(4)] ?? null } } },
    };
  }),
  {
    name: 'a condition is added',
    make: (schemas, pick) => {
      const name = chosen(
        ['UnifiedFields', 'PredictionReady', 'LegacyScraperCompletion'].filter((one) => one in schemas),
        pick,
      );
      if (name === undefined) return undefined;
      const rules: readonly JsonObject[] = [
        {
          if: { properties: { status: { const: 'success' } } },
          ...consequence({ properties: { record_count: { minimum: 1 } } }),
        },
        {
          if: { properties: { status: { const: 'failed' } } },
          ...consequence({ properties: { duration_seconds: { maximum: 0 } } }),
          else: { properties: { error_type: { type: 'null' } } },
        },
        {
          if: { properties: { status: { enum: ['partial', 'failed'] } } },
          ...consequence({
            properties: { correlation_id: { type: 'string' } },
            required: ['correlation_id'],
          }),
        },
      ];
      const all = schemas[name]?.['allOf'];
      return {
        schemas: withSchema(schemas, name, [
          [['allOf'], [...(Array.isArray(all) ? all : []), rules[pick(rules.length)] ?? {}]],
        ]),
        where: name,
      };
    },
  },
];
