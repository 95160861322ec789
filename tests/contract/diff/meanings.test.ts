import { describe, expect, test } from 'vitest';
import type { Document } from 'yaml';
import { compared } from './compared.ts';

type Edit = (document: Document) => void;
type Path = readonly (string | number)[];

const SCHEMAS: Path = ['components', 'schemas'];
const NODE = (document: Document, value: unknown) =>
  document.createNode(value, { aliasDuplicateObjects: false });

const set =
  (path: Path, value: unknown): Edit =>
  (document) => {
    if (value === undefined) document.deleteIn([...path]);
    else document.setIn([...path], NODE(document, value));
  };

const turned =
  (path: Path): Edit =>
  (document) => {
    const list = document.getIn([...path]);
    document.setIn([...path], NODE(document, [...JSON.parse(JSON.stringify(list))].reverse()));
  };

/** Put every reference to one place on another, and move what stands there. */
const moved =
  (from: Path, to: Path): Edit =>
  (document) => {
    const place = (path: Path): string => `#/${path.join('/')}`;
    const text = JSON.stringify(document.toJS());
    const all = JSON.parse(
      text.replaceAll(`"${place(from)}"`, `"${place(to)}"`).replaceAll(`"${place(from)}/`, `"${place(to)}/`),
    );
    document.contents = document.createNode(all, {
      aliasDuplicateObjects: false,
    }) as typeof document.contents;
    document.setIn([...to], document.getIn([...from]));
    document.deleteIn([...from]);
  };

const METADATA: Path = [...SCHEMAS, 'ScraperMetadata'];
const ORDERED = 'the order of a list in which every entry counts';

describe('an edit after which the contract says the same', () => {
  test.each<[string, Edit]>([
    [
      `${ORDERED}: aliases`,
      turned(['x-processors', 'phase_3_analytics', 'team_defense_game_summary', 'aliases']),
    ],
    [
      `${ORDERED}: what a table needs`,
      turned(['x-processors', 'phase_4_precompute', 'player_daily_cache', 'requires']),
    ],
    [
      `${ORDERED}: what a level waits for`,
      turned(['x-orchestrators', 'phase3-to-phase4-orchestrator', 'levels', 0, 'waits_for']),
    ],
    [`${ORDERED}: what counts`, turned(['x-table-readiness', 'counts'])],
    [`${ORDERED}: acknowledgement`, turned(['x-acknowledgement'])],
    [`${ORDERED}: indexes`, turned(['x-deployment', 'firestore', 'indexes'])],
    [
      'a content type that is the default',
      set(['components', 'messages', 'PredictionReady', 'contentType'], 'application/json'),
    ],
  ])('%s: words', (_name, edit) => {
    expect(compared(edit, 5).verdict).toBe('documentation');
  });

  test.each<[string, Edit]>([
    ['a channel has another key', moved(['channels', 'phase5PredictionReady'], ['channels', 'ready'])],
    [
      'an operation has another key',
      moved(['operations', 'phase5Worker.send.phase5PredictionReady'], ['operations', 'ready']),
    ],
    [
      'a message has another name',
      moved(['components', 'messages', 'PredictionReady'], ['components', 'messages', 'Ready']),
    ],
    ['a schema has another name', moved([...SCHEMAS, 'PredictionPlayer'], [...SCHEMAS, 'AskedPlayer'])],
  ])('%s: no message is another', (_name, edit) => {
    const renamed: Edit = (document) => {
      edit(document);
      for (const state of ['prediction_players']) {
        if (document.getIn([...SCHEMAS, 'AskedPlayer']) !== undefined)
          document.setIn(['x-state', state, 'schema'], 'AskedPlayer');
      }
    };
    expect(compared(renamed, 20)).toMatchObject({ verdict: 'compatible', disagreements: [] });
  });

  test('an order that means something is no such edit', () => {
    const turns = [
      turned(['x-deployment', 'firestore', 'indexes', 0, 'fields']),
      turned(['x-correlation', 'fallback']),
    ];
    expect(turns.map((edit) => compared(edit, 5).verdict)).toEqual(['breaking', 'breaking']);
  });

  test('a message that has another name and another field is judged all the same', () => {
    const edit: Edit = (document) => {
      moved(['components', 'messages', 'PredictionReady'], ['components', 'messages', 'Ready'])(document);
      document.addIn([...SCHEMAS, 'PredictionReady', 'required'], 'attempt');
    };
    const { verdict, changes } = compared(edit, 40);
    expect(verdict).toBe('breaking');
    expect(changes[0]?.searches.some(({ found }) => found?.problems[0]?.startsWith('attempt'))).toBe(true);
  });
});

describe('a change of a kind that no rule decides shows a message', () => {
  test.each<[string, Edit, RegExp]>([
    [
      'names by a pattern',
      set([...METADATA, 'patternProperties'], { '^x_': { type: 'string' } }),
      /^metadata."?x_/,
    ],
    [
      'a pattern that a field with a name of its own matches',
      set([...METADATA, 'patternProperties'], { '^run$': { type: 'integer', maximum: 3 } }),
      /^metadata.run/,
    ],
    ['names of fields', set([...METADATA, 'propertyNames'], { pattern: '^[a-z_]+$' }), /^metadata/],
    ['a limit of fields', set([...METADATA, 'maxProperties'], 3), /^metadata/],
    [
      'a condition in a condition',
      (document) =>
        document.addIn(
          [...SCHEMAS, 'UnifiedFields', 'allOf'],
          NODE(document, {
            if: { properties: { backfill_mode: { const: true } } },
            // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
            then: {
              if: { properties: { skip_downstream_trigger: { const: true } } },
              // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
              then: { properties: { backfill_reason: { const: 'historical_load' } } },
            },
          }),
        ),
      /^backfill_reason/,
    ],
    [
      'a condition that something is not so',
      (document) =>
        document.addIn(
          [...SCHEMAS, 'UnifiedFields', 'allOf'],
          NODE(document, {
            if: { properties: { records_failed: { minimum: 1 } } },
            // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
            then: { properties: { status: { enum: ['partial', 'failed'] } } },
          }),
        ),
      /^status/,
    ],
    [
      'letters of one case',
      set(
        [...SCHEMAS, 'ExecutionId', 'pattern'],
        '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$',
      ),
      /execution_id/,
    ],
    [
      'decimals of a second',
      set([...SCHEMAS, 'UtcTimestamp', 'pattern'], '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$'),
      /timestamp/,
    ],
  ])(
    '%s',
    (_name, edit, problem) => {
      const { verdict, changes, disagreements } = compared(edit, 60);
      expect([verdict, disagreements]).toEqual(['breaking', []]);
      const found = changes.flatMap((change) =>
        change.searches.flatMap((search) => search.found?.problems ?? []),
      );
      expect(found.some((one) => problem.test(one))).toBe(true);
    },
    60_000,
  );

  test('a value that must hold one of its own kind never ends, so no list has one', () => {
    const edit = set([...SCHEMAS, 'UpstreamRun', 'properties', 'execution_id'], {
      $ref: '#/components/schemas/UpstreamRun',
    });
    expect(compared(edit, 30).disagreements).toEqual([]);
  }, 60_000);

  test('a choice by anyOf that refers to schemas is read as one', () => {
    const edit = set([...SCHEMAS, 'PredictionPlayer', 'properties', 'answer_execution_id'], {
      anyOf: [{ $ref: '#/components/schemas/ExecutionId' }, { type: 'null' }],
    });
    expect(compared(edit, 30)).toMatchObject({ verdict: 'compatible', disagreements: [] });
  });
});
