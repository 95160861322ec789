import {
  addedField,
  chosen,
  type EditKind,
  fieldKind,
  isRequired,
  ownersOf,
  placesOf,
  requiredOf,
  withoutRequired,
  withSchema,
} from './making.ts';

/** Edits of a field: that it is there, required, of which schema, in which object. */
export const FIELD_KINDS: readonly EditKind[] = [
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
];
