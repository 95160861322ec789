import type { Comparison } from '../compare.ts';
import { lineText } from './words.ts';

/** Write a comparison for programs. */
export function comparisonJson(comparison: Comparison, seed: number): string {
  const { old, fresh, changes, verdict, disagreements } = comparison;
  const side = ({ file, version, hash }: typeof old) => ({ file, version, hash });
  const result = {
    diff_version: 1,
    old: side(old),
    new: side(fresh),
    verdict,
    seed,
    changes: changes.map(({ path: _path, ...change }) => ({
      ...change,
      line: lineText(comparison, { ...change, path: _path }),
    })),
    disagreements,
  };
  return JSON.stringify(result, null, 2);
}
