import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { WAREHOUSE } from '../../generated/warehouse.ts';
import { inProject, text } from '../../scripts/generate/bigquery/sql.ts';
import { statementsOf } from './page.ts';

const VIEWS: Readonly<Record<string, string>> = WAREHOUSE.views;
const PAGE = readFileSync(new URL('../../docs/analytics.md', import.meta.url), 'utf8');
const relationsIn = (sql: string): readonly string[] =>
  [...sql.matchAll(/`PROJECT\.(\w+)\.(\w+)`/g)].map(([, dataset, name]) => `${dataset}.${name}`);
const KNOWN = [...Object.keys(WAREHOUSE.tables), ...Object.keys(VIEWS)].map(
  (name) => `${WAREHOUSE.dataset}.${name}`,
);

describe('statements', () => {
  test('of the page read views that there are, and every report is on the page', () => {
    const read = statementsOf(PAGE).flatMap(relationsIn);
    expect(read.filter((name) => !KNOWN.includes(name))).toEqual([]);
    for (const name of Object.keys(VIEWS))
      if (!name.startsWith('nba_')) expect(PAGE).toContain(`\`${name}\``);
  });

  test('of views read what stands before them', () => {
    const tables = Object.keys(WAREHOUSE.tables).map((name) => `${WAREHOUSE.dataset}.${name}`);
    for (const [index, sql] of Object.values(VIEWS).entries()) {
      const before = [
        ...tables,
        ...Object.keys(VIEWS)
          .slice(0, index)
          .map((name) => `${WAREHOUSE.dataset}.${name}`),
      ];
      expect(relationsIn(sql).filter((name) => !before.includes(name))).toEqual([]);
    }
  });

  test('name the project once it is known, and nothing else changes', () => {
    for (const sql of Object.values(VIEWS)) {
      expect(inProject(sql, 'nba-staging')).not.toContain('PROJECT');
      expect(inProject(sql, 'PROJECT')).toBe(sql);
    }
  });
});

describe('text of the contract as a literal', () => {
  const SEED = process.env['CI'] === 'true' ? 15 : Date.now() % 1_000_000;

  test('ends where it ends, whatever stands in it, and reads as it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (value) => {
        const literal = text(value);
        expect(literal).toMatch(/^'(?:[^'\\\p{Cc}]|\\['\\]|\\u[0-9a-f]{4})*'$/u);
        const read = literal
          .slice(1, -1)
          .replaceAll(/\\(u([0-9a-f]{4})|.)/g, (_all, sign: string, code?: string) =>
            code === undefined ? sign : String.fromCharCode(Number.parseInt(code, 16)),
          );
        expect(read).toBe(value);
      }),
      {
        seed: SEED,
        examples: [["it's"], ['\\'], ["\\'; DROP TABLE x; --"], ['a\nb'], ['`'], ['"'], ['\u2028']],
      },
    );
  });
});
