import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EXAMPLES } from '../../generated/examples.ts';
import { TOPICS } from '../../generated/topology.ts';
import type { JsonObject } from '../../scripts/contract/json.ts';
import { type Column, columnsOf } from '../../scripts/generate/bigquery/columns.ts';
import { warehouseOf } from '../../scripts/generate/bigquery/files.ts';
import { readCloud } from '../../scripts/generate/cloud.ts';
import { schemasOf } from '../../scripts/schemas/flatten.ts';
import { type Direction, variantOf } from '../../scripts/schemas/variants.ts';
import { realContract } from '../contract/edited-contract.ts';
import { drawnValue } from '../python/drawn.ts';
import { misfits } from './misfits.ts';

const SCHEMAS = schemasOf(realContract().document);
const MESSAGES = warehouseOf(readCloud(realContract())).messages;
/** The same in CI; each run elsewhere draws others and prints its own when it fails. */
const SEED = process.env['CI'] === 'true' ? 15 : Date.now() % 1_000_000;

/** Every topic with each of its messages, and the view that shows them. */
const CARRIED = Object.entries(TOPICS).flatMap(([topic, { messages }]) =>
  messages.map((message) => [topic, message, topic.replaceAll('-', '_')] as const),
);

describe('every message of a topic has a place in its columns', () => {
  test.each(CARRIED)('%s, each example of %s', (_topic, message, view) => {
    const examples = EXAMPLES.filter((example) => example.message === message);
    expect(examples.length).toBeGreaterThan(0);
    for (const { payload } of examples) expect(misfits(MESSAGES[view] ?? [], payload)).toEqual([]);
  });

  test.each(CARRIED)('%s, whatever a sender of %s may send', (_topic, message, view) => {
    fc.assert(
      fc.property(drawn(message, 'send'), (value) => {
        expect(misfits(MESSAGES[view] ?? [], value)).toEqual([]);
      }),
      { seed: SEED, numRuns: 60 },
    );
  });

  test('a message that breaks the contract is no fit, so that the above can fail', () => {
    const columns = MESSAGES['nba_phase4_trigger'] ?? [];
    const [example] = EXAMPLES.filter(({ message }) => message === 'Phase4Trigger');
    const whole = example?.payload ?? {};
    const { status: _, ...without } = whole;
    expect(misfits(columns, without)).toEqual(['status is required and missing']);
    expect(misfits(columns, { ...whole, record_count: 1.5 })).toEqual(['record_count is no INTEGER: 1.5']);
    expect(misfits(columns, { ...whole, metadata: { level: 1, processors: [null], upstream: [] } })).toEqual([
      'metadata.processors has a null',
    ]);
    expect(misfits(columns, { ...whole, surprise: 1 })).toEqual(['surprise has no column']);
  });
});

function drawn(message: string, direction: Direction): fc.Arbitrary<unknown> {
  return drawnValue(SCHEMAS, direction, variantOf(SCHEMAS, message, direction));
}

describe('a schema becomes columns that BigQuery knows', () => {
  const of = (
    properties: JsonObject,
    required: readonly string[] = [],
    others: Record<string, JsonObject> = {},
  ) => columnsOf({ Whole: { type: 'object', properties, required }, ...others }, ['Whole']);
  const one = (schema: JsonObject, others: Record<string, JsonObject> = {}): Column | undefined =>
    of({ field: schema }, ['field'], others)[0];

  test.each<readonly [string, JsonObject, string, string]>([
    ['a text', { type: 'string' }, 'STRING', 'REQUIRED'],
    ['a text that may be null', { type: ['string', 'null'] }, 'STRING', 'NULLABLE'],
    ['null alone', { type: 'null' }, 'STRING', 'NULLABLE'],
    ['a day', { type: 'string', format: 'date' }, 'DATE', 'REQUIRED'],
    ['a time', { type: 'string', format: 'date-time' }, 'TIMESTAMP', 'REQUIRED'],
    ['a whole number', { type: 'integer' }, 'INTEGER', 'REQUIRED'],
    ['a number', { type: ['number', 'null'] }, 'FLOAT', 'NULLABLE'],
    ['a number of two kinds', { type: ['integer', 'number'] }, 'FLOAT', 'REQUIRED'],
    ['a truth', { type: 'boolean' }, 'BOOLEAN', 'REQUIRED'],
    ['words', { enum: ['a', 'b', null] }, 'STRING', 'NULLABLE'],
    ['one word', { const: 'a' }, 'STRING', 'REQUIRED'],
    ['words and numbers', { enum: ['a', 1] }, 'JSON', 'REQUIRED'],
    ['a list', { type: 'array', items: { type: 'integer' } }, 'INTEGER', 'REPEATED'],
    [
      'a list of lists',
      { type: 'array', items: { type: 'array', items: { type: 'string' } } },
      'JSON',
      'REQUIRED',
    ],
    ['a list with nulls', { type: 'array', items: { type: ['string', 'null'] } }, 'JSON', 'REQUIRED'],
    ['a list that may be null', { type: ['array', 'null'], items: { type: 'string' } }, 'JSON', 'NULLABLE'],
    ['a list of anything', { type: 'array' }, 'JSON', 'REQUIRED'],
    ['an object without fields', { type: 'object', additionalProperties: true }, 'JSON', 'REQUIRED'],
    ['a choice', { oneOf: [{ type: 'string' }, { type: 'integer' }] }, 'JSON', 'NULLABLE'],
    ['a choice with null', { oneOf: [{ type: 'integer' }, { type: 'null' }] }, 'INTEGER', 'NULLABLE'],
    [
      'a list or null',
      { oneOf: [{ type: 'array', items: { type: 'string' } }, { type: 'null' }] },
      'JSON',
      'NULLABLE',
    ],
    ['anything', {}, 'JSON', 'REQUIRED'],
  ])('%s', (_name, schema, type, mode) => {
    expect(one(schema)).toMatchObject({ name: 'field', type, mode });
  });

  test('an object becomes a record, a list of objects a repeated one, and one that holds itself ends as JSON', () => {
    const Node = {
      type: 'object',
      properties: {
        id: { type: 'string' },
        below: { type: 'array', items: { $ref: '#/components/schemas/Node' } },
      },
      required: ['id'],
    };
    const list = { type: 'array', items: { $ref: '#/components/schemas/Node' } };
    expect(one(list, { Node })).toMatchObject({
      type: 'RECORD',
      mode: 'REPEATED',
      fields: [
        { name: 'id', type: 'STRING', mode: 'REQUIRED' },
        { name: 'below', type: 'JSON', mode: 'NULLABLE' },
      ],
    });
  });

  test('of two messages: a field of one may be missing, and one that they describe differently is JSON', () => {
    const columns = columnsOf(
      {
        A: {
          type: 'object',
          properties: { x: { type: 'string' }, y: { type: 'string' } },
          required: ['x', 'y'],
        },
        B: {
          type: 'object',
          properties: { x: { type: 'string' }, y: { type: 'integer' }, z: { type: 'string' } },
          required: ['x', 'y', 'z'],
        },
      },
      ['A', 'B'],
    );
    expect(columns.map(({ name, type, mode }) => `${name} ${type} ${mode}`)).toEqual([
      'x STRING REQUIRED',
      'y JSON NULLABLE',
      'z STRING NULLABLE',
    ]);
  });

  test('a long description is cut to what BigQuery takes', () => {
    expect(one({ type: 'string', description: 'é'.repeat(3000) })?.description).toHaveLength(1024);
  });
});
