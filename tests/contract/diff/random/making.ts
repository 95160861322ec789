import { at, isObject, type Json, type JsonObject, stringsOf } from '../../../../scripts/contract/json.ts';

/** Chooses a number from 0 up to and without a limit. */
export type Pick = (limit: number) => number;

/** The named schemas of a contract. */
export type Named = Readonly<Record<string, JsonObject>>;

/** An edit that was made: the schemas after it, and where. */
export interface Made {
  readonly schemas: Named;
  readonly where: string;
}

/** A kind of edit: makes one at a place that it chooses; undefined when the contract has no such place. */
export interface EditKind {
  readonly name: string;
  readonly make: (schemas: Named, pick: Pick) => Made | undefined;
}

interface Place {
  readonly schema: string;
  /** From the schema to the mapping that has `properties`; empty for the schema itself. */
  readonly owner: readonly (string | number)[];
  readonly field: string;
  readonly form: JsonObject;
}

/** The form of a field when there is no other. */
export const OBJECT_FORM: JsonObject = { type: 'string', minLength: 1 };
/** Forms of new fields. */
export const FORMS: readonly JsonObject[] = [
  { type: 'string' },
  { type: 'integer', minimum: 0 },
  { type: ['string', 'null'] },
  { type: 'boolean' },
  { type: 'array', items: { type: 'string' } },
  { $ref: '#/components/schemas/RunStatus' },
  { $ref: '#/components/schemas/UpstreamRun' },
];

/** Give a value with another value at a path; undefined takes it away. */
function put(value: Json, path: readonly (string | number)[], next: Json | undefined): Json {
  const [step, ...rest] = path;
  if (step === undefined) return next ?? null;
  if (Array.isArray(value)) {
    const list: readonly Json[] = value;
    return list.flatMap((entry, index) =>
      index !== step ? [entry] : rest.length === 0 && next === undefined ? [] : [put(entry, rest, next)],
    );
  }
  const members = isObject(value) ? value : {};
  if (rest.length === 0 && next === undefined)
    return Object.fromEntries(Object.entries(members).filter(([key]) => key !== step));
  return { ...members, [step]: put(members[step] ?? {}, rest, next) };
}

/** Give the schemas with edits in one of them. */
export function withSchema(
  schemas: Named,
  name: string,
  edits: readonly (readonly [readonly (string | number)[], Json | undefined])[],
): Named {
  const schema = edits.reduce<Json>((value, [path, next]) => put(value, path, next), schemas[name] ?? {});
  return isObject(schema) ? { ...schemas, [name]: schema } : schemas;
}

/** List the mappings that have fields. */
export function ownersOf(schemas: Named): readonly Omit<Place, 'field' | 'form'>[] {
  return Object.entries(schemas).flatMap(([schema, value]) => {
    const parts = Array.isArray(value['allOf'])
      ? value['allOf'].flatMap((part: Json, index: number) =>
          isObject(at(part, 'properties')) && at(part, 'if') === undefined ? [['allOf', index]] : [],
        )
      : [];
    return [...(isObject(value['properties']) ? [[]] : []), ...parts].map((owner) => ({ schema, owner }));
  });
}

/** List every field. */
export function placesOf(schemas: Named): readonly Place[] {
  return ownersOf(schemas).flatMap(({ schema, owner }) =>
    Object.entries(Object(at(schemas[schema], ...owner, 'properties')) as JsonObject).flatMap(
      ([field, form]) => (isObject(form) ? [{ schema, owner, field, form }] : []),
    ),
  );
}

/** List the required fields beside a place. */
export function requiredOf(schemas: Named, { schema, owner }: Pick_<Place>): readonly string[] {
  return stringsOf(at(schemas[schema], ...owner, 'required'));
}
type Pick_<T extends Place> = Omit<T, 'field' | 'form'>;

/** A form is one that an edit can change: a named scalar schema, or a field that is written in place. */
function formsOf(schemas: Named): readonly {
  readonly schema: string;
  readonly path: readonly (string | number)[];
  readonly form: JsonObject;
}[] {
  const named = Object.entries(schemas).flatMap(([schema, form]) =>
    at(form, 'properties') === undefined && at(form, 'allOf') === undefined
      ? [{ schema, path: [], form }]
      : [],
  );
  const fields = placesOf(schemas).flatMap(({ schema, owner, field, form }) =>
    '$ref' in form ? [] : [{ schema, path: [...owner, 'properties', field], form }],
  );
  return [...named, ...fields];
}

/** A member called then makes an object look like a promise, so it is put in by its name. */
export function consequence(schema: JsonObject): JsonObject {
  return Object.fromEntries([['then', schema]]);
}

/** Choose an entry of a list. */
export function chosen<T>(list: readonly T[], pick: Pick): T | undefined {
  return list.length === 0 ? undefined : list[pick(list.length)];
}

/** An edit of a field. */
export function fieldKind(
  name: string,
  wanted: (place: Place, schemas: Named) => boolean,
  change: (
    place: Place,
    schemas: Named,
    pick: Pick,
  ) => readonly (readonly [readonly (string | number)[], Json | undefined])[],
): EditKind {
  return {
    name,
    make: (schemas, pick) => {
      const place = chosen(
        placesOf(schemas).filter((one) => wanted(one, schemas)),
        pick,
      );
      if (place === undefined) return undefined;
      return {
        schemas: withSchema(schemas, place.schema, change(place, schemas, pick)),
        where: `${place.schema}.${place.field}`,
      };
    },
  };
}

/** An edit of the form of a scalar or a list. */
export function formKind(
  name: string,
  wanted: (form: JsonObject) => boolean,
  change: (form: JsonObject, pick: Pick) => JsonObject,
): EditKind {
  return {
    name,
    make: (schemas, pick) => {
      const place = chosen(
        formsOf(schemas).filter(({ form }) => wanted(form)),
        pick,
      );
      if (place === undefined) return undefined;
      return {
        schemas: withSchema(schemas, place.schema, [[place.path, change(place.form, pick)]]),
        where: [place.schema, ...place.path].join('.'),
      };
    },
  };
}

/** An edit of a condition. */
export function ruleKind(
  name: string,
  change: (rule: JsonObject, pick: Pick) => JsonObject | undefined | 'gone',
): EditKind {
  return {
    name,
    make: (schemas, pick) => {
      const rules = Object.entries(schemas).flatMap(([schema, value]) =>
        Array.isArray(value['allOf'])
          ? value['allOf'].flatMap((part: Json, index: number) =>
              isObject(part) && 'if' in part ? [{ schema, index, rule: part }] : [],
            )
          : [],
      );
      const place = chosen(rules, pick);
      if (place === undefined) return undefined;
      const next = change(place.rule, pick);
      if (next === undefined) return undefined;
      return {
        schemas: withSchema(schemas, place.schema, [
          [['allOf', place.index], next === 'gone' ? undefined : next],
        ]),
        where: `${place.schema}.allOf.${place.index}`,
      };
    },
  };
}

/** A field that is added. */
export function addedField(name: string, is_required: boolean, extra: JsonObject): EditKind {
  return {
    name,
    make: (schemas, pick) => {
      const owner = chosen(ownersOf(schemas), pick);
      if (owner === undefined) return undefined;
      const form = { ...FORMS[pick(FORMS.length)], ...extra };
      const field = `new_${pick(3)}`;
      const required = requiredOf(schemas, owner);
      return {
        schemas: withSchema(schemas, owner.schema, [
          [[...owner.owner, 'properties', field], form],
          ...(is_required
            ? [
                [
                  [...owner.owner, 'required'],
                  [...required, field],
                ] as const,
              ]
            : []),
        ]),
        where: `${owner.schema}.${field}`,
      };
    },
  };
}

/** The types of a form. */
export const typesOf = (form: JsonObject): readonly string[] =>
  typeof form['type'] === 'string' ? [form['type']] : stringsOf(form['type']);
/** Tell whether a form is a text. */
export const isText = (form: JsonObject): boolean =>
  typesOf(form).includes('string') && !('enum' in form) && !('const' in form);
/** Tell whether a form is a number. */
export const isNumber = (form: JsonObject): boolean =>
  typesOf(form).some((type) => type === 'integer' || type === 'number');
/** Tell whether a form is a list. */
export const isList = (form: JsonObject): boolean => typesOf(form).includes('array');
/** Tell whether a field is required. */
export const isRequired = (place: Place, schemas: Named): boolean =>
  requiredOf(schemas, place).includes(place.field);
/** The values of an enum. */
export const enumOf = (form: JsonObject): readonly string[] => stringsOf(form['enum']);
/** A form without one keyword. */
export const without = (form: JsonObject, key: string): JsonObject =>
  Object.fromEntries(Object.entries(form).filter(([name]) => name !== key));
/** The edit that takes a field from the required ones. */
export const withoutRequired = (place: Place, schemas: Named) =>
  [
    [...place.owner, 'required'],
    requiredOf(schemas, place).filter((field) => field !== place.field),
  ] as const;
