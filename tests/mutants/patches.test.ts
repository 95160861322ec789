import { transform } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { CATALOGUE } from '../../conformance/requirements/catalogue.ts';
import { select } from '../../conformance/requirements/selection.ts';
import { patched, stalePatches } from './apply.ts';
import { MUTANTS } from './catalogue.ts';

describe('every mutant fits the reference and the contract of today', () => {
  test.each(MUTANTS.map((mutant) => [mutant.id, mutant] as const))('%s', async (_, mutant) => {
    expect(stalePatches(mutant)).toEqual([]);
    for (const [file, text] of patched(mutant)) {
      await transform(text, { loader: 'ts', sourcefile: `${mutant.id}: reference/${file}` });
    }
    const { requirements } = select({ only: mutant.only, profiles: [] });
    const ids = requirements.map(({ id }) => id);
    expect(mutant.caught_by.filter((id) => !ids.includes(id))).toEqual([]);
  });

  test('ids are unique', () => {
    expect(new Set(MUTANTS.map(({ id }) => id)).size).toBe(MUTANTS.length);
  });

  test('every requirement has a mutant that it catches', () => {
    const caught = new Set(MUTANTS.flatMap(({ caught_by }) => caught_by));
    expect(CATALOGUE.map(({ id }) => id).filter((id) => !caught.has(id))).toEqual([]);
  });
});
