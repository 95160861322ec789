import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { realContract } from '../../edited-contract.ts';
import { EDIT_KINDS } from './kinds.ts';
import { pickFrom, tryEdit } from './trial.ts';

const DOCUMENT = realContract().document;

describe('rule and search agree on edits that nobody chose', () => {
  test('a message that is refused is found, and none where all are accepted', () => {
    fc.assert(
      fc.property(fc.constantFrom(...EDIT_KINDS), fc.integer(), (kind, seed) => {
        const trial = tryEdit(DOCUMENT, kind, pickFrom(seed), 150);
        expect(trial?.disagreements ?? [], `${kind.name}, ${trial?.where}`).toEqual([]);
      }),
      { numRuns: 40, ...(process.env['CI'] === 'true' ? { seed: 15 } : {}) },
    );
  }, 120_000);

  test('a rule that is wrong is noticed: a search that contradicts it is a disagreement', () => {
    const kind = EDIT_KINDS.find(({ name }) => name === 'a field is renamed');
    const trial = kind === undefined ? undefined : tryEdit(DOCUMENT, kind, pickFrom(1), 150);
    expect(trial?.searches.some((search) => search.expected === 'refused' && search.found !== null)).toBe(
      true,
    );
  });
});
