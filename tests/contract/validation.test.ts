import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EXAMPLES, type Example } from '../../generated/examples.ts';
import { canonicalProcessorName, PROCESSORS } from '../../generated/registry.ts';
import { SCHEMA_NAMES, validate } from '../../generated/validation.ts';
import { deadline } from '../../reference/calendar/calendar.ts';
import { at, membersOf, stringsOf } from '../../scripts/contract/json.ts';
import { readableProblems } from '../../scripts/generate/problems.ts';
import { schemasOf } from '../../scripts/schemas/flatten.ts';
import { compileValidators, validatorOf } from '../../scripts/schemas/validators.ts';
import { variantOf } from '../../scripts/schemas/variants.ts';
import { realContract } from './edited-contract.ts';

const SCHEMAS = schemasOf(realContract().document);
const CASES = EXAMPLES.map((example) => [`${example.message}/${example.name}`, example] as const);

/** List the fields that a direction requires of a message. */
function requiredOf(example: Example, direction: 'send' | 'receive'): readonly string[] {
  return stringsOf(variantOf(SCHEMAS, example.message, direction)['required']);
}

/** List the types that a field of a message may have, as a receiver sees it. */
function typesOf(example: Example, field: string, direction: 'send' | 'receive'): readonly string[] {
  const schema = at(variantOf(SCHEMAS, example.message, direction), 'properties', field);
  const named = at(schema, '$ref');
  const target =
    typeof named === 'string' ? variantOf(SCHEMAS, named.replace(/^.*\./, ''), direction) : schema;
  const type = at(target, 'type');
  if (at(target, 'const') !== undefined && type === undefined) return [typeof at(target, 'const')];
  return typeof type === 'string' ? [type] : stringsOf(type);
}

function fieldsOf(problems: readonly { readonly field: string }[]): readonly string[] {
  return problems.map(({ field }) => field);
}

describe.each(CASES)('example %s', (_name, example) => {
  const { message, payload } = example;

  test('is valid for its sender and for a receiver', () => {
    expect(validate(message, 'send', payload)).toEqual([]);
    expect(validate(message, 'receive', payload)).toEqual([]);
  });

  test('is caught by the name of the field when a required field is missing', () => {
    for (const direction of ['send', 'receive'] as const) {
      for (const field of requiredOf(example, direction)) {
        const { [field]: _left, ...rest } = payload;
        const problems = validate(message, direction, rest);
        expect(fieldsOf(problems), `${direction} without ${field}`).toContain(field);
        expect(problems.find((one) => one.field === field)?.got).toBe('nothing');
      }
    }
  });

  test('is caught by the name of the field when a field is null that may not be', () => {
    for (const direction of ['send', 'receive'] as const) {
      for (const field of Object.keys(payload)) {
        if (typesOf(example, field, direction).includes('null')) continue;
        const problems = validate(message, direction, { ...payload, [field]: null });
        expect(fieldsOf(problems), `${direction} with null ${field}`).toContain(field);
      }
    }
  });

  test('is caught by the name of the field when a value has another type', () => {
    const anyField = fc.constantFrom(...Object.keys(payload));
    fc.assert(
      fc.property(anyField, fc.jsonValue(), fc.constantFrom('send', 'receive'), (field, value, direction) => {
        const types = typesOf(example, field, direction);
        fc.pre(
          !types.includes(jsonType(value)) && !(types.includes('number') && jsonType(value) === 'integer'),
        );
        expect(fieldsOf(validate(message, direction, { ...payload, [field]: value }))).toContain(field);
      }),
      { numRuns: 300 },
    );
  });

  test('with an unknown top-level field is refused from a sender and taken by a receiver', () => {
    const extended = { ...payload, shoe_size: 47 };
    expect(validate(message, 'send', extended)).toEqual([
      { field: 'shoe_size', expected: 'no field of this name', got: '47' },
    ]);
    expect(validate(message, 'receive', extended)).toEqual([]);
  });
});

function jsonType(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
}

describe('the dates of the contract are those of one night', () => {
  test.each(CASES)('%s is sent in the night that ends at the deadline of its game_date', (_, { payload }) => {
    const { game_date, timestamp } = payload as { game_date: string; timestamp: string };
    const due_ms = deadline(game_date).getTime();
    expect(Date.parse(timestamp)).toBeLessThan(due_ms);
    expect(Date.parse(timestamp)).toBeGreaterThan(due_ms - 12 * 3600 * 1000);
  });
});

describe('fields that a receiver can do without', () => {
  const optional = [
    ['ScraperCompletion', 'correlation_id'],
    ['ScraperCompletion', 'name'],
    ['ScraperCompletion', 'scraper_name'],
    ['ScraperCompletion', 'gcs_path'],
    ['ScraperCompletion', 'workflow'],
    ['RawCompletion', 'correlation_id'],
  ] as const;

  test.each(optional)(
    '%s.%s may be missing or null for a receiver and never for a sender',
    (message, field) => {
      const payload = payloadOf(message);
      const { [field]: _left, ...rest } = payload;
      for (const value of [rest, { ...payload, [field]: null }]) {
        expect(validate(message, 'receive', value)).toEqual([]);
        expect(fieldsOf(validate(message, 'send', value))).toEqual([field]);
      }
      expect(fieldsOf(validate(message, 'receive', { ...payload, [field]: 7 }))).toEqual([field]);
    },
  );
});

function payloadOf(message: string): Readonly<Record<string, unknown>> {
  return EXAMPLES.find((example) => example.message === message)?.payload ?? {};
}

describe('problems in words', () => {
  const said = (change: object) =>
    validate('RawCompletion', 'send', { ...payloadOf('RawCompletion'), ...change });

  test.each(['28/11/2025', '2025-02-30', '2025-13-01', 'today', '2025-1-5', '2025-11-28T00:00:00Z', ''])(
    'game_date "%s" is not a real date',
    (game_date) => {
      const got = JSON.stringify(game_date);
      expect(said({ game_date })).toEqual([{ field: 'game_date', expected: 'a real date YYYY-MM-DD', got }]);
    },
  );

  test.each([
    [{ status: 'done' }, 'status', 'one of success, partial, no_data, failed', '"done"'],
    [{ phase: 'phase_3_analytics' }, 'phase', 'phase_2_raw', '"phase_3_analytics"'],
    [{ record_count: -1 }, 'record_count', 'an integer of at least 0', '-1'],
    [{ record_count: 1.5 }, 'record_count', 'an integer of at least 0', '1.5'],
    [{ execution_id: 'run 7' }, 'execution_id', 'a UUID', '"run 7"'],
    [{ timestamp: '2024-01-15T07:00:00+01:00' }, 'timestamp', 'a UTC time', '"2024-01-15T07:00:00+01:00"'],
    [{ timestamp: '2024-01-15 07:00:00Z' }, 'timestamp', 'a UTC time', '"2024-01-15 07:00:00Z"'],
    [{ metadata: { run: 0 } }, 'metadata.run', 'an integer of at least 1', '0'],
    [
      { metadata: { run: 1, upstream: [{}] } },
      'metadata.upstream[0].processor',
      'a non-empty string',
      'nothing',
    ],
    [{ backfill_reason: 'why' }, 'backfill_reason', 'null unless backfill_mode is true', '"why"'],
    [{ backfill_mode: true }, 'backfill_reason', 'a non-empty string when backfill_mode is true', 'null'],
    [
      { trigger_message_id: null },
      'trigger_message_id',
      'a non-empty string when trigger_source is pubsub',
      'null',
    ],
    [{ trigger_source: 'manual' }, 'trigger_message_id', 'null unless trigger_source is pubsub', '"8812"'],
    [{ status: 'no_data' }, 'record_count', 'an integer', '384'],
    [{ status: 'partial' }, 'records_failed', 'an integer of at least 1 when status is partial', '0'],
    [
      { status: 'failed', error_type: 'X' },
      'error_message',
      'a non-empty string when status is failed',
      'null',
    ],
  ])('%j is told as a problem of one field', (change, field, expected, got) => {
    const [problem] = said(change);
    expect(problem).toMatchObject({ field, got });
    expect(problem?.expected).toContain(expected);
  });

  test('a field is told once, and what depends on a wrong field is not told', () => {
    expect(fieldsOf(said({ game_date: 7, backfill_mode: 'yes', backfill_reason: 'why' }))).toEqual([
      'game_date',
      'backfill_mode',
    ]);
  });

  test('a nullable object is told by its inner field, or as a whole when it is no object', () => {
    const part = { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] };
    const choice = { oneOf: [{ $ref: '#/components/schemas/Part' }, { type: 'null' }] };
    const ajv = compileValidators({ Part: part, Whole: { type: 'object', properties: { part: choice } } });
    const validator = validatorOf(ajv, 'Whole', 'send');
    const problems = (value: unknown) => (validator(value) ? [] : readableProblems(validator.errors ?? []));
    expect(problems({ part: null })).toEqual([]);
    expect(problems({ part: { id: 'x' } })).toEqual([]);
    expect(problems({ part: {} })).toEqual([{ field: 'part.id', expected: 'a string', got: 'nothing' }]);
    expect(problems({ part: 7 })).toEqual([{ field: 'part', expected: 'an object or null', got: '7' }]);
  });

  test.each([[null], [undefined], [7], ['text'], [[]]])('%j is not a message', (value) => {
    expect(validate('RawCompletion', 'receive', value)).toEqual([
      { field: '(whole)', expected: 'an object', got: JSON.stringify(value) ?? 'undefined' },
    ]);
  });

  test('no JSON value makes any validator throw, and each problem has words', () => {
    fc.assert(
      fc.property(fc.constantFrom(...SCHEMA_NAMES), fc.jsonValue(), (name, value) => {
        for (const problem of validate(name, 'receive', value)) {
          expect(problem.field).not.toBe('');
          expect(problem.expected).not.toMatch(/undefined|\[object/);
          expect(problem.got.length).toBeLessThanOrEqual(80);
        }
      }),
    );
  });
});

describe('MSG-006 the names of processors', () => {
  const registry = Object.entries(PROCESSORS).flatMap(([phase, processors]) =>
    membersOf(processors).map(([name, processor]) => ({
      phase,
      name,
      aliases: stringsOf(at(processor, 'aliases')),
    })),
  );

  test.each(registry)(
    '$phase/$name is found by its canonical name and each alias',
    ({ phase, name, aliases }) => {
      expect(aliases.length).toBeGreaterThan(0);
      for (const spelling of [name, ...aliases]) expect(canonicalProcessorName(phase, spelling)).toBe(name);
    },
  );

  test.each([
    ['phase_3_analytics', 'playergamesummaryprocessor'],
    ['phase_3_analytics', 'PlayerGameSummary'],
    ['phase_2_raw', 'player_game_summary'],
    ['phase_9', 'player_game_summary'],
    ['phase_3_analytics', 'constructor'],
    ['phase_3_analytics', '__proto__'],
  ])('%s has no processor %s', (phase, name) => {
    expect(canonicalProcessorName(phase, name)).toBeUndefined();
  });
});
