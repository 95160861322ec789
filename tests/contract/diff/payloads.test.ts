import { describe, expect, test } from 'vitest';
import type { Document } from 'yaml';
import { compared, comparedBack } from './compared.ts';

type Edit = (document: Document) => void;

const SCHEMAS = ['components', 'schemas'];
const REQUEST = [...SCHEMAS, 'PredictionRequest'];
const READY = [...SCHEMAS, 'PredictionReady'];

const field =
  (schema: readonly string[], name: string, form: object, is_required = true): Edit =>
  (document) => {
    document.setIn([...schema, 'properties', name], document.createNode(form));
    if (is_required) document.addIn([...schema, 'required'], name);
  };

const set =
  (path: readonly (string | number)[], value: unknown): Edit =>
  (document) => {
    document.setIn([...path], document.createNode(value));
  };

describe('an edit of a message, forwards and backwards', () => {
  test.each<[string, Edit, string, string]>([
    ['a required field', field(REQUEST, 'pace', { type: 'number' }), 'breaking', 'needs an order'],
    [
      'a required field that receivers can do without',
      field(REQUEST, 'pace', { type: 'number', 'x-receiver-optional': true }),
      'compatible',
      'compatible',
    ],
    [
      'a limit that is narrower',
      set([...REQUEST, 'properties', 'player_lookup', 'minLength'], 3),
      'breaking',
      'needs an order',
    ],
    [
      'null beside the type',
      set([...REQUEST, 'properties', 'player_lookup', 'type'], ['string', 'null']),
      'needs an order',
      'breaking',
    ],
    ['another type', set([...REQUEST, 'properties', 'attempt'], { type: 'string' }), 'breaking', 'breaking'],
    [
      'a number for a whole number',
      set([...REQUEST, 'properties', 'attempt'], { type: 'number', minimum: 1 }),
      'needs an order',
      'breaking',
    ],
    ['a format', set([...REQUEST, 'properties', 'batch_id', 'format'], 'uuid'), 'breaking', 'needs an order'],
    [
      'a value of an enum',
      set([...SCHEMAS, 'PredictionStatus', 'enum'], ['success', 'failed', 'skipped']),
      'needs an order',
      'breaking',
    ],
    [
      'a condition',
      set([...READY, 'allOf', 0, 'then', 'properties', 'error_type', 'minLength'], 2),
      'breaking',
      'needs an order',
    ],
    [
      'a closed object',
      set([...SCHEMAS, 'TriggerMetadata', 'additionalProperties'], false),
      'breaking',
      'needs an order',
    ],
    [
      'words',
      set([...SCHEMAS, 'PredictionStatus', 'description'], 'How it ended.'),
      'documentation',
      'documentation',
    ],
    ['a default', set([...SCHEMAS, 'RunNumber', 'default'], 2), 'breaking', 'breaking'],
    [
      'an optional field of an open object',
      field([...SCHEMAS, 'AnalyticsMetadata'], 'rows', { type: 'integer' }, false),
      'needs an order',
      'needs an order',
    ],
    [
      'an entry of a list that must be there',
      set([...SCHEMAS, 'TriggerMetadata', 'properties', 'processors', 'minItems'], 2),
      'breaking',
      'needs an order',
    ],
  ])('%s', (_name, edit, forwards, backwards) => {
    const there = compared(edit);
    const back = comparedBack(edit);
    expect([there.disagreements, back.disagreements]).toEqual([[], []]);
    expect([there.verdict, back.verdict]).toEqual([forwards, backwards]);
  });
});

describe('a change that is called breaking shows a message', () => {
  test('a required field: what today is sent lacks it', () => {
    const [change] = compared(field(REQUEST, 'pace', { type: 'number' })).changes;
    const found = change?.searches.find((search) => search.found !== null);
    expect(found).toMatchObject({
      subject: 'PredictionRequest on nba-phase5-prediction-request',
      direction: 'old sender, new receiver',
    });
    expect(found?.found?.problems).toEqual(['pace: expected a number, got nothing']);
    expect(change?.affected).toEqual([
      { component: 'phase5-coordinator', role: 'sender' },
      { component: 'phase5-worker', role: 'receiver' },
    ]);
  });

  test('the message is small: it differs from an example in the one field', () => {
    const [change] = compared(set([...REQUEST, 'properties', 'player_lookup', 'minLength'], 3)).changes;
    const message = change?.searches.find((search) => search.found !== null)?.found?.message;
    expect(message).toMatchObject({ batch_id: '2024-01-15.r1.3d8f2a44', attempt: 1, backfill_reason: null });
  });

  test('a change that is called compatible was searched in both directions', () => {
    const [change] = compared(
      field(REQUEST, 'pace', { type: 'number', 'x-receiver-optional': true }),
      150,
    ).changes;
    expect(change?.searches.map(({ direction, tried }) => [direction, tried])).toEqual([
      ['old sender, new receiver', 150],
      ['new sender, old receiver', 150],
    ]);
  });
});

describe('what several edits do together is judged too', () => {
  test('a field that is renamed breaks both sides', () => {
    const comparison = compared((document) => {
      field(REQUEST, 'player', { type: 'string', minLength: 1 })(document);
      document.deleteIn([...REQUEST, 'properties', 'player_lookup']);
      document.deleteIn([...REQUEST, 'required', 1]);
    });
    expect(comparison.changes.map(({ what, verdict }) => [what, verdict])).toEqual([
      ['new required field player of PredictionRequest', 'breaking'],
      ['field player_lookup of PredictionRequest is gone', 'needs an order'],
    ]);
  });

  test('a schema that only gets another name changes nothing', () => {
    const comparison = compared((document) => {
      document.setIn(
        [...SCHEMAS, 'CallKind'],
        document.createNode({ type: 'string', enum: ['scheduler', 'manual'] }),
      );
      document.setIn(
        [...SCHEMAS, 'ScrapeRequest', 'properties', 'trigger_source', '$ref'],
        '#/components/schemas/CallKind',
      );
      document.deleteIn([...SCHEMAS, 'CallSource']);
    });
    expect(comparison.verdict).toBe('compatible');
    expect(comparison.changes).toHaveLength(3);
  });
});
