import { describe, expect, test } from 'vitest';
import { judgedSchemas, searchRefused } from '../../../scripts/contract/diff/proof/search.ts';
import type { Json, JsonObject } from '../../../scripts/contract/json.ts';

/** As many as the tool draws at most where a rule says that there is a message. */
const SAMPLES_IN_DOUBT = 3_000;

const TEXT = { type: ['string', 'null'] };

/** Reports with a reason, which may stand only where a chain of other fields has values that the example has not. */
const RULED = {
  type: 'object',
  properties: {
    source: { enum: ['pubsub', 'scheduler', 'manual'] },
    is_backfill: { type: 'boolean' },
    reason: TEXT,
  },
  required: ['source', 'is_backfill', 'reason'],
  additionalProperties: false,
  allOf: [
    {
      if: { properties: { source: { enum: ['pubsub', 'scheduler'] } } },
      // biome-ignore lint/suspicious/noThenProperty: a condition of a schema.
      then: { properties: { is_backfill: { const: false } } },
    },
    {
      if: { properties: { is_backfill: { const: true } } },
      // biome-ignore lint/suspicious/noThenProperty: a condition of a schema.
      then: { properties: { reason: { type: 'string', minLength: 1 } } },
      else: { properties: { reason: { type: 'null' } } },
    },
  ],
};
const RULED_EXAMPLE = { source: 'pubsub', is_backfill: false, reason: null };

const withField = (schema: JsonObject, field: string, form: JsonObject): JsonObject => ({
  ...schema,
  properties: { ...Object(schema['properties']), [field]: form },
});

/** Search with many seeds; each must find what is refused. */
function missed(old: JsonObject, fresh: JsonObject, examples: readonly Json[], samples = 150): number[] {
  const [from, to] = [old, fresh].map((Report) => ({ judged: judgedSchemas({ Report }), schema: 'Report' }));
  if (from === undefined || to === undefined) throw new Error('expected two sides');
  return Array.from({ length: 30 }, (_, seed) => seed).filter((seed) => {
    const sender = { ...from, direction: 'send' } as const;
    const receiver = { ...to, direction: 'receive' } as const;
    return searchRefused(sender, receiver, examples, { samples, seed }).counterexample === null;
  });
}

describe('a search finds what is refused, with whatever seed', () => {
  test('a text that may be long only where two other fields have values that the example has not', () => {
    const short = withField(RULED, 'reason', { ...TEXT, maxLength: 60 });
    expect(missed(RULED, short, [RULED_EXAMPLE], SAMPLES_IN_DOUBT)).toEqual([]);
  });

  test('a text that may stand only together with another field', () => {
    const together = {
      type: 'object',
      properties: { level: { type: 'integer' }, note: { type: 'string' } },
      dependencies: { note: ['level'] },
    };
    const short = withField(together, 'note', { type: 'string', maxLength: 60 });
    expect(missed(together, short, [{ level: 1 }])).toEqual([]);
  });

  test('a field that a pattern of names describes', () => {
    const named = {
      type: 'object',
      properties: {},
      patternProperties: { '^x_': { type: 'string' } },
    };
    const short = { ...named, patternProperties: { '^x_': { type: 'string', maxLength: 60 } } };
    expect(missed(named, short, [{}])).toEqual([]);
  });

  test('objects that may have few fields are drawn with few', () => {
    const names = Array.from({ length: 12 }, (_, index) => `field_${index}`);
    const few = {
      type: 'object',
      properties: Object.fromEntries(names.map((name) => [name, { type: 'boolean' }])),
      maxProperties: 2,
    };
    expect(missed(few, { ...few, maxProperties: 1 }, [])).toEqual([]);
  });

  test('every example is a start: what only the second one can send is found', () => {
    const tied = {
      type: 'object',
      properties: { kind: { type: 'string' }, size: { type: 'integer' }, parts: { type: 'object' } },
      required: ['kind', 'size', 'parts'],
    };
    const examples = [
      { kind: 'a', size: 1, parts: {} },
      { kind: 'a', size: 1, parts: { of_one_run: { since: '2024-01-15' } } },
    ];
    const refusing = {
      ...tied,
      not: {
        properties: {
          parts: {
            type: 'object',
            properties: { of_one_run: { properties: { since: { type: 'string' } }, required: ['since'] } },
            required: ['of_one_run'],
          },
        },
      },
    };
    expect(missed(tied, refusing, examples)).toEqual([]);
  });
});
